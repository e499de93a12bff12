"""Pages of a sitting's event log: filtered, newest first, and never more than a part of it read."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.store.exam.events import Event, of_rows
from kiosk.store.times import to_text

MOST_READ = 20_000
"""How many events one page looks through at most, so that a rare one blocks nobody."""

_FIRST = (1 << 62, 1 << 62)


@dataclass(frozen=True)
class EventFilter:
    """Which events to return; None and "" mean any.

    ``prefixes``: beginnings of further kinds, beside ``kinds``. ``attempts``: only these;
    ``hidden``: not these. ``text`` is in who or data, or the event is one of ``text_kinds`` or of
    ``text_attempts``.
    """

    kinds: Collection[str] | None = None
    prefixes: Collection[str] = ()
    attempts: Collection[str] | None = None
    hidden: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    text_kinds: Collection[str] = ()
    text_attempts: Collection[str] = ()


@dataclass(frozen=True)
class LogPlace:
    """A place in a sitting's event log: just before the event of that epoch and number."""

    epoch: int
    seq: int


@dataclass(frozen=True)
class EventPage:
    """Events, newest first. ``further``: where to go on, None at the oldest event.

    With fewer events than asked for and a place to go on, ``MOST_READ`` events were looked through.
    """

    events: Sequence[Event]
    further: LogPlace | None


_HERE = "sitting_id = :sitting AND (epoch, seq) < (:epoch, :seq)"
_NEWEST_FIRST = "ORDER BY epoch DESC, seq DESC"
_WANTED = """
(:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds))
  OR EXISTS (SELECT 1 FROM json_each(:prefixes) WHERE substr(kind, 1, length(value)) = value))
 AND (:attempts IS NULL OR attempt_id IN (SELECT value FROM json_each(:attempts)))
 AND (attempt_id IS NULL OR attempt_id NOT IN (SELECT value FROM json_each(:hidden)))
 AND at >= :since AND at < :until
 AND (:text = '' OR instr(lower(who || ' ' || data), :text)
  OR kind IN (SELECT value FROM json_each(:text_kinds))
  OR attempt_id IN (SELECT value FROM json_each(:text_attempts)))
"""


def page(
    db: Database,
    sitting_id: str,
    wanted: EventFilter,
    before: LogPlace | None,
    limit: int,
    most_read: int = MOST_READ,
) -> EventPage:
    """Return at most ``limit`` events before a place, or the newest."""
    epoch, seq = _FIRST if before is None else (before.epoch, before.seq)
    here = {"sitting": sitting_id, "epoch": epoch, "seq": seq}
    last = _last_read(db, here, most_read)
    rows = db.query(
        f"SELECT * FROM events WHERE {_HERE} AND (epoch, seq) >= (:last_epoch, :last_seq)"  # noqa: S608
        f" AND {_WANTED} {_NEWEST_FIRST} LIMIT :limit",
        {
            **here,
            **_params(wanted),
            "last_epoch": last.epoch if last else 0,
            "last_seq": last.seq if last else 0,
            "limit": limit + 1,
        },
    )
    found = list(of_rows(rows))
    if len(found) > limit:
        end = found[limit - 1]
        return EventPage(found[:limit], LogPlace(end.epoch, end.seq))
    return EventPage(found, last)


def _last_read(db: Database, here: Mapping[str, object], most_read: int) -> LogPlace | None:
    """Return the event after which a page stops reading; None where there are fewer."""
    # The index alone answers this, however large the events are.
    rows = db.query(
        f"SELECT epoch, seq FROM events WHERE {_HERE} {_NEWEST_FIRST} LIMIT 1 OFFSET :read",  # noqa: S608
        {**here, "read": most_read - 1},
    )
    return next((LogPlace(**row) for row in rows), None)


def _params(wanted: EventFilter) -> dict[str, object]:
    return {
        "kinds": _listed(wanted.kinds),
        "prefixes": _listed(wanted.prefixes),
        "attempts": _listed(wanted.attempts),
        "hidden": _listed(wanted.hidden),
        "since": "" if wanted.since is None else to_text(wanted.since),
        "until": "~" if wanted.until is None else to_text(wanted.until),
        "text": wanted.text.lower(),
        "text_kinds": _listed(wanted.text_kinds),
        "text_attempts": _listed(wanted.text_attempts),
    }


def _listed(values: Collection[str] | None) -> str | None:
    return None if values is None else json.dumps(sorted(values))
