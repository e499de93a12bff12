"""Results and attempts, as the exam office pulls them and the console lists them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, Select, and_, func, select

from sync.hq.context import HqContext
from sync.hq.persistence import tables

MOST = 1000
"""Largest page."""


@dataclass(frozen=True)
class ResultView:
    """One bundle's score. An attempt can have several; :meth:`Results.newest` selects one.

    ``objective`` and ``total`` are points as decimal text; ``total`` and ``passed`` are None
    until written answers are marked. ``answer_findings``: what was done to the answers outside
    the centre's software (:class:`sync.wire.delivery.answer_log.AnswerFinding`), or None if the
    result was received before this was checked. ``parts``: times of parts that were sat in
    order, as the centre reported them, with the ``minutes`` of each.
    """

    cursor: int
    bundle_id: str
    attempt_id: str
    revision: int
    programme: str | None
    paper: str
    trade: str | None
    level: str | None
    sitting_id: str
    centre_code: str
    candidate_id: str
    admission_no: str
    name: str | None
    room: str
    room_name: str | None
    seat: str | None
    status: str
    remark: str
    objective: str | None
    total: str | None
    passed: bool | None
    pending: list[str]
    points: dict[str, str]
    answered: int
    answers_digest: str
    end_reason: str
    ended_at: str
    parts: list[dict[str, Any]]
    leaves: int
    incidents: int
    without: list[str]
    chain_ok: bool
    answer_findings: list[dict[str, Any]] | None
    received_at: str


@dataclass(frozen=True)
class Page:
    """Entries after a cursor; the next page starts after ``cursor``."""

    entries: Sequence[dict[str, Any]]
    cursor: int
    more: bool

    def to_json(self) -> dict[str, Any]:
        """Return the reply of the pull API."""
        return asdict(self)


class Results:
    """Reads results from the database."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def results(self, after: int = 0, limit: int = 200) -> Page:
        """Return scores of all bundles after a cursor, in order of arrival."""
        return self._page(lambda row: asdict(_result(row)), after, limit)

    def attempts(self, after: int = 0, limit: int = 200, *, personal: bool = False) -> Page:
        """Return what centres reported of each attempt: answers, times, conduct, incidents.

        ``personal``: with the personal data form of check-in (R14).
        """
        hidden = frozenset() if personal else _PERSONAL
        return self._page(lambda row: _attempt(row, hidden), after, limit)

    def newest(self, sitting_id: str | None = None, limit: int = MOST) -> Sequence[ResultView]:
        """Return the bundle of each attempt that counts, latest arrival first.

        That is the highest revision of the attempt's earliest epoch. A centre restored from a
        backup may lack answers, so what it reports in a later epoch waits for people to decide.
        """
        table = tables.bundles
        rank = func.row_number().over(
            partition_by=(table.c.centre_code, table.c.attempt_id),
            # Epoch ascending: what a restored centre sends later never replaces an earlier
            # result.
            order_by=(table.c.chain_epoch, table.c.revision.desc(), table.c.cursor),
        )
        chosen = select(table.c.id, rank.label("rank"))
        if sitting_id is not None:
            chosen = chosen.where(table.c.sitting_id == sitting_id)
        ranked = chosen.subquery()
        holds = and_(table.c.id == ranked.c.id, ranked.c.rank == 1)
        query = _query().join(ranked, holds).order_by(table.c.cursor.desc()).limit(limit)
        return [_result(row) for row in self._rows(query)]

    def count(self) -> int:
        """Return the number of bundles."""
        with self._context.database.read() as connection:
            return int(
                connection.execute(select(func.count()).select_from(tables.bundles)).scalar_one()
            )

    def _page(self, view: Callable[[RowMapping], dict[str, Any]], after: int, limit: int) -> Page:
        size, table = max(1, min(limit, MOST)), tables.bundles
        query = _query().where(table.c.cursor > after).order_by(table.c.cursor).limit(size + 1)
        rows = self._rows(query)
        entries = [view(row) for row in rows[:size]]
        cursor = entries[-1]["cursor"] if entries else after
        return Page(entries, cursor, len(rows) > size)

    def _rows(self, query: Select[Any]) -> Sequence[RowMapping]:
        with self._context.database.read() as connection:
            return connection.execute(query).mappings().all()


def _query() -> Select[Any]:
    bundles, scores, seats = tables.bundles, tables.scores, tables.seats
    people, examined, rooms = tables.candidates, tables.sitting_papers, tables.rooms
    seat = and_(
        seats.c.sitting_id == bundles.c.sitting_id,
        seats.c.candidate_id == bundles.c.candidate_id,
        seats.c.centre_code == bundles.c.centre_code,
    )
    paper = and_(examined.c.sitting_id == bundles.c.sitting_id, examined.c.id == bundles.c.paper)
    room = and_(rooms.c.centre_code == bundles.c.centre_code, rooms.c.id == bundles.c.room)
    return (
        select(
            bundles,
            scores.c.status,
            scores.c.remark,
            scores.c.objective,
            scores.c.total,
            scores.c.passed,
            scores.c.pending,
            scores.c.points,
            seats.c.seat,
            people.c.name,
            examined.c.programme_id,
            examined.c.trade,
            examined.c.level,
            rooms.c.name.label("room_name"),
        )
        .join(scores, scores.c.bundle_id == bundles.c.id)
        .outerjoin(seats, seat)
        .outerjoin(people, people.c.id == seats.c.candidate_id)
        .outerjoin(examined, paper)
        .outerjoin(rooms, room)
    )


def _result(row: RowMapping) -> ResultView:
    document = row["document"]
    guest = document.get("admitted") or {}  # bundles of earlier versions have no such field
    return ResultView(
        cursor=row["cursor"],
        bundle_id=row["id"],
        attempt_id=row["attempt_id"],
        revision=row["revision"],
        programme=row["programme_id"],
        paper=row["paper"],
        trade=row["trade"],
        level=row["level"],
        sitting_id=row["sitting_id"],
        centre_code=row["centre_code"],
        candidate_id=row["candidate_id"],
        admission_no=row["admission_no"],
        name=row["name"] or guest.get("name"),
        room=row["room"],
        room_name=row["room_name"],
        seat=row["seat"] or guest.get("seat"),
        status=row["status"],
        remark=row["remark"],
        objective=_points(row["objective"]),
        total=_points(row["total"]),
        passed=row["passed"],
        pending=row["pending"],
        points=row["points"],
        answered=sum(answer["value"] is not None for answer in document["answers"]),
        answers_digest=row["answers_digest"],
        end_reason=document["end_reason"],
        ended_at=document["timing"]["ended_at"],
        parts=[_part(part) for part in document["timing"].get("parts", ())],
        leaves=document["conduct"]["leaves"],
        incidents=len(document["incidents"]),
        without=list((document["device_check"] or {}).get("without", ())),
        chain_ok=row["chain_ok"],
        answer_findings=row["answer_findings"],
        received_at=_time(row["received_at"]),
    )


def _attempt(row: RowMapping, hidden: frozenset[str]) -> dict[str, Any]:
    document = dict(row["document"])
    answers = {answer["item_id"]: answer["value"] for answer in document.pop("answers")}
    return {
        "cursor": row["cursor"],
        "bundle_id": row["id"],
        "received_at": _time(row["received_at"]),
        "chain_ok": row["chain_ok"],
        "answer_findings": row["answer_findings"],
        "answers_digest": row["answers_digest"],
        "answers": answers,
        **{name: value for name, value in document.items() if name not in hidden | _LEFT_OUT},
    }


def _part(part: dict[str, Any]) -> dict[str, Any]:
    began, ended = (datetime.fromisoformat(part[name]) for name in ("started_at", "ended_at"))
    return {**part, "minutes": round((ended - began).total_seconds() / 60, 1)}


_LEFT_OUT = frozenset({"format", "sender_key_id", "recipient_key_id", "form"})
_PERSONAL = frozenset({"personal_form"})


def _points(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
