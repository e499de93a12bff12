"""Parts of sittings' event logs, and what they show: gaps, breaks, restores (R23)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.event_kinds import EventKind
from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.errors import BundleIdWrong
from sync.hq.intake.budgets import EVENT_LOGS, DailyBudget
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.sync_tables import event_logs
from sync.wire.delivery.event_log import EventLogPart, open_event_log_part
from sync.wire.delivery.receipt import Receipt, sign_receipt
from sync.wire.delivery.result import GENESIS


@dataclass(frozen=True)
class Finding:
    """What is wrong with the event log of a sitting at a centre.

    ``what``: ``missing`` (events ``first`` to ``last`` have not come), ``broken`` (event ``first``
    was altered), ``restored`` (from ``first`` on there is another course of events, because the
    centre was restored from a backup), ``unknown_head`` (a bundle names a head that no event has),
    ``too_late`` (package version ``first`` came after the paper was unlocked, and was not used).
    """

    centre_code: str
    sitting_id: str
    what: str
    first: int
    last: int


class EventLogs:
    """Headquarters' end of ``PUT /sync/v1/event-logs/ID``, and of a stick."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres
        self._budget = DailyBudget(context, EVENT_LOGS)

    def take(self, centre_code: str, part_id: str, data: bytes) -> bytes:
        """Store a sealed part of an event log and return the signed receipt.

        Raises WireErrors for one that is not this centre's or not whole, and
        :class:`BundleIdWrong` when its id is not ``part_id``, :class:`BudgetSpent` when the
        centre has brought too much today; nothing is kept then.
        """
        known = self._receipt(centre_code, part_id)
        if known is not None:
            return known
        hq = self._context.keys
        event_log, found_id = self._centres.open(
            centre_code, lambda keys: open_event_log_part(data, hq, keys, centre_code)
        )
        if found_id != part_id:
            raise BundleIdWrong
        self._budget.require(centre_code, len(data))
        receipt = self._store(event_log, part_id, data)
        self._budget.add(centre_code, len(data))
        return receipt

    def findings(self, since: datetime | None = None) -> Sequence[Finding]:
        """Everything that does not fit, by centre and sitting.

        ``since``: only in event logs received in part after that time. Each is read again,
        so that nobody has to believe what was found earlier.
        """
        with self._context.database.read() as connection:
            return [
                finding
                for centre, sitting in _sittings(connection, since)
                for finding in _findings(connection, centre, sitting)
            ]

    def _receipt(self, centre_code: str, part_id: str) -> bytes | None:
        with self._context.database.read() as connection:
            return _known_receipt(connection, centre_code, part_id)

    def _store(self, event_log: EventLogPart, part_id: str, data: bytes) -> bytes:
        blob, now = self._context.blobs.put(data), self._context.clock.now()
        receipt = Receipt(
            kind="event_log",
            id=part_id,
            centre_code=event_log.centre_code,
            sitting_id=event_log.sitting_id,
            chain_head=event_log.last.hash,
            received_at=now,
        )
        signed = sign_receipt(receipt, self._context.keys)
        values = {**_columns(event_log), "id": part_id, "blob": blob}
        with self._context.database.write_shared() as connection:
            self._context.blobs.keep(blob, data)
            if insert_new(connection, event_logs, **values, receipt=signed, received_at=now):
                return signed
            known = _known_receipt(connection, event_log.centre_code, part_id)
            if known is None:
                raise BundleIdWrong  # another centre's; never acknowledge what is not there
            return known


def _known_receipt(connection: Connection, centre_code: str, part_id: str) -> bytes | None:
    query = select(event_logs.c.receipt).where(
        event_logs.c.id == part_id, event_logs.c.centre_code == centre_code
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def _columns(event_log: EventLogPart) -> dict[str, Any]:
    return {
        "centre_code": event_log.centre_code,
        "sitting_id": event_log.sitting_id,
        "first_seq": event_log.first.seq,
        "last_seq": event_log.last.seq,
        "previous": event_log.first.previous,
        "head": event_log.last.hash,
        "broken_at": event_log.broken_event(),
        "events": [event.model_dump(mode="json") for event in event_log.events],
    }


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
        if 0 < seq <= newest and (seq, head) not in hashes:
            yield Finding(centre_code, sitting_id, "unknown_head", seq, seq)


def _link(
    centre_code: str,
    sitting_id: str,
    part: RowMapping,
    hashes: set[tuple[int, str]],
    follows: dict[str, int],
) -> Iterable[Finding]:
    """How a part hangs on those before it; ``follows`` has what is known to follow a hash."""
    first, previous = part["first_seq"], part["previous"]
    known = previous == GENESIS if first == 1 else (first - 1, previous) in hashes
    if not known:
        before = max((seq for seq, _ in hashes if seq < first), default=0)
        last = first - 1
        yield Finding(centre_code, sitting_id, "missing", min(before + 1, last), last)
    if previous in follows:
        yield Finding(centre_code, sitting_id, "restored", first, part["last_seq"])
    for event in part["events"]:
        follows.setdefault(event["previous"], event["seq"])
