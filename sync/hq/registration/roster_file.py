"""Roster files: who sits at one centre, when registration happened elsewhere.

Columns: ``identity_no``, ``name`` (both required), ``admission_no``, ``room``, ``seat``, ``paper``
or ``programme``, ``trade`` and ``level``, ``extra_minutes``, ``portrait`` (a file name; otherwise a
picture is found by admission number, identity number or name). Every problem names its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.tabular import Column, Row, read_table
from sync.hq.problems import Problem
from sync.hq.registration.cells import Cells, doubled
from sync.hq.registration.portrait_files import NoPortraits, PortraitFiles
from sync.hq.registration.portrait_names import Sought
from sync.hq.registration.portraits import find_portraits
from sync.hq.registration.roster_places import KnownPlaces, doubled_seats

COLUMNS = (
    Column("identity_no", "身份证号", "Identity number", needed=True),
    Column("name", "姓名", "Name", needed=True),
    Column("admission_no", "准考证号", "Admission number"),
    Column("room", "考场", "Room", also=("考场号", "考场名称", "机房")),
    Column("seat", "座位号", "Seat", also=("座位",)),
    Column("paper", "试卷", "Paper"),
    Column("programme", "项目", "Programme"),
    Column("trade", "工种", "Trade", also=("职业", "职业方向")),
    Column("level", "等级", "Level", also=("级别",)),
    Column("extra_minutes", "加时（分钟）", "Extra minutes"),
    Column("portrait", "照片", "Portrait"),
)
CLEARABLE = ("extra_minutes",)
"""Columns whose empty cells may clear what is registered."""


NOTHING_SAID = KnownPlaces()


@dataclass(frozen=True)
class RosterEntry:
    """One candidate of a roster file. Empty numbers and seats are assigned on import.

    ``extra_minutes``: None where the row says nothing. ``room`` and ``paper`` are ids of the
    centre and of the sitting; empty where the row says nothing. ``empty``: columns that are there,
    and empty in this row.
    """

    identity_no: str
    name: str
    admission_no: str = ""
    seat: str = ""
    extra_minutes: int | None = None
    room: str = ""
    paper: str = ""
    empty: frozenset[str] = frozenset()
    portrait: bytes | None = field(default=None, repr=False)
    row: int = 0


def read_roster(
    data: bytes,
    portraits: PortraitFiles | None = None,
    progress: ProgressCallback = silent,
    known: KnownPlaces = NOTHING_SAID,
) -> tuple[Sequence[RosterEntry], Sequence[Problem]]:
    """Return the entries of an XLSX or CSV file, and notes about what it leaves open.

    Raises:
        BadImport: lists every problem.
    """
    rows, problems = read_table(data, COLUMNS)
    entries: list[RosterEntry] = []
    sought: list[Sought] = []
    for row in rows:
        cells = Cells(row)
        entry = _entry(cells, row, known)
        entries.append(entry)
        sought.append(cells.sought(entry.name, entry.admission_no, entry.identity_no))
        problems += cells.problems
    for column in ("identity_no", "admission_no"):
        problems += doubled(rows, column)
    seats = zip(rows, entries, strict=True)
    problems += doubled_seats([(row, entry.room, entry.seat) for row, entry in seats])
    portrait = find_portraits(sought, portraits or NoPortraits(), progress)
    problems += portrait.problems
    if not rows and not problems:
        problems.append(Problem("empty"))
    if any(problem.is_error for problem in problems):
        raise BadImport(problems)
    return [
        replace(entry, portrait=portrait.pictures.get(position))
        for position, entry in enumerate(entries)
    ], problems


def _entry(cells: Cells, row: Row, known: KnownPlaces) -> RosterEntry:
    minutes = cells.whole("extra_minutes", 600)
    return RosterEntry(
        identity_no=cells.number_of_a_document("identity_no"),
        name=cells.name("name"),
        admission_no=cells.admission_number("admission_no"),
        room=known.room(cells),
        seat=cells.text("seat", 16),
        paper=known.paper(cells),
        extra_minutes=minutes if row.values.get("extra_minutes") else None,
        empty=frozenset(name for name in row.columns if not row.values.get(name)),
        row=row.number,
    )
