"""What adjudicators see and decide: every answer with its marks, by code; never by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.paging import clamped
from sync.hq.errors import NotFound
from sync.hq.marking.errors import CommentMissing
from sync.hq.marking.giving import LONGEST_COMMENT, add_mark, checked
from sync.hq.marking.leading import require_lead
from sync.hq.marking.reading import CLEARED
from sync.hq.marking.rules import code
from sync.hq.marking.settling import settle
from sync.hq.marking.views import (
    GONE,
    MarkKind,
    MarkRole,
    Plan,
    PlanItem,
    Stage,
    answer_of,
    item_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import marking_answers, marks

PAGE = 50


class Disclosed(StrEnum):
    """How a person judged what was found in an answer. The values are stored."""

    FOUND = "found"
    CLEARED = CLEARED
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Listed:
    """A line of the list of answers; ``given``: marks by role, with who gave them."""

    id: str
    code: str
    item_id: str
    stage: Stage
    words: int
    points: Decimal | None
    how: str
    disclosed: Sequence[str]
    disclosure: str
    given: Sequence["GivenMark"] = ()


@dataclass(frozen=True)
class GivenMark:
    """A row of the marks as adjudicators read it."""

    id: int
    username: str
    role: MarkRole
    kind: MarkKind
    points: Decimal | None
    criteria: Sequence[str]
    comment: str
    referred: str
    seconds: int
    at: datetime
    control: bool
    withdrawn: bool


@dataclass(frozen=True)
class Wanted:
    """Which answers a list shows; empty: all."""

    stage: str = ""
    item_id: str = ""
    disclosed: bool = False


@dataclass(frozen=True)
class AnswerPage:
    """A page of answers, and how many there are."""

    answers: Sequence[Listed]
    total: int
    page: int
    pages: int


class Adjudication:
    """Lists answers and decides those that marks alone do not."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(self, plan_id: str, wanted: Wanted, page: int, reader: str) -> AnswerPage:
        """Return a page of answers in random order, so that nothing shows whose they are.

        Raises:
            NotFound: no such plan.
        """
        table = marking_answers
        with self._context.database.read() as connection:
            plan = plan_of(connection, plan_id)
            chosen = _chosen(select(table.c.id), plan_id, wanted)
            counted = _chosen(select(func.count()).select_from(table), plan_id, wanted)
            total = int(connection.execute(counted).scalar_one())
            page, pages = clamped(page, total, PAGE)
            order = (table.c.place, table.c.id)
            # Ids first: the rows of skipped pages need not be read.
            some = chosen.order_by(*order).limit(PAGE).offset((page - 1) * PAGE).subquery()
            query = select(table).join(some, some.c.id == table.c.id).order_by(*order)
            rows = connection.execute(query).mappings().all()
            given = _marks_of(connection, [row["id"] for row in rows])
            found = [_listed(plan, row, given.get(row["id"], ()), reader) for row in rows]
            return AnswerPage(found, total, page, pages)

    def get(self, plan_id: str, answer_id: str, reader: str) -> Listed:
        """Return an answer with every mark, those that were taken back included.

        Raises:
            NotFound: no such plan or answer.
        """
        with self._context.database.read() as connection:
            plan, row = plan_of(connection, plan_id), answer_of(connection, plan_id, answer_id)
            return _listed(plan, row, _marks_of(connection, [answer_id]).get(answer_id, ()), reader)

    def decide(
        self,
        plan_id: str,
        answer_id: str,
        criteria: Sequence[Decimal | None],
        reason: str,
        by: str,
    ) -> None:
        """Give an answer its final mark, whatever markers gave.

        Raises:
            RoleMissing: the account does not lead marking of this programme.
            NotFound: no such answer, or the candidate's answer is another one now.
            PointsWrong: points that cannot be given.
            CommentMissing: no reason.
        """
        comment = _required(reason)
        with self._context.database.write() as connection:
            now, plan, item = self._open(connection, plan_id, answer_id, by)
            points = checked(item, criteria)
            values = {
                "answer_id": answer_id,
                "username": by,
                "role": MarkRole.ADJUDICATOR.value,
                "points": sum(points, Decimal(0)),
                "criteria": [format(value, "f") for value in points],
                "comment": comment,
            }
            number = add_mark(connection, self._context, item, values, now)
            settle(connection, plan, item, answer_id, now, by)
            named = {"plan": plan_id, "item": item.item_id, "answer": answer_id, "mark": number}
            record(connection, now, AuditKind.MARK_DECIDED, by, **named)

    def send_back(self, plan_id: str, answer_id: str, reason: str, by: str) -> None:
        """Send an answer back to markers: a referral, or an earlier decision, no longer holds.

        Raises:
            RoleMissing: the account does not lead marking of this programme.
            NotFound: no such answer, or the candidate's answer is another one now.
            CommentMissing: no reason.
        """
        comment = _required(reason)
        with self._context.database.write() as connection:
            now, plan, item = self._open(connection, plan_id, answer_id, by)
            values = {
                "answer_id": answer_id,
                "username": by,
                "role": MarkRole.ADJUDICATOR.value,
                "kind": MarkKind.RETURNED.value,
                "comment": comment,
            }
            add_mark(connection, self._context, item, values, now)
            settle(connection, plan, item, answer_id, now, by)
            named = {"plan": plan_id, "item": item.item_id, "answer": answer_id}
            record(connection, now, AuditKind.ANSWER_SENT_BACK, by, **named)

    def judge_disclosure(self, plan_id: str, answer_id: str, judged: Disclosed, by: str) -> None:
        """Record whether what was found identifies the author; if not, markers see it again.

        Raises:
            RoleMissing: the account does not lead marking of this programme.
            NotFound: no such answer, or nothing was found in it.
        """
        table = marking_answers
        with self._context.database.write() as connection:
            now, _, item = self._open(connection, plan_id, answer_id, by)
            found = (table.c.id == answer_id) & (table.c.disclosure > "")
            change = update(table).where(found).values(disclosure=judged.value)
            if not connection.execute(change).rowcount:
                raise NotFound(what="disclosure")
            named = {"plan": plan_id, "item": item.item_id, "answer": answer_id}
            record(connection, now, AuditKind.DISCLOSURE_JUDGED, by, **named, judged=judged.value)

    def _open(
        self, connection: Connection, plan_id: str, answer_id: str, by: str
    ) -> tuple[datetime, Plan, PlanItem]:
        plan = plan_of(connection, plan_id)
        require_lead(connection, by, plan.programme_id)
        row = answer_of(connection, plan_id, answer_id)
        if row["stage"] in GONE:
            raise NotFound(what="answer")
        return self._context.clock.now(), plan, item_of(connection, plan_id, row["item_id"])


def _required(reason: str) -> str:
    comment = plain_text(reason)[:LONGEST_COMMENT]
    if not comment:
        raise CommentMissing
    return comment


def _chosen(query: Select[Any], plan_id: str, wanted: Wanted) -> Select[Any]:
    table = marking_answers
    query = query.where(table.c.plan_id == plan_id)
    if wanted.stage:
        query = query.where(table.c.stage == wanted.stage)
    if wanted.item_id:
        query = query.where(table.c.item_id == wanted.item_id)
    return query.where(table.c.disclosure > "") if wanted.disclosed else query


def _marks_of(
    connection: Connection, answer_ids: Sequence[str]
) -> Mapping[str, Sequence[GivenMark]]:
    query = select(marks).where(marks.c.answer_id.in_(answer_ids)).order_by(marks.c.id)
    rows = connection.execute(query).mappings().all()
    followed = {row["follows"] for row in rows}
    found: dict[str, list[GivenMark]] = {}
    for row in rows:
        found.setdefault(row["answer_id"], []).append(_given(row, row["id"] in followed))
    return found


def _given(row: RowMapping, withdrawn: bool) -> GivenMark:
    return GivenMark(
        id=row["id"],
        username=row["username"],
        role=MarkRole(row["role"]),
        kind=MarkKind(row["kind"]),
        points=row["points"],
        criteria=row["criteria"],
        comment=row["comment"],
        referred=row["referred"],
        seconds=row["seconds"],
        at=row["at"],
        control=row["control_id"] is not None,
        withdrawn=withdrawn,
    )


def _listed(plan: Plan, row: RowMapping, given: Sequence[GivenMark], reader: str) -> Listed:
    return Listed(
        id=row["id"],
        code=code(plan.seed, reader, row["id"]),
        item_id=row["item_id"],
        stage=Stage(row["stage"]),
        words=row["words"],
        points=row["points"],
        how=row["how"],
        disclosed=row["disclosed"],
        disclosure=row["disclosure"],
        given=given,
    )
