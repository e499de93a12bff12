"""What follows from the marks of an answer: how far it is, its final mark, the new result.

All of it is derived from the rows of ``marks``, which are only ever added to. So a mark that is
taken back, an answer that comes back, or a changed rule needs no code of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, insert, select, update

from sync.hq.core.counted import AttemptKey
from sync.hq.marking.rules import Final, Need, decide
from sync.hq.marking.views import OPEN_STAGES, MarkKind, MarkRole, Plan, PlanItem, Stage
from sync.hq.persistence.marking_tables import marking_answers, marks
from sync.hq.persistence.result_tables import final_marks
from sync.hq.results.recompute import recompute
from sync.hq.results.versions import ResultCause, Why

_ORDER = (MarkRole.FIRST, MarkRole.SECOND, MarkRole.THIRD)
_STAGES = {Need.SECOND: Stage.SECOND, Need.THIRD: Stage.THIRD, Need.ADJUDICATOR: Stage.ADJUDICATOR}
WITHDRAWN = ""
"""In place of an answer's digest: a final mark that was taken back fits no answer."""


@dataclass(frozen=True)
class Settled:
    """``by``: the people whose marks the final mark comes from."""

    stage: Stage
    points: Decimal | None = None
    how: str = ""
    by: tuple[str, ...] = ()


def current_marks(connection: Connection, answer_id: str) -> Sequence[RowMapping]:
    """Return the marks of an answer that were not taken back, oldest first; no control marks."""
    later = marks.alias()
    followed = select(later.c.id).where(later.c.follows == marks.c.id).exists()
    counting = (
        (marks.c.answer_id == answer_id)
        & marks.c.control_id.is_(None)
        & (marks.c.kind != MarkKind.WITHDRAWN)
        & ~followed
    )
    return connection.execute(select(marks).where(counting).order_by(marks.c.id)).mappings().all()


def settled(given: Sequence[RowMapping], wanted: int, item: PlanItem, plan: Plan) -> Settled:
    """Return how far an answer with these current marks is."""
    decisions = [mark for mark in given if mark["role"] == MarkRole.ADJUDICATOR]
    if decisions and decisions[-1]["kind"] == MarkKind.MARK:
        newest = decisions[-1]
        return Settled(Stage.FINAL, newest["points"], "adjudicator", (newest["username"],))
    returned = decisions[-1]["id"] if decisions else 0
    if any(mark["kind"] == MarkKind.REFERRED and mark["id"] > returned for mark in given):
        return Settled(Stage.ADJUDICATOR)
    counting = {mark["role"]: mark for mark in given if mark["kind"] == MarkKind.MARK}
    ordered = [counting[role] for role in _ORDER if role in counting]
    if not ordered:
        return Settled(Stage.FIRST)
    outcome = decide(
        [mark["points"] for mark in ordered],
        wanted=wanted,
        threshold=item.threshold(plan),
        step=item.step,
        most=item.points,
        plan=plan.settings,
    )
    if isinstance(outcome, Final):
        by = tuple(mark["username"] for mark in ordered)
        return Settled(Stage.FINAL, outcome.points, outcome.how, by)
    return Settled(_STAGES[outcome])


def settle(
    connection: Connection, plan: Plan, item: PlanItem, answer_id: str, at: datetime, by: str
) -> Settled:
    """Bring an answer, its final mark and the result up to date with its marks.

    ``by``: whose act it follows from.
    """
    table = marking_answers
    row = connection.execute(select(table).where(table.c.id == answer_id)).mappings().one()
    given = current_marks(connection, answer_id)
    now = settled(given, row["wanted"], item, plan)
    markers = {m["role"]: m["username"] for m in given if m["kind"] == MarkKind.MARK}
    values = {
        "stage": now.stage.value,
        "open": now.stage in OPEN_STAGES,
        "first_by": markers.get(MarkRole.FIRST),
        "second_by": markers.get(MarkRole.SECOND),
        "third_by": markers.get(MarkRole.THIRD),
        "points": now.points,
        "how": now.how,
        "settled_at": at if now.stage is Stage.FINAL else None,
        **RELEASED,
    }
    connection.execute(update(table).where(table.c.id == answer_id).values(**values))
    _finalise(connection, row, now, at, by)
    return now


RELEASED = {"lease": None, "leased_to": None, "leased_at": None, "leased_until": None}
"""Values of an answer that nobody holds."""


def _finalise(connection: Connection, row: RowMapping, now: Settled, at: datetime, by: str) -> None:
    """Add a final mark, or one that takes it back, where the newest one says something else."""
    key = AttemptKey(row["centre_code"], row["attempt_id"])
    table = final_marks
    mine = (
        (table.c.centre_code == key.centre_code)
        & (table.c.attempt_id == key.attempt_id)
        & (table.c.item_id == row["item_id"])
    )
    query = select(table).where(mine).order_by(table.c.number.desc()).limit(1)
    newest = connection.execute(query).mappings().first()
    counted = newest is not None and newest["answer_digest"] == row["answer_digest"]
    if now.stage is Stage.FINAL:
        if newest is not None and counted and newest["points"] == now.points:
            return
        digest, points = row["answer_digest"], now.points
    elif counted and newest is not None:
        digest, points = WITHDRAWN, newest["points"]
    else:
        return
    values = {
        **key._asdict(),
        "item_id": row["item_id"],
        "number": 1 if newest is None else newest["number"] + 1,
        "points": points,
        "answer_digest": digest,
        "by": ", ".join(now.by),
        "reason": now.how,
        "at": at,
    }
    connection.execute(insert(table).values(**values))
    recompute(connection, [key], Why(ResultCause.MARKED, by, at))
