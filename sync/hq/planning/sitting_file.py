"""Files of sittings: a row for each paper of a time slot.

Rows with the same title and start are one sitting. An empty trade or level stands for
all that the programme has. Parts are named where only some are sat, with commas between them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kiosk.exam.programme.programme import Programme
from sync.hq.errors import BadImport
from sync.hq.imports.tabular import Column, Row, read_table
from sync.hq.planning.paper_list import every_paper
from sync.hq.problems import Problem
from sync.hq.registration.cells import Cells
from sync.hq.sittings import (
    JUST_NOW,
    MOST_TITLE,
    YEARS_AHEAD,
    NewPaper,
    NewSitting,
    is_near,
)

COLUMNS = (
    Column("title", "场次名称", "Title", needed=True),
    Column("day", "日期", "Date"),
    Column("starts_at", "开始时间", "Starts", needed=True),
    Column("programme", "考试项目", "Programme", needed=True),
    Column("trade", "工种", "Trade"),
    Column("level", "等级", "Level"),
    Column("minutes", "时长（分钟）", "Minutes"),
    Column("parts", "考试部分", "Parts"),
)
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_TIME = r"(\d{1,2})[:：时点](\d{1,2})?分?(?:[:：]\d{1,2})?"
_MOMENT = re.compile(rf"(?:{_DAY}[T\s]*)?{_TIME}")
_ALL = frozenset({"全部", "所有", "all"})

Papers = dict[tuple[datetime, str], list[NewPaper]]


def read_sittings(
    data: bytes, programmes: Sequence[Programme], zone: ZoneInfo, now: datetime
) -> Sequence[NewSitting]:
    """Return the sittings of an XLSX or CSV file, in its order.

    Raises:
        BadImport: lists every problem.
    """
    rows, problems = read_table(data, COLUMNS)
    found: Papers = {}
    for row in rows:
        cells = Cells(row)
        _read(cells, row, programmes, zone, now, found)
        problems += cells.problems
    if not rows and not problems:
        problems.append(Problem("empty"))
    if any(problem.is_error for problem in problems):
        raise BadImport(problems)
    return [NewSitting(title, start, papers) for (start, title), papers in found.items()]


def _read(
    cells: Cells,
    row: Row,
    programmes: Sequence[Programme],
    zone: ZoneInfo,
    now: datetime,
    found: Papers,
) -> None:
    """Add the papers of a row to those of its sitting."""
    title, start = cells.text("title", MOST_TITLE, needed=True), _start(cells, row, zone)
    if start is not None and start < now - JUST_NOW:
        cells.refuse("starts_at", "start_past", value=f"{start:%Y-%m-%d %H:%M}")
    elif start is not None and not is_near(start, now):
        cells.refuse("starts_at", "start_far", value=f"{start:%Y-%m-%d %H:%M}", years=YEARS_AHEAD)
    papers = _papers(cells, row, programmes)
    if cells.problems or start is None:
        return
    sat = found.setdefault((start, title), [])
    known = {(paper.programme_id, paper.trade, paper.level) for paper in sat}
    for paper in papers:
        if (paper.programme_id, paper.trade, paper.level) in known:
            cells.refuse("programme", "paper_twice", value=title)
            return
    sat += papers


def _start(cells: Cells, row: Row, zone: ZoneInfo) -> datetime | None:
    """Return the start: both in one cell, or the day in its own."""
    text = cells.text("starts_at", 60, needed=True)
    parts = _MOMENT.fullmatch(text)
    day = cells.day("day") if row.values.get("day") else None
    try:
        if parts is None:
            raise ValueError(text)
        if parts[1]:
            day = date(int(parts[1]), int(parts[2]), int(parts[3]))
        at = time(int(parts[4]), int(parts[5] or 0))
    except ValueError:
        if text:
            cells.refuse("starts_at", "not_a_moment", value=text)
        return None
    if day is None:
        cells.refuse("starts_at", "not_a_moment", value=text)
        return None
    return datetime.combine(day, at, zone)


def _papers(cells: Cells, row: Row, programmes: Sequence[Programme]) -> Sequence[NewPaper]:
    """Return the papers that a row names: one, or all of a programme, trade or level."""
    titles = {
        name.casefold(): programme.id
        for programme in programmes
        for name in (programme.id, programme.title.zh, programme.title.en)
    }
    if not cells.text("programme", 200, needed=True):
        return []
    chosen = cells.one_of("programme", titles)
    programme = next((one for one in programmes if one.id == chosen), None)
    if programme is None:
        return []
    minutes = cells.whole("minutes", 600) or None
    trade = _named(cells, row, "trade", {one.id: one.name for one in programme.trades})
    level = _named(cells, row, "level", {one.id: one.name for one in programme.levels})
    parts = _parts(cells, programme)
    return [
        paper
        for paper in every_paper(programme, minutes, parts)
        if trade in ("", paper.trade) and level in ("", paper.level)
    ]


def _parts(cells: Cells, programme: Programme) -> Sequence[str]:
    """Return the ids of the parts that a cell names; those that are unknown stay as they are."""
    ids = {
        text.casefold(): part.id
        for examination in programme.examinations
        for part in examination.parts
        for text in (part.id, part.name.zh, part.name.en)
    }
    named = [name.strip() for name in re.split(r"[,，、;；+/]", cells.text("parts", 500))]
    return [ids.get(name.casefold(), name) for name in named if name.casefold() not in {"", *_ALL}]


def _named(cells: Cells, row: Row, field: str, names: Mapping[str, object]) -> str:
    """Return the id of a trade or level that a cell names; empty for all."""
    if row.values.get(field, "").strip().casefold() in {"", *_ALL}:
        return ""
    known = {
        text.casefold(): id_
        for id_, name in names.items()
        for text in (id_, getattr(name, "zh", ""), getattr(name, "en", ""))
    }
    return cells.one_of(field, known)
