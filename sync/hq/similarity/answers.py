"""Reads what a comparison needs: the bundles that count, the paper with its keys, the seats."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from kiosk.exam.items.item import MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.rulings import ruled_keys
from sync.hq.core.rulings import applied_rulings
from sync.hq.core.scoring import effective_rulings
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.similarity.places import Place, place_of
from sync.hq.similarity.sheets import Keys, Sheet

AT_ONCE = 200
"""Bundles that are read at a time: each has all events of its attempt."""

LEAST_ANSWERED = 1

SEVERAL, UNANSWERED = "several_attempts", "unanswered"
"""Why sheets are left out: another attempt of the candidate counts, or nothing was answered."""


@dataclass(frozen=True)
class DrawnPaper:
    """A drawn paper of a sitting with its keys, as rulings have left them.

    ``given``: model answers and mark points of its written items.
    """

    id: str
    sitting_id: str
    sitting_paper: str
    label: str
    programme_id: str
    paper: Paper
    keys: Keys
    given: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Read:
    """The sheets to be compared, and how many were left out, by reason."""

    sheets: Sequence[Sheet]
    left_out: Mapping[str, int]


def drawn_paper(connection: Connection, paper_id: str) -> DrawnPaper | None:
    """Return a drawn paper."""
    papers, examined = tables.papers, tables.sitting_papers
    entry = and_(
        examined.c.sitting_id == papers.c.sitting_id, examined.c.id == papers.c.sitting_paper
    )
    query = select(papers, examined.c.programme_id).join(examined, entry)
    row = connection.execute(query.where(papers.c.id == paper_id)).mappings().first()
    if row is None:
        return None
    schemes = {name: MarkScheme.model_validate(data) for name, data in row["schemes"].items()}
    applied = applied_rulings(connection, row["programme_id"], row["sitting_id"])
    rulings = effective_rulings(applied, row["versions"])
    return DrawnPaper(
        id=row["id"],
        sitting_id=row["sitting_id"],
        sitting_paper=row["sitting_paper"],
        label=row["label"],
        programme_id=row["programme_id"],
        paper=Paper.model_validate(row["paper"]),
        # The first is the key, or the one that replaced it; further ones only score as well.
        keys={
            name: ruled_keys(scheme.key, rulings.get(name, ())).accepted[0]
            for name, scheme in schemes.items()
            if scheme.key
        },
        given={
            name: [scheme.model_answer, *(point.text for point in scheme.points)]
            for name, scheme in schemes.items()
            if not scheme.key
        },
    )


def papers_sat(connection: Connection, sitting_id: str, paper: str) -> Sequence[str]:
    """Return the ids of the drawn papers that attempts of a sitting's paper had, by label."""
    papers = tables.papers
    query = (
        select(papers.c.id, papers.c.label)
        .where(papers.c.id.in_(_sat(sitting_id, paper).with_only_columns(_packed.c.paper_id)))
        .order_by(papers.c.label)
    )
    return [row.id for row in connection.execute(query)]


def read_sheets(connection: Connection, drawn: DrawnPaper) -> Read:
    """Return everybody's answers to a drawn paper, by centre and attempt.

    One attempt a candidate: the one with most answers.
    """
    best: dict[str, Sheet] = {}
    left: Counter[str] = Counter()
    for row in _rows(connection, drawn):
        sheet = _sheet(row)
        if len(sheet.values) < LEAST_ANSWERED:
            left[UNANSWERED] += 1
            continue
        before = best.get(sheet.candidate_id)
        left[SEVERAL] += before is not None
        if before is None or len(sheet.values) > len(before.values):
            best[sheet.candidate_id] = sheet
    sheets = sorted(best.values(), key=lambda sheet: (sheet.centre_code, sheet.attempt_id))
    return Read(sheets, {reason: number for reason, number in left.items() if number})


def read_sheet(connection: Connection, bundle_id: str) -> Sheet | None:
    """Return the answers in one bundle, with the seat as it is known today."""
    query = _seated(select(*_COLUMNS)).where(tables.bundles.c.id == bundle_id)
    row = connection.execute(query).first()
    return None if row is None else _sheet(row)


_packed = tables.package_papers
_COLUMNS = (
    *(tables.bundles.c[name] for name in ("id", "centre_code", "attempt_id", "candidate_id")),
    tables.bundles.c.room,
    tables.bundles.c.document,
    tables.seats.c.seat,
    tables.rooms.c.seats_per_row,
)


def _sat(sitting_id: str, paper: str) -> Select[Any]:
    """Select the bundles that count, with the drawn paper of each."""
    packages, bundles = tables.packages, tables.bundles
    package = and_(
        packages.c.id == bundles.c.package_id,
        packages.c.centre_code == bundles.c.centre_code,
        packages.c.sitting_id == bundles.c.sitting_id,
    )
    entry = and_(_packed.c.package_id == packages.c.id, _packed.c.sitting_paper == bundles.c.paper)
    return (
        select(bundles.c.id)
        .join(results, results.c.bundle_id == bundles.c.id)
        .join(packages, package)
        .join(_packed, entry)
        .where(results.c.sitting_id == sitting_id, results.c.paper == paper)
    )


def _seated(query: Select[Any]) -> Select[Any]:
    bundles, seats, rooms = tables.bundles, tables.seats, tables.rooms
    seat = and_(
        seats.c.sitting_id == bundles.c.sitting_id,
        seats.c.candidate_id == bundles.c.candidate_id,
        seats.c.centre_code == bundles.c.centre_code,
    )
    room = and_(rooms.c.centre_code == bundles.c.centre_code, rooms.c.id == bundles.c.room)
    return query.select_from(bundles).outerjoin(seats, seat).outerjoin(rooms, room)


def _rows(connection: Connection, drawn: DrawnPaper) -> Iterator[Row[Any]]:
    wanted = _sat(drawn.sitting_id, drawn.sitting_paper).where(_packed.c.paper_id == drawn.id)
    ids = list(connection.execute(wanted).scalars())
    for begin in range(0, len(ids), AT_ONCE):
        part = tables.bundles.c.id.in_(ids[begin : begin + AT_ONCE])
        yield from connection.execute(_seated(select(*_COLUMNS)).where(part))


def _sheet(row: Row[Any]) -> Sheet:
    document = row.document
    answers = [answer for answer in document["answers"] if answer["value"]]
    form = document["form"] or {"items": []}
    return Sheet(
        centre_code=row.centre_code,
        attempt_id=row.attempt_id,
        bundle_id=row.id,
        candidate_id=row.candidate_id,
        place=_place(row),
        values={answer["item_id"]: answer["value"] for answer in answers},
        saved={answer["item_id"]: datetime.fromisoformat(answer["saved_at"]) for answer in answers},
        order=[item["item_id"] for item in form["items"]],
    )


def _place(row: Row[Any]) -> Place:
    # Somebody admitted by hand has no seat at headquarters, but one in the bundle.
    guest = row.document.get("admitted") or {}
    seat = row.seat or guest.get("seat") or ""
    return place_of(row.centre_code, row.room, seat, row.seats_per_row or 0)
