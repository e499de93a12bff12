"""Plans, items, answers and markers as the services of marking read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.items.item import Item, MarkScheme
from sync.hq.errors import NotFound
from sync.hq.marking.rules import Criterion, criteria_of
from sync.hq.marking.settings import ItemRule, PlanSettings
from sync.hq.persistence.marking_tables import (
    marking_answers,
    marking_items,
    marking_markers,
    marking_plans,
)


class PlanState(StrEnum):
    """Whether a plan's answers are given out. The values are stored."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Stage(StrEnum):
    """How far an answer is. The values are stored.

    ``REPLACED``: the candidate's counted answer is another one now. ``LEFT_OUT``: the attempt
    does not count, for example because it is void.
    """

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    ADJUDICATOR = "adjudicator"
    FINAL = "final"
    REPLACED = "replaced"
    LEFT_OUT = "left_out"


OPEN_STAGES = frozenset({Stage.FIRST, Stage.SECOND, Stage.THIRD})
GONE = frozenset({Stage.REPLACED, Stage.LEFT_OUT})


class MarkRole(StrEnum):
    """As what a mark was given. The values are stored."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    CONTROL = "control"
    QUALIFICATION = "qualification"
    ADJUDICATOR = "adjudicator"


class MarkKind(StrEnum):
    """What a row of the marks says. The values are stored.

    ``RETURNED``: the adjudicator sent a referred answer back to markers.
    """

    MARK = "mark"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


class Referral(StrEnum):
    """Why a marker refers an answer to the adjudicator. The values are stored."""

    UNREADABLE = "unreadable"
    DISCLOSURE = "disclosure"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


@dataclass(frozen=True)
class Plan:
    """How the written answers of one paper of a sitting are marked."""

    id: str
    sitting_id: str
    paper: str
    programme_id: str
    settings: PlanSettings
    seed: str
    state: PlanState
    why: str
    seen: int
    opened_at: datetime
    opened_by: str

    @classmethod
    def of_row(cls, row: RowMapping) -> Self:
        """Return the plan that a row has."""
        values = dict(row)
        settings = PlanSettings.model_validate(values.pop("settings"))
        return cls(**{**values, "settings": settings, "state": PlanState(values["state"])})


@dataclass(frozen=True)
class PlanItem:
    """A written item of a plan with its mark scheme as it was in the paper."""

    plan_id: str
    item_id: str
    number: int
    version: int | None
    points: Decimal
    step: Decimal
    item: Item
    scheme: MarkScheme
    rule: ItemRule
    paused: bool

    @classmethod
    def of_row(cls, row: RowMapping) -> Self:
        """Return the item that a row has."""
        values = {
            **row,
            "item": Item.model_validate(row["item"]),
            "scheme": MarkScheme.model_validate(row["scheme"]),
            "rule": ItemRule.model_validate(row["rule"]),
        }
        return cls(**values)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What points are given for."""
        return criteria_of(self.scheme, self.points, self.step)

    def double_percent(self, plan: Plan) -> int:
        """Return how many of 100 answers two people mark."""
        own = self.rule.double_percent
        return plan.settings.double_percent if own is None else own

    def threshold(self, plan: Plan) -> Decimal:
        """Return the largest difference of two marks that needs no third."""
        own = self.rule.threshold
        return plan.settings.threshold if own is None else own


@dataclass(frozen=True)
class Assignment:
    """A marker of an item, or of all items (empty), and how many answers are planned."""

    plan_id: str
    item_id: str
    username: str
    least_a_day: int = 0
    most_a_day: int | None = None
    least: int = 0
    most: int | None = None
    paused_at: datetime | None = None
    paused_by: str | None = None
    resumed_at: datetime | None = None
    why: str = ""
    assigned_at: datetime | None = None
    assigned_by: str = ""
    ended_at: datetime | None = None


def plan_of(connection: Connection, plan_id: str) -> Plan:
    """Return a plan.

    Raises:
        NotFound: it does not exist.
    """
    query = select(marking_plans).where(marking_plans.c.id == plan_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="marking plan")
    return Plan.of_row(row)


def items_of(connection: Connection, plan_id: str) -> Sequence[PlanItem]:
    """Return the written items of a plan, in the order of its papers."""
    table = marking_items
    query = select(table).where(table.c.plan_id == plan_id).order_by(table.c.number)
    return [PlanItem.of_row(row) for row in connection.execute(query).mappings()]


def item_of(connection: Connection, plan_id: str, item_id: str) -> PlanItem:
    """Return an item of a plan.

    Raises:
        NotFound: the plan does not have it.
    """
    table = marking_items
    mine = (table.c.plan_id == plan_id) & (table.c.item_id == item_id)
    row = connection.execute(select(table).where(mine)).mappings().first()
    if row is None:
        raise NotFound(what="item")
    return PlanItem.of_row(row)


def answer_of(connection: Connection, plan_id: str, answer_id: str) -> RowMapping:
    """Return the row of an answer.

    Raises:
        NotFound: the plan does not have it.
    """
    table = marking_answers
    mine = (table.c.plan_id == plan_id) & (table.c.id == answer_id)
    row = connection.execute(select(table).where(mine)).mappings().first()
    if row is None:
        raise NotFound(what="answer")
    return row


def assignments_of(
    connection: Connection, plan_id: str, username: str | None = None
) -> Sequence[Assignment]:
    """Return the markers of a plan, or what one of them is assigned to; ended ones are left out."""
    table = marking_markers
    query = select(table).where(table.c.plan_id == plan_id, table.c.ended_at.is_(None))
    if username is not None:
        query = query.where(table.c.username == username)
    rows = connection.execute(query.order_by(table.c.username, table.c.item_id)).mappings()
    return [Assignment(**row) for row in rows]
