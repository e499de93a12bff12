"""Personal data forms of attempts (R14); the values are sealed, names of fields are not."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from kiosk.exam.programme.personal_form import PersonalField
from kiosk.store.rows import one
from kiosk.store.times import to_text, to_time

FormState = Literal["draft", "confirmed", "skipped"]


@dataclass(frozen=True)
class StoredForm:
    """What a candidate has entered; ``sealed``: the values as JSON, under the key of portraits.

    ``changed``: fields that differ from the registered data. ``by`` and ``reason``: who let the
    candidate go on without the form, and why.
    """

    attempt_id: str
    sitting_id: str
    state: FormState
    sealed: bytes
    changed: tuple[PersonalField, ...]
    at: datetime
    by: str = ""
    reason: str = ""

    @property
    def done(self) -> bool:
        """Whether the candidate may go on."""
        return self.state != "draft"


def keep(db: Database, form: StoredForm) -> None:
    """Store a form, replacing the attempt's earlier one."""
    row = {**vars(form), "at": to_text(form.at), "changed": json.dumps(form.changed)}
    db.table("personal_forms").upsert(row, pk="attempt_id")


def get(db: Database, attempt_id: str) -> StoredForm | None:
    """Return an attempt's form, or None while nothing was entered."""
    row = one(db, "SELECT * FROM personal_forms WHERE attempt_id = ?", [attempt_id])
    return None if row is None else _form(row)


def done(db: Database, attempt_id: str) -> bool:
    """Whether the form was confirmed, or staff let the candidate go on without it."""
    found = get(db, attempt_id)
    return found is not None and found.done


def of_sitting(db: Database, sitting_id: str) -> dict[str, StoredForm]:
    """Return the forms of a sitting, by attempt."""
    rows = db.query("SELECT * FROM personal_forms WHERE sitting_id = ?", [sitting_id])
    return {row["attempt_id"]: _form(row) for row in rows}


def forget(db: Database, attempt_id: str) -> None:
    """Delete what was entered, because another person was signed in."""
    db.execute("DELETE FROM personal_forms WHERE attempt_id = ?", [attempt_id])


def _form(row: dict[str, Any]) -> StoredForm:
    changed = tuple(PersonalField(name) for name in json.loads(row["changed"]))
    return StoredForm(**{**row, "changed": changed, "at": to_time(row["at"])})
