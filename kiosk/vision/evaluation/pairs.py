"""The list of pairs: a CSV that says which pictures show one person, and each person's group.

Pictures are linked into people by mated pairs, and by the columns ``person_x`` and ``person_y``
if the list has them. All labels are checked for contradictions before any comparison, because a
wrong label counts as an error of the pack.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from kiosk.vision.errors import PairsUnusable

REQUIRED = ("file_x", "file_y", "decision")
OPTIONAL = ("group_x", "group_y", "person_x", "person_y")
DECISIONS = {"yes": True, "no": False, "是": True, "否": False}
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Pair:
    """Two pictures, and whether they show one person. ``line``: the pair's line in the list."""

    one: Path
    other: Path
    mated: bool
    line: int


@dataclass(frozen=True)
class Material:
    """All pairs, with the person's number and the group's name for each picture.

    ``group`` is "" for pictures without one. ``repeated``: number of rows omitted because an
    earlier row has the same two pictures.
    """

    pairs: tuple[Pair, ...]
    person: dict[Path, int]
    group: dict[Path, str]
    repeated: int

    @property
    def people(self) -> int:
        """Return how many people the pictures show."""
        return len(set(self.person.values()))

    @property
    def groups(self) -> list[str]:
        """Return the groups' names in order."""
        return sorted({name for name in self.group.values() if name})


@dataclass(frozen=True)
class _Row:
    pair: Pair
    groups: tuple[str, str]
    people: tuple[str, str]


def read_pairs(path: Path, root: Path) -> Material:
    """Read a CSV of pairs; file names are relative to ``root``.

    Separators are commas, semicolons or tabs; the text is UTF-8, UTF-16 with a byte order mark,
    or GB 18030 (which includes GBK).

    Raises:
        PairsUnusable: the list is invalid; the message names the line.
    """
    try:
        rows = [_row(cells, line, path, root) for cells, line in _table(path, _text(path))]
    except (OSError, csv.Error) as error:
        raise PairsUnusable(f"{path}: {error}") from error
    if not rows:
        raise PairsUnusable(f"{path} has no pairs below its first line. Add at least one.")
    pairs = _distinct(row.pair for row in rows)
    person = _people(rows, path)
    return Material(pairs, person, _groups(rows, person, path), len(rows) - len(pairs))


def _text(path: Path) -> str:
    data = path.read_bytes()
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    # UTF-8 first: GB 18030 accepts almost any bytes, while UTF-8 rejects Chinese text in GB
    # 18030.
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PairsUnusable(f"{path} is not a text file. Save the list as CSV UTF-8.")


def _table(path: Path, text: str) -> Iterator[tuple[dict[str, str], int]]:
    """Yield each row as a mapping of column to value, with its line number."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    columns = [name.strip().lower() for name in next(reader, [])]
    _check_columns(columns, path)
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            raise PairsUnusable(
                f"{path} line {reader.line_num} has {len(cells)} cells, but there are "
                f"{len(columns)} columns. Put a file name with a {separator!r} in double quotes."
            )
        filled = [*(cell.strip() for cell in cells), *[""] * (len(columns) - len(cells))]
        yield dict(zip(columns, filled, strict=True)), reader.line_num


def _check_columns(columns: list[str], path: Path) -> None:
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise PairsUnusable(
            f"{path} needs the columns {', '.join(REQUIRED)} in its first line; "
            f"{', '.join(missing)} missing."
        )
    unknown = [name for name in columns if name not in (*REQUIRED, *OPTIONAL)]
    if unknown:
        raise PairsUnusable(
            f"{path} has unknown columns: {', '.join(map(repr, unknown))}. Rename or remove them; "
            f"optional columns are {', '.join(OPTIONAL)}."
        )
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled:
        raise PairsUnusable(f"{path} has the column {doubled[0]} twice. Remove one.")
    for one, other in (OPTIONAL[:2], OPTIONAL[2:]):
        if (one in columns) != (other in columns):
            raise PairsUnusable(
                f"{path} has only one of the columns {one} and {other}. Add the other one."
            )


def _row(cells: dict[str, str], line: int, path: Path, root: Path) -> _Row:
    where = f"{path} line {line}"
    mated = DECISIONS.get(cells["decision"].lower())
    if mated is None:
        raise PairsUnusable(f"{where}: the decision is {cells['decision']!r}, not Yes or No.")
    one, other = (_picture(cells[name], where, root) for name in REQUIRED[:2])
    if one == other:
        raise PairsUnusable(f"{where} compares {one.name} with itself. Remove the line.")
    # Joined to one line: group names appear in tables and in comments of a TOML file.
    group_x, group_y, person_x, person_y = (
        " ".join(cells.get(name, "").split()) for name in OPTIONAL
    )
    for kind, first, second in (("group", group_x, group_y), ("person", person_x, person_y)):
        if bool(first) != bool(second):
            raise PairsUnusable(
                f"{where} has a {kind} for one picture only. Fill in {kind}_x and {kind}_y, "
                "or leave both empty."
            )
    return _Row(Pair(one, other, mated, line), (group_x, group_y), (person_x, person_y))


def _picture(name: str, where: str, root: Path) -> Path:
    for path in (root / name, root / name.replace("\\", "/")):
        if name and path.is_file():
            return path
    raise PairsUnusable(
        f"{where}: there is no picture {name!r} in {root}. Correct the name, or give the "
        "pictures' folder with --root."
    )


def _distinct(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    found: dict[frozenset[Path], Pair] = {}
    for pair in pairs:
        found.setdefault(frozenset((pair.one, pair.other)), pair)
    return tuple(found.values())


class _Links:
    """Sets that merge as links between their members are added (union-find)."""

    def __init__(self) -> None:
        self._above: dict[object, object] = {}

    def root(self, member: object) -> object:
        """Return the member that identifies the set."""
        while (above := self._above.setdefault(member, member)) != member:
            # Path halving: keeps the chains short without recursion.
            self._above[member] = self._above[above]
            member = above
        return member

    def join(self, one: object, other: object) -> None:
        """Merge the sets of two members."""
        self._above[self.root(one)] = self.root(other)


def _people(rows: list[_Row], path: Path) -> dict[Path, int]:
    """Return each picture's person as a number.

    Raises:
        PairsUnusable: labels contradict each other.
    """
    links = _Links()
    owner: dict[object, tuple[str, int]] = {}
    for row in rows:
        if row.pair.mated:
            links.join(row.pair.one, row.pair.other)
        for picture, name in zip((row.pair.one, row.pair.other), row.people, strict=True):
            if name:
                links.join(picture, name)
    for row in rows:
        # Only after all links are known: a later line may join two pictures of an earlier one.
        if not row.pair.mated and links.root(row.pair.one) == links.root(row.pair.other):
            raise PairsUnusable(
                f"{path} line {row.pair.line} says that {row.pair.one.name} and "
                f"{row.pair.other.name} show two people, but other lines make them one. "
                "Correct the wrong one."
            )
        for name in filter(None, row.people):
            known, _ = owner.setdefault(links.root(name), (name, row.pair.line))
            if known != name:
                raise PairsUnusable(
                    f"{path} line {row.pair.line}: the people {known!r} and {name!r} are linked "
                    "by a line that says Yes. Correct the wrong one."
                )
    numbers: dict[object, int] = {}
    pictures = sorted({picture for row in rows for picture in (row.pair.one, row.pair.other)})
    return {path: numbers.setdefault(links.root(path), len(numbers)) for path in pictures}


def _groups(rows: list[_Row], person: dict[Path, int], path: Path) -> dict[Path, str]:
    """Return each picture's group.

    Raises:
        PairsUnusable: a person is in two groups.
    """
    found: dict[int, str] = {}
    for row in rows:
        for picture, name in zip((row.pair.one, row.pair.other), row.groups, strict=True):
            known = found.setdefault(person[picture], name) if name else name
            if known != name:
                raise PairsUnusable(
                    f"{path} line {row.pair.line} puts {picture.name} into the group {name!r}, "
                    f"an earlier line puts the same person into {known!r}. Correct the wrong one."
                )
    return {picture: found.get(number, "") for picture, number in person.items()}
