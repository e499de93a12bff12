"""State of the last contact with headquarters, and the position in its inbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.errors import ErrorRecord
from kiosk.exam.states import LinkState
from kiosk.store import meta
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class Contact:
    """How the link to headquarters stands.

    ``clock_offset_s``: HQ's clock minus ours. ``errors``: what went wrong at the last try.
    ``trouble``: the code that HQ gave when it answered that it can store nothing.
    """

    state: LinkState = LinkState.NEVER
    last_contact: datetime | None = None
    next_try: datetime | None = None
    errors: tuple[ErrorRecord, ...] = ()
    clock_offset_s: float | None = None
    failures: int = 0
    trouble: str | None = None


def get(db: Database) -> Contact:
    """Return the last contact; before the first, one in state ``never``."""
    kept = meta.get(db, "contact")
    if kept is None:
        return Contact()
    fields = json.loads(kept)
    times = {name: maybe_time(fields[name]) for name in ("last_contact", "next_try")}
    errors = tuple(ErrorRecord(**error) for error in fields["errors"])
    return Contact(**{**fields, **times, "errors": errors, "state": LinkState(fields["state"])})


def put(db: Database, contact: Contact) -> None:
    times = {
        name: None if at is None else to_text(at)
        for name, at in (("last_contact", contact.last_contact), ("next_try", contact.next_try))
    }
    errors = [{"code": error.code, "params": dict(error.params)} for error in contact.errors]
    meta.put(db, "contact", json.dumps({**vars(contact), **times, "errors": errors}))


def inbox_cursor(db: Database) -> int:
    """Return the number of the last notice in HQ's inbox that has been processed."""
    return int(meta.get(db, "inbox_cursor") or 0)


def inbox_mark(db: Database) -> str | None:
    """Return HQ's mark of the notice at the cursor; None before the first."""
    return meta.get(db, "inbox_mark") or None


def set_inbox_cursor(db: Database, cursor: int, mark: str | None) -> None:
    """Record that all notices up to ``cursor`` are processed; ``mark`` is the last one's."""
    meta.put(db, "inbox_cursor", str(cursor))
    meta.put(db, "inbox_mark", mark or "")


@dataclass(frozen=True)
class Completeness:
    """HQ's statement at ``at``: items of each kind that it has, and whether they are all."""

    at: datetime
    complete: bool
    held: Mapping[str, int]


def completeness(db: Database) -> Completeness | None:
    """Return HQ's last statement, or None."""
    kept = meta.get(db, "completeness")
    if kept is None:
        return None
    fields = json.loads(kept)
    return Completeness(to_time(fields["at"]), fields["complete"], fields["held"])


def put_completeness(db: Database, said: Completeness) -> None:
    meta.put(db, "completeness", json.dumps({**vars(said), "at": to_text(said.at)}))
