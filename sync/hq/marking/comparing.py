"""Marks for control scripts beside the agreed ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from sync.hq.marking.drift import Comparison
from sync.hq.marking.views import MarkKind, Plan, items_of
from sync.hq.persistence.marking_tables import marking_controls, marks


class Purpose(StrEnum):
    """What a control script is for. The values are stored."""

    QUALIFICATION = "qualification"
    CONTROL = "control"


@dataclass(frozen=True)
class Compared:
    """What a marker gave for a control script, beside the agreed mark."""

    username: str
    item_id: str
    at: datetime
    comparison: Comparison


def compared(
    connection: Connection,
    plan: Plan,
    username: str | None = None,
    purpose: Purpose = Purpose.CONTROL,
    item_id: str | None = None,
) -> Sequence[Compared]:
    """Return the marks for control scripts beside the agreed ones, oldest first."""
    later, controls = marks.alias(), marking_controls
    followed = select(later.c.id).where(later.c.follows == marks.c.id).exists()
    query = (
        select(marks, controls.c.points.label("agreed"))
        .join(controls, controls.c.id == marks.c.control_id)
        .where(
            marks.c.plan_id == plan.id,
            controls.c.purpose == purpose.value,
            marks.c.kind == MarkKind.MARK.value,
            ~followed,
        )
        .order_by(marks.c.id)
    )
    if username is not None:
        query = query.where(marks.c.username == username)
    if item_id is not None:
        query = query.where(marks.c.item_id == item_id)
    points = {item.item_id: item.points for item in items_of(connection, plan.id)}
    return [
        Compared(
            row["username"],
            row["item_id"],
            row["at"],
            Comparison(row["points"], row["agreed"], points[row["item_id"]]),
        )
        for row in connection.execute(query).mappings()
    ]
