"""Rulings on items after the exam, as stored: what they concern and in which order they apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.papers.rulings import RulingKind
from sync.hq.persistence.result_tables import item_rulings


@dataclass(frozen=True)
class Ruling:
    """A ruling on one item.

    ``sitting_id``: empty for all sittings. ``item_version``: the only version it concerns, or
    None. ``revokes``: the id of the ruling that it revokes.
    """

    id: str
    programme_id: str
    item_id: str
    sitting_id: str
    item_version: int | None
    kind: RulingKind
    key: tuple[str, ...] = ()
    revokes: str | None = None

    def concerns(self, programme_id: str, sitting_id: str) -> bool:
        """Return whether it is about results of that programme and sitting."""
        return self.programme_id == programme_id and self.sitting_id in ("", sitting_id)


def applied_rulings(connection: Connection, programme_id: str, sitting_id: str) -> Sequence[Ruling]:
    """Return the applied rulings that concern a programme's results of a sitting, in order."""
    table = item_rulings
    query = (
        select(table)
        .where(
            table.c.programme_id == programme_id,
            table.c.sitting_id.in_(("", sitting_id)),
            table.c.number.is_not(None),
        )
        .order_by(table.c.number)
    )
    return [ruling_of(row) for row in connection.execute(query).mappings()]


def ruling_of(row: RowMapping) -> Ruling:
    """Return a stored ruling."""
    key: Sequence[Any] = row["key"]
    return Ruling(
        id=row["id"],
        programme_id=row["programme_id"],
        item_id=row["item_id"],
        sitting_id=row["sitting_id"],
        item_version=row["item_version"],
        kind=RulingKind(row["kind"]),
        key=tuple(key),
        revokes=row["revokes"],
    )
