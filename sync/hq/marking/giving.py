"""Rows of ``marks``: what is checked before one is added, and what every one has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, insert, select

from sync.hq.context import HqContext
from sync.hq.marking.errors import PointsWrong
from sync.hq.marking.rules import on_step
from sync.hq.marking.views import MarkKind, MarkRole, PlanItem
from sync.hq.persistence.database import next_number
from sync.hq.persistence.marking_tables import marks

LONGEST_COMMENT = 1000
MOST_SECONDS = 24 * 3600

MARKED_AS_REAL = (MarkRole.FIRST, MarkRole.SECOND, MarkRole.THIRD, MarkRole.CONTROL)
"""Roles of marks that markers count as their work."""


def checked(item: PlanItem, given: Sequence[Decimal | None]) -> Sequence[Decimal]:
    """Return the points of each criterion.

    Raises:
        PointsWrong: one is missing, out of range or not by whole steps.
    """
    criteria = item.criteria
    for number, criterion in enumerate(criteria, start=1):
        points = given[number - 1] if number <= len(given) else None
        if (
            points is None
            or not points.is_finite()
            or not on_step(points, criterion.most, item.step)
        ):
            raise PointsWrong(number=number, most=criterion.most, step=item.step)
    if len(given) > len(criteria):
        raise PointsWrong(number=len(given), most=0, step=item.step)
    return [points for points in given if points is not None]


def add_mark(
    connection: Connection,
    context: HqContext,
    item: PlanItem,
    values: Mapping[str, Any],
    now: datetime,
) -> int:
    """Add a row to the marks; return its number."""
    mine = (marks.c.answer_id == values["answer_id"]) & (marks.c.username == values["username"])
    query = select(func.coalesce(func.max(marks.c.version), 0)).where(mine)
    number = next_number(connection, "marks")
    usual: dict[str, Any] = {
        "kind": MarkKind.MARK.value, "points": None, "criteria": [], "comment": "",
        "referred": "", "seconds": 0, "control_id": None, "follows": None,
    }  # fmt: skip
    row = {
        **usual,
        **values,
        "id": number,
        "plan_id": item.plan_id,
        "item_id": item.item_id,
        "version": connection.execute(query).scalar_one() + 1,
        "at": now,
        "day": day_of(context, now),
    }
    connection.execute(insert(marks).values(**row))
    return number


def day_of(context: HqContext, at: datetime) -> str:
    """Return the date of a time in the console's time zone."""
    return f"{at.astimezone(ZoneInfo(context.settings.console.timezone)):%Y-%m-%d}"


def count_done(
    connection: Connection, plan_id: str, username: str, item_id: str = "", day: str | None = None
) -> int:
    """Return how many answers a marker has marked, qualification scripts apart."""
    query = select(func.count()).where(worked(plan_id, username))
    if item_id:
        query = query.where(marks.c.item_id == item_id)
    if day is not None:
        query = query.where(marks.c.day == day)
    return int(connection.execute(query).scalar_one())


def worked(plan_id: str, username: str) -> ColumnElement[bool]:
    """Return a condition on marks: the first one of each answer that a marker has marked."""
    return (
        (marks.c.plan_id == plan_id)
        & (marks.c.username == username)
        & (marks.c.version == 1)
        & marks.c.role.in_([role.value for role in MARKED_AS_REAL])
    )
