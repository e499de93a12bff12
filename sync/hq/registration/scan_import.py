"""Scans in bulk: a folder or a ZIP archive, matched by the names of files and folders (R9).

Files are stored some at a time, so that a large archive needs little memory. An import that was
cut short can be repeated: what is there already is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from kiosk.exam.programme.programme import Programme
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.archives import MAX_MEMBERS, Archive
from sync.hq.problems import Phrase, Problem
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.portrait_files import files_in
from sync.hq.registration.portrait_names import NameReader, Sought
from sync.hq.registration.scan_files import ScanUnusable, read_scan, require_size
from sync.hq.registration.scan_names import ScanNames
from sync.hq.registration.scans import NewScan, Scans

_AT_ONCE = 20


class Files(Protocol):
    """Files by their paths."""

    @property
    def names(self) -> Sequence[str]:
        """The paths of all files."""
        ...

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            BadImport: it is damaged.
            ScanUnusable: it is too large.
        """
        ...


class ScanFolder:
    """Files of a folder and the folders in it. Links are not followed."""

    def __init__(self, folder: Path) -> None:
        """List the files.

        Raises:
            BadImport: there are too many.
        """
        self._folder = folder
        self.names = sorted(islice(files_in(folder), MAX_MEMBERS + 1))
        if len(self.names) > MAX_MEMBERS:
            reason = Phrase("it has more than %(limit)s files", {"limit": MAX_MEMBERS})
            raise BadImport([Problem("archive", "file", str(folder), params={"reason": reason})])

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            ScanUnusable: it is too large.
        """
        file = self._folder / name
        require_size(file.stat().st_size)
        return file.read_bytes()


@dataclass(frozen=True)
class Matched:
    """A file whose name says whose and what it is."""

    path: str
    candidate_id: str
    material: str
    part: str


@dataclass(frozen=True)
class Imported:
    """How many scans are new, how many were there already, and why files were left out."""

    stored: int
    known: int
    problems: Sequence[Problem]


def match(
    paths: Sequence[str], applicants: Sequence[ApplicationView], programme: Programme
) -> tuple[list[Matched], list[Problem]]:
    """Return the files whose names fit one applicant and material, and a problem for the others."""
    people = [Sought(one.candidate_id, one.name, (one.identity_no,)) for one in applicants]
    names = ScanNames(NameReader(people, paths), programme)
    matched, problems = [], []
    for path in sorted(paths):
        said = names.read(path)
        if len(said.people) != 1:
            code = "scan_of_several" if said.people else "scan_of_nobody"
            problems.append(Problem(code, "file", path, is_error=False))
        elif len(said.materials) != 1:
            code = "scan_of_two" if said.materials else "scan_of_nothing"
            problems.append(Problem(code, "file", path, is_error=False))
        else:
            owner = applicants[next(iter(said.people))].candidate_id
            matched.append(Matched(path, owner, said.materials[0], said.part))
    return matched, problems


def import_scans(
    scans: Scans,
    sitting_id: str,
    files: Files,
    applicants: Sequence[ApplicationView],
    programme: Programme,
    by: str,
    progress: ProgressCallback = silent,
) -> Imported:
    """Store the scans of a folder or archive; files that do not fit are listed and left out.

    Raises:
        TooManyScans: an application would have too many; what was stored before stays.
    """
    matched, problems = match(files.names, applicants, programme)
    stored = known = done = 0
    for start in range(0, len(matched), _AT_ONCE):
        batch = matched[start : start + _AT_ONCE]
        new = list(_read(files, batch, problems))
        outcome = scans.put(sitting_id, new, by)
        stored, known, done = stored + outcome.stored, known + outcome.known, done + len(batch)
        progress(done, len(matched))
    return Imported(stored, known, problems)


def _read(files: Files, matched: Sequence[Matched], problems: list[Problem]) -> Iterator[NewScan]:
    for one in matched:
        try:
            data = files.read(one.path)
            require_size(len(data))
            yield NewScan(one.candidate_id, one.material, one.part, one.path, read_scan(data))
        except ScanUnusable as error:
            reason = {"reason": error.reason}
            problems.append(Problem("scan_bad", "file", one.path, params=reason))
        except BadImport as error:
            problems += error.problems


def open_scans(source: Path) -> Files:
    """Return the files of a folder or a ZIP file.

    Raises:
        BadImport: it is neither.
    """
    return ScanFolder(source) if source.is_dir() else Archive(source.read_bytes())
