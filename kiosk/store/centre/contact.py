"""How the last contact with headquarters went, and how far its inbox has been read."""

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
    """``clock_offset_s``: HQ's clock minus ours.
    ``errors``: what went wrong at the last try.

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
    """The last contact."""
    kept = meta.get(db, "contact")
    if kept is None:
        return Contact()
    fields = json.loads(kept)
    times = {name: maybe_time(fields[name]) for name in ("last_contact", "next_try")}
    errors = tuple(ErrorRecord(**error) for error in fields["errors"])
    return Contact(**{**fields, **times, "errors": errors, "state": LinkState(fields["state"])})


def put(db: Database, contact: Contact) -> None:
    """Keep how it went."""
    times = {
        name: None if at is None else to_text(at)
        for name, at in (("last_contact", contact.last_contact), ("next_try", contact.next_try))
    }
    errors = [{"code": error.code, "params": dict(error.params)} for error in contact.errors]
    meta.put(db, "contact", json.dumps({**vars(contact), **times, "errors": errors}))


def inbox_cursor(db: Database) -> int:
    """How far HQ's inbox has been worked through."""
    return int(meta.get(db, "inbox_cursor") or 0)


def inbox_mark(db: Database) -> str | None:
    """What HQ knows the notice at the cursor by; None before the first."""
    return meta.get(db, "inbox_mark") or None


def set_inbox_cursor(db: Database, cursor: int, mark: str | None) -> None:
    """Everything up to ``cursor`` is done; ``mark`` of the notice there."""
    meta.put(db, "inbox_cursor", str(cursor))
    meta.put(db, "inbox_mark", mark or "")


@dataclass(frozen=True)
class Completeness:
    """HQ's word at ``at``: how much it held of each kind, and whether that was everything."""

    at: datetime
    complete: bool
    held: Mapping[str, int]


def completeness(db: Database) -> Completeness | None:
    """What HQ said last, or None."""
    kept = meta.get(db, "completeness")
    if kept is None:
        return None
    fields = json.loads(kept)
    return Completeness(to_time(fields["at"]), fields["complete"], fields["held"])


def put_completeness(db: Database, said: Completeness) -> None:
    """Keep what HQ said."""
    meta.put(db, "completeness", json.dumps({**vars(said), "at": to_text(said.at)}))
