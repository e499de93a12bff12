"""Portraits of the persons of one import: found by name, compared, and made ready to store.

Whoever imports persons gives their rows and a source of pictures, and gets each person's picture
and a list of everything that a person must look at: pictures of nobody, persons without one, and
pictures that may be of two persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.typed_numbers import plain_number
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.paths import PathIndex
from sync.hq.problems import Problem
from sync.hq.registration.portrait_files import NoPortraits, PortraitFiles
from sync.hq.registration.portrait_names import NameReader, Reading, Sought
from sync.hq.registration.portrait_pictures import SUFFIXES, PortraitUnusable, normalised
from sync.wire.canonical import digest

_NAMED = 5
"""Most places that one sentence names."""


@dataclass(frozen=True)
class Portraits:
    """Pictures as they are stored, by the position of their person; and what to look at."""

    pictures: Mapping[int, bytes]
    problems: Sequence[Problem]


def find_portraits(
    people: Sequence[Sought], files: PortraitFiles, progress: ProgressCallback = silent
) -> Portraits:
    """Find and read the portraits of persons.

    A row that names a file which is missing, unclear or unusable has an error; what only the
    names of files leave open is a note, and nobody gets the picture.
    """
    matching = _Matching(people, files)
    matching.by_rows()
    matching.by_names()
    return _Reader(people, files, matching).read(progress)


class _Matching:
    """Finds the paths of each person's pictures."""

    def __init__(self, people: Sequence[Sought], files: PortraitFiles) -> None:
        self._people = people
        self._paths = files.paths
        self.found: dict[int, list[str]] = {}
        self.problems: list[Problem] = []
        self.settled: set[str] = set()
        """Paths that are someone's, or that a problem names."""

    def by_rows(self) -> None:
        """Find the pictures that rows name."""
        index = PathIndex(self._paths)
        owners: dict[str, int] = {}
        for position, person in enumerate(self._people):
            if not person.file:
                continue
            paths = _named(index, person.file)
            if not paths:
                self._refuse(person, "portrait_missing", value=person.file)
            elif len(paths) > 1:
                self._refuse(person, "portrait_places", value=person.file, places=_listed(paths))
            elif paths[0] in owners:
                first = self._people[owners[paths[0]]].at
                self._refuse(person, "portrait_twice", value=person.file, first=first)
            else:
                owners[paths[0]] = position
                self.found[position] = [paths[0]]
            self.settled.update(paths)

    def by_names(self) -> None:
        """Find the other pictures by the names of files."""
        names, alone = NameReader(self._people, self._paths), dict[int, list[str]]()
        for path in self._paths:
            if path in self.settled:
                continue
            reading = names.read(path)
            if problem := self._doubt(reading):
                self.problems.append(problem)
                self.settled.add(path)
            elif reading.by_number:
                self._give(self.found, reading.by_number, path)
            elif len(reading.by_name) == 1 and not reading.unknown:
                self._give(alone, reading.by_name, path)
        for position, paths in alone.items():
            # A picture with the person's number is surer than one with the name alone.
            if position not in self.found:
                self.found[position] = paths
                self.settled.update(paths)

    def _give(self, found: dict[int, list[str]], owner: frozenset[int], path: str) -> None:
        (position,) = owner
        if not self._people[position].file:
            found.setdefault(position, []).append(path)
            if found is self.found:
                self.settled.add(path)

    def _doubt(self, reading: Reading) -> Problem | None:
        """Return why nobody gets a picture, although its name says something."""
        numbers, names = reading.by_number, reading.by_name
        if reading.paper and (numbers or names):
            return _note("portrait_paper", reading.path, rows=self._rows(numbers or names))
        if reading.folder:
            shown = {"row": self._rows(numbers or names), "other": self._rows(reading.folder)}
            return _note("portrait_folder", reading.path, **shown)
        if len(numbers) > 1:
            return _note("portrait_numbers", reading.path, rows=self._rows(numbers))
        if numbers and names and not names & numbers:
            shown = {"row": self._rows(numbers), "other": self._rows(names)}
            return _note("portrait_differs", reading.path, **shown)
        if numbers and reading.other:
            (position,) = numbers
            shown = {"row": self._rows(numbers), "name": self._people[position].name}
            return _note("portrait_other", reading.path, value=reading.other, **shown)
        if not numbers and names and reading.unknown:
            return _note("portrait_unknown", reading.path, value=reading.unknown)
        if not numbers and len(names) > 1:
            return _note("portrait_namesakes", reading.path, rows=self._rows(names))
        return None

    def _rows(self, positions: frozenset[int]) -> str:
        return _listed([self._people[position].at for position in sorted(positions)])

    def _refuse(self, person: Sought, code: str, **params: object) -> None:
        self.problems.append(Problem(code, "row", person.at, person.column, params))


class _Reader:
    """Reads the pictures that were found, one after the other."""

    def __init__(self, people: Sequence[Sought], files: PortraitFiles, found: _Matching) -> None:
        self._people = people
        self._files = files
        self._found = found
        self._problems = list(found.problems)
        self._pictures: dict[int, bytes] = {}

    def read(self, progress: ProgressCallback) -> Portraits:
        for number, (position, paths) in enumerate(sorted(self._found.found.items()), start=1):
            self._read_one(position, paths)
            if number % 50 == 0 or number == len(self._found.found):
                progress(number, len(self._found.found))
        if not isinstance(self._files, NoPortraits):
            self._look_alike()
            self._summarise()
        return Portraits(self._pictures, self._problems)

    def _read_one(self, position: int, paths: Sequence[str]) -> None:
        person = self._people[position]
        try:
            data = self._files.read(paths[0])
            # Copies in several folders are one picture.
            if any(self._files.read(path) != data for path in paths[1:]):
                shown = {"row": person.at, "places": _listed(paths)}
                self._problems.append(_note("portrait_several", paths[0], **shown))
                return
            self._pictures[position] = normalised(data)
        except PortraitUnusable as error:
            bad = {"value": paths[0], "reason": error.reason}
            problem = Problem("portrait_bad", "row", person.at, person.column, bad)
            self._problems.append(problem)
        except BadImport as error:
            self._problems += error.problems

    def _look_alike(self) -> None:
        """Note persons who have one and the same picture."""
        first: dict[str, int] = {}
        for position, picture in self._pictures.items():
            other = first.setdefault(digest(picture), position)
            if other != position:
                first_row = self._people[other].at
                self._problems.append(
                    _row_note("portrait_same", self._people[position], first=first_row)
                )

    def _summarise(self) -> None:
        surplus = [path for path in self._files.paths if path not in self._found.settled]
        people = enumerate(self._people)
        without = [person for position, person in people if position not in self._pictures]
        if surplus or without:
            counts = {"found": len(self._pictures), "surplus": len(surplus)}
            total = Problem(
                "portraits_counted", params={**counts, "without": len(without)}, is_error=False
            )
            self._problems.append(total)
        self._problems += [_note("portrait_surplus", path) for path in surplus]
        self._problems += [_row_note("portrait_none", one, value=one.name) for one in without]


def _named(index: PathIndex, file: str) -> Sequence[str]:
    """Return the paths that a row names, with or without the ending."""
    if found := index.find(file):
        return found
    if found := [path for suffix in SUFFIXES for path in index.find(file + suffix)]:
        return found
    number = plain_number(file)
    return index.find(number) or [p for s in SUFFIXES for p in index.find(number + s)]


def _note(code: str, path: str, **params: object) -> Problem:
    return Problem(code, "file", path, params=params, is_error=False)


def _row_note(code: str, person: Sought, **params: object) -> Problem:
    return Problem(code, "row", person.at, person.column, params, is_error=False)


def _listed(places: Sequence[str]) -> str:
    more = f" … (+{len(places) - _NAMED})" if len(places) > _NAMED else ""
    return ", ".join(places[:_NAMED]) + more
