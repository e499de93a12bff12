"""Findings about registered portraits. No face template is ever stored here."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import one
from kiosk.store.times import to_text


@dataclass(frozen=True)
class Lookalike:
    """Two candidates of a sitting whose portraits may show one person."""

    first: str
    second: str
    similarity: float


def problems(db: Database, sitting_id: str) -> dict[str, tuple[str, ...]]:
    """Return what is wrong with each checked portrait, by admission number."""
    rows = db.query("SELECT * FROM portrait_checks WHERE sitting_id = ?", [sitting_id])
    return {row["admission_no"]: tuple(json.loads(row["problems"])) for row in rows}


def set_problems(
    db: Database, sitting_id: str, found: dict[str, tuple[str, ...]], at: datetime
) -> None:
    """Record findings, replacing earlier ones about the same portraits."""
    db.table("portrait_checks").upsert_all(
        [
            {
                "sitting_id": sitting_id,
                "admission_no": number,
                "at": to_text(at),
                "problems": json.dumps(wrong),
            }
            for number, wrong in found.items()
        ],
        pk=("sitting_id", "admission_no"),
    )


def forget(db: Database, sitting_id: str, admission_no: str | None = None) -> None:
    """Delete findings about one portrait of a sitting or all, so that they are checked again.

    Comparisons are always deleted for the whole sitting: one new portrait may resemble any
    other.
    """
    which = [sitting_id] if admission_no is None else [sitting_id, admission_no]
    extra = "" if admission_no is None else " AND admission_no = ?"
    db.execute(f"DELETE FROM portrait_checks WHERE sitting_id = ?{extra}", which)  # noqa: S608
    db.execute("DELETE FROM lookalikes WHERE sitting_id = ?", [sitting_id])
    db.execute("DELETE FROM portrait_comparisons WHERE sitting_id = ?", [sitting_id])


def compared(db: Database, sitting_id: str) -> bool:
    """Return whether the sitting's portraits have been compared with each other."""
    found = one(db, "SELECT 1 FROM portrait_comparisons WHERE sitting_id = ?", [sitting_id])
    return found is not None


def set_lookalikes(db: Database, sitting_id: str, found: list[Lookalike], at: datetime) -> None:
    """Record the outcome of a comparison, replacing the earlier one."""
    db.execute("DELETE FROM lookalikes WHERE sitting_id = ?", [sitting_id])
    rows = [{"sitting_id": sitting_id, **vars(pair)} for pair in found]
    db.table("lookalikes").insert_all(rows)
    db.table("portrait_comparisons").upsert(
        {"sitting_id": sitting_id, "at": to_text(at)}, pk="sitting_id"
    )


def lookalikes(db: Database, sitting_id: str) -> list[Lookalike]:
    """Return pairs that may be one person, the most alike first."""
    rows = db.query(
        "SELECT first, second, similarity FROM lookalikes WHERE sitting_id = ?"
        " ORDER BY similarity DESC",
        [sitting_id],
    )
    return [Lookalike(**row) for row in rows]
