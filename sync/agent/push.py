"""Delivers what the centre has closed: results first, then event logs, then evidence.

Only HQ's valid receipt closes an outbox row. Each request is small, so that a bad connection costs
little, and everything may be sent again.
"""

import base64
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.exam.ports import Clock
from kiosk.exam.troubles import Troubles
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import EVIDENCE, RESULT, OutboxItem
from kiosk.store.failures import item_error
from kiosk.store.sqlite.database import Store
from sync.agent import resumable_upload
from sync.agent.backoff import Backoff
from sync.agent.bandwidth import BandwidthLimit
from sync.agent.errors import HqAnswerInvalid, HqRefused, HqUnreachable
from sync.agent.outbox_files import OutboxFiles
from sync.agent.transports import Transport
from sync.wire import canonical
from sync.wire.delivery.inventory import EvidenceQuery

_log = logging.getLogger(__name__)

AT_ONCE = 200
"""Most items of one turn."""

OFFSET_WRONG = 409

PATHS = {RESULT: "/sync/v1/bundles", outbox.EVENT_LOG: "/sync/v1/event-logs"}

ShouldStop = Callable[[], bool]
"""Returns whether to stop: it is the inbox's turn, or the agent has to stop."""


@dataclass
class _Turn:
    transport: Transport
    now: datetime
    should_stop: ShouldStop
    postponed: int = 0


@dataclass(frozen=True)
class Moved:
    """How many items arrived in a turn, and how many were refused and postponed."""

    arrived: int = 0
    postponed: int = 0


@dataclass(frozen=True)
class Outgoing:
    """What is being sent at this moment, for the staff page."""

    kind: str | None = None
    done: int = 0
    total: int = 0


class Push:
    """The outgoing half of a sync round."""

    def __init__(
        self, store: Store, items: OutboxFiles, backoff: Backoff, pace: BandwidthLimit, clock: Clock
    ) -> None:
        self._store = store
        self._items = items
        self._backoff = backoff
        self._pace = pace
        self._troubles = Troubles(clock.monotonic)
        self.outgoing = Outgoing()

    def run(self, transport: Transport, now: datetime, should_stop: ShouldStop) -> Moved:
        """Send the most important items that are due, until ``should_stop`` returns True.

        The caller repeats this until nothing moves, so that more important items that were
        added in the meantime go first. An item that HQ refuses is postponed and reported, and
        the others continue.

        Raises:
            HqUnreachable: the connection failed; no item is postponed for that.
        """
        batch, turn = self._next(now), _Turn(transport, now, should_stop)
        try:
            arrived = self._deliver_all(turn, batch) if batch else 0
            return Moved(arrived, turn.postponed)
        finally:
            self.outgoing = Outgoing()

    def _next(self, now: datetime) -> Sequence[OutboxItem]:
        """Return items of the most important kind that is due, oldest first."""
        waiting = outbox.due(self._store.read(), now, self._backoff.cap_seconds, AT_ONCE)
        return [item for item in waiting if item.priority == waiting[0].priority]

    def _deliver_all(self, turn: "_Turn", batch: Sequence[OutboxItem]) -> int:
        if batch[0].kind == EVIDENCE:
            known = self._close_known(turn, batch)
            rest = [item for item in batch if item.id not in known]
            sent = self._each(turn, rest, self._upload)
            return len(known) + len(self._close_known(turn, sent))
        return len(self._each(turn, batch, self._send))

    def _each(
        self,
        turn: "_Turn",
        batch: Sequence[OutboxItem],
        send: Callable[["_Turn", OutboxItem], None],
    ) -> Sequence[OutboxItem]:
        """Send items one by one; return those that HQ has accepted."""
        done = []
        for number, item in enumerate(batch):
            if turn.should_stop():
                break
            self.outgoing = Outgoing(item.kind, number, len(batch))
            try:
                send(turn, item)
            except HqUnreachable:
                raise
            except (ExamError, OSError) as error:
                self._postpone(turn, item, error)
            else:
                done.append(item)
        return done

    def _send(self, turn: "_Turn", item: OutboxItem) -> None:
        sealed = self._items.sealed(item)
        reply = turn.transport.send("PUT", f"{PATHS[item.kind]}/{item.id}", sealed)
        self._items.close(item, reply.body, turn.now)

    def _upload(self, turn: "_Turn", item: OutboxItem) -> None:
        transport, address, offset = turn.transport, item.upload, None
        sealed = self._items.sealed(item)
        if address is not None:
            offset = resumable_upload.received(transport, address)
        if address is None or offset is None:
            address, offset = resumable_upload.begin(transport, item.id, len(sealed)), 0
            begun = address
            self._store.write(lambda db: outbox.set_upload(db, item, begun))
        try:
            resumable_upload.send_rest(transport, address, sealed, offset, self._pace)
        except HqRefused as error:
            if error.params["status"] == OFFSET_WRONG:
                raise  # a late part has already advanced the offset; ask for it next time
            # What has arrived is unusable: the next try needs new sealed bytes and a new upload.
            self._items.seal_anew(item)
            self._store.write(lambda db: outbox.set_upload(db, item, None))
            raise

    def _close_known(self, turn: "_Turn", batch: Sequence[OutboxItem]) -> set[str]:
        """Close items that HQ has, by its receipts; called before and after sending."""
        if not batch:
            return set()
        query = EvidenceQuery(ids=tuple(item.id for item in batch))
        reply = turn.transport.send(
            "POST", f"{resumable_upload.PATH}/known", canonical.dump_model(query)
        )
        receipts = _receipts(reply.body)
        closed = set()
        for item in batch:
            if item.id not in receipts:
                continue
            try:
                self._items.close(item, receipts[item.id], turn.now)
            except ExamError as error:
                self._postpone(turn, item, error)
            else:
                closed.add(item.id)
        return closed

    def _postpone(self, turn: "_Turn", item: OutboxItem, error: ExamError | OSError) -> None:
        turn.postponed += 1
        refused = item_error(error) if isinstance(error, OSError) else error
        # The outbox keeps the code for staff; what else is known is for support.
        if text := self._troubles.failed((item.kind, refused.code), refused):
            _log.warning("%s %s waits: %s", item.kind, item.id, text)
        until = turn.now + self._backoff.after(item.tries + 1)
        record = ErrorRecord.of(refused)
        self._store.write(lambda db: outbox.postpone(db, item, until, record))


def _receipts(body: bytes) -> dict[str, bytes]:
    try:
        return {name: base64.b64decode(one) for name, one in json.loads(body).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise HqAnswerInvalid("what answers there is not headquarters") from error
