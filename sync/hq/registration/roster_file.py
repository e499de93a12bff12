"""Roster files: who sits at one centre, when registration happened elsewhere.

Columns: ``identity_no``, ``name`` (both required), ``admission_no``, ``seat``,
``extra_minutes``, ``portrait`` (a file name; otherwise ``ADMISSION_NO.jpg`` or
``IDENTITY_NO.jpg``). Every problem names its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sync.hq.errors import BadImport
from sync.hq.imports.tabular import Column, Row, read_table
from sync.hq.problems import Problem
from sync.hq.registration.cells import Cells, doubled
from sync.hq.registration.portrait_files import NoPortraits, PortraitFiles

COLUMNS = (
    Column("identity_no", "身份证号", "Identity number", needed=True),
    Column("name", "姓名", "Name", needed=True),
    Column("admission_no", "准考证号", "Admission number"),
    Column("seat", "座位号", "Seat"),
    Column("extra_minutes", "加时（分钟）", "Extra minutes"),
    Column("portrait", "照片", "Portrait"),
)


@dataclass(frozen=True)
class RosterEntry:
    """One candidate of a roster file. Empty numbers and seats are assigned on import.

    ``room`` and ``paper`` are ids of the centre and of the sitting; empty for the first ones.
    """

    identity_no: str
    name: str
    admission_no: str = ""
    seat: str = ""
    extra_minutes: int = 0
    room: str = ""
    paper: str = ""
    portrait: bytes | None = field(default=None, repr=False)


def read_roster(data: bytes, portraits: PortraitFiles | None = None) -> Sequence[RosterEntry]:
    """Read the entries of an XLSX or CSV file.

    Raises:
        BadImport: lists every problem.
    """
    rows, problems = read_table(data, COLUMNS)
    entries: list[RosterEntry] = []
    for row in rows:
        entry, found = _entry(row, portraits or NoPortraits())
        problems += found
        if entry is not None:
            entries.append(entry)
    for column in ("identity_no", "admission_no", "seat"):
        problems += doubled(rows, column)
    if not rows and not problems:
        problems.append(Problem("empty"))
    if problems:
        raise BadImport(problems)
    return entries


def _entry(row: Row, portraits: PortraitFiles) -> tuple[RosterEntry | None, list[Problem]]:
    cells = Cells(row)
    number = cells.number_of_a_document("identity_no")
    admission_no = cells.admission_number("admission_no")
    portrait = cells.portrait(portraits, [admission_no, number])
    entry = RosterEntry(
        identity_no=number,
        name=cells.text("name", 100, needed=True),
        admission_no=admission_no,
        seat=cells.text("seat", 16),
        extra_minutes=cells.whole("extra_minutes", 600),
        portrait=portrait,
    )
    return (None if cells.problems else entry), cells.problems
