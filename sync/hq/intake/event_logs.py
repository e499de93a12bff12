"""Event-log parts of sittings, and the gaps, breaks and restores they reveal (R23)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.event_kinds import EventKind
from sync.hq.context import HqContext
from sync.hq.intake.budgets import EVENT_LOGS
from sync.hq.intake.deliveries import Arrival, DeliveryKind
from sync.hq.persistence import tables
from sync.hq.persistence.sync_tables import event_logs
from sync.wire.chain import GENESIS
from sync.wire.delivery.event_log import EventLogPart, open_event_log_part
from sync.wire.sealing.keys import KeyHolder, PublicKeys


@dataclass(frozen=True)
class Finding:
    """A fault in the event log of a sitting at a centre.

    ``what`` is ``missing`` (events ``first`` to ``last`` have not arrived), ``broken`` (event
    ``first`` was altered), ``restored`` (from ``first`` on there is a second chain, because the
    centre was restored from a backup), ``unknown_head`` (a result refers to a head that no
    event has) or ``too_late`` (package version ``first`` arrived after the paper was unlocked
    and was not used).
    """

    centre_code: str
    sitting_id: str
    what: str
    first: int
    last: int


class EventLogKind(DeliveryKind[EventLogPart]):
    """What is special about ``PUT /sync/v1/event-logs/ID``."""

    name = "event_log"
    daily = EVENT_LOGS

    def open(
        self, data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
    ) -> tuple[EventLogPart, str]:
        """Return the part, and its digest."""
        return open_event_log_part(data, hq, centre, centre_code)

    def receipt(self, content: EventLogPart) -> Mapping[str, Any]:
        """Names the sitting and the last event."""
        return {"sitting_id": content.sitting_id, "chain_head": content.last.hash}

    def columns(self, arrival: Arrival[EventLogPart]) -> Mapping[str, Any]:
        """Return the events, and the first that does not fit the others."""
        part = arrival.content
        return {
            "sitting_id": part.sitting_id,
            "first_seq": part.first.seq,
            "last_seq": part.last.seq,
            "previous": part.first.previous,
            "head": part.last.hash,
            "broken_at": part.broken_event(),
            "events": [event.model_dump(mode="json") for event in part.events],
        }


class EventLogs:
    """Checks the event logs that have arrived."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def findings(self, since: datetime | None = None) -> Sequence[Finding]:
        """Return all findings, by centre and sitting.

        ``since``: only for event logs of which a part was received after that time. Everything
        is checked again on each call; no earlier finding is trusted.
        """
        with self._context.database.read() as connection:
            return [
                finding
                for centre, sitting in _sittings(connection, since)
                for finding in _findings(connection, centre, sitting)
            ]


def log_gaps(connection: Connection, sitting_id: str) -> Sequence[str]:
    """Return the centres whose event log of a sitting lacks events or was altered."""
    return [
        centre
        for centre, sitting in _sittings(connection, None)
        if sitting == sitting_id and any(_findings(connection, centre, sitting))
    ]


def _sittings(connection: Connection, since: datetime | None) -> Sequence[tuple[str, str]]:
    query = select(event_logs.c.centre_code, event_logs.c.sitting_id).distinct()
    if since is not None:
        query = query.where(event_logs.c.received_at >= since)
    rows = connection.execute(
        query.order_by(event_logs.c.centre_code, event_logs.c.sitting_id)
    ).all()
    return [(row.centre_code, row.sitting_id) for row in rows]


def _findings(connection: Connection, centre_code: str, sitting_id: str) -> Iterable[Finding]:
    query = (
        select(event_logs)
        .where(event_logs.c.centre_code == centre_code, event_logs.c.sitting_id == sitting_id)
        .order_by(event_logs.c.first_seq, event_logs.c.last_seq, event_logs.c.received_at)
    )
    parts = connection.execute(query).mappings().all()
    hashes = {(event["seq"], event["hash"]) for part in parts for event in part["events"]}
    follows: dict[str, int] = {}
    for part in parts:
        if part["broken_at"] is not None:
            at = part["broken_at"]
            yield Finding(centre_code, sitting_id, "broken", at, at)
        yield from _link(centre_code, sitting_id, part, hashes, follows)
        for event in part["events"]:
            if event["kind"] == EventKind.PACKAGE_TOO_LATE:
                version = int(event["data"]["version"])
                yield Finding(centre_code, sitting_id, "too_late", version, version)
    bundles = tables.bundles
    query = select(bundles.c.chain_seq, bundles.c.chain_head).where(
        bundles.c.centre_code == centre_code, bundles.c.sitting_id == sitting_id
    )
    newest = parts[-1]["last_seq"]
    for seq, head in connection.execute(query.distinct().order_by(bundles.c.chain_seq)):
        # A head beyond the newest event is no fault: that part may still be on its way.
        if 0 < seq <= newest and (seq, head) not in hashes:
            yield Finding(centre_code, sitting_id, "unknown_head", seq, seq)


def _link(
    centre_code: str,
    sitting_id: str,
    part: RowMapping,
    hashes: set[tuple[int, str]],
    follows: dict[str, int],
) -> Iterable[Finding]:
    """Yield findings about how a part continues those before it.

    ``follows`` maps the hash of an event to the number of the event that follows it.
    """
    first, previous = part["first_seq"], part["previous"]
    known = previous == GENESIS if first == 1 else (first - 1, previous) in hashes
    if not known:
        before = max((seq for seq, _ in hashes if seq < first), default=0)
        last = first - 1
        yield Finding(centre_code, sitting_id, "missing", min(before + 1, last), last)
    # Two events that continue the same one: the chain forked after a restore.
    if previous in follows:
        yield Finding(centre_code, sitting_id, "restored", first, part["last_seq"])
    for event in part["events"]:
        follows.setdefault(event["previous"], event["seq"])
