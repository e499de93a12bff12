"""Deliver what the centre has closed: results first, then event logs, then evidence.

A row of the outbox closes only by HQ's valid receipt. Each request is small, so that a bad link
costs little, and everything may be sent again.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.errors import ErrorRecord, ExamError
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

AT_ONCE = 200
"""Most items of one turn."""

OFFSET_WRONG = 409

PATHS = {RESULT: "/sync/v1/bundles", outbox.EVENT_LOG: "/sync/v1/event-logs"}

Enough = Callable[[], bool]
"""Whether it is another's turn: the inbox's, or the agent is to stop."""


@dataclass
class _Turn:
    transport: Transport
    now: datetime
    enough: Enough
    postponed: int = 0


@dataclass(frozen=True)
class Moved:
    """How many items arrived in a turn, and how many were refused and wait for later."""

    arrived: int = 0
    postponed: int = 0


@dataclass(frozen=True)
class Outgoing:
    """What is on its way just now, for the staff page."""

    kind: str | None = None
    done: int = 0
    total: int = 0


class Push:
    """The outgoing half of a sync round."""

    def __init__(
        self, store: Store, items: OutboxFiles, backoff: Backoff, pace: BandwidthLimit
    ) -> None:
        self._store = store
        self._items = items
        self._backoff = backoff
        self._pace = pace
        self.outgoing = Outgoing()

    def run(self, transport: Transport, now: datetime, enough: Enough) -> Moved:
        """Try what is most important of what is due, until ``enough``.

        Called again until nothing moves, so that what is more important, and has come in the
        meantime, goes first. An item that HQ refuses is postponed and reported, and the others go
        on. Raises HqUnreachable when the link is away: then nothing is counted against any item.
        """
        some, turn = self._next(now), _Turn(transport, now, enough)
        try:
            arrived = self._deliver_all(turn, some) if some else 0
            return Moved(arrived, turn.postponed)
        finally:
            self.outgoing = Outgoing()

    def _next(self, now: datetime) -> Sequence[OutboxItem]:
        """The most important kind that is due, oldest first."""
        waiting = outbox.due(self._store.read(), now, self._backoff.cap_seconds, AT_ONCE)
        return [item for item in waiting if item.priority == waiting[0].priority]

    def _deliver_all(self, turn: "_Turn", some: Sequence[OutboxItem]) -> int:
        if some[0].kind == EVIDENCE:
            known = self._close_known(turn, some)
            rest = [item for item in some if item.id not in known]
            sent = self._each(turn, rest, self._upload)
            return len(known) + len(self._close_known(turn, sent))
        return len(self._each(turn, some, self._send))

    def _each(
        self, turn: "_Turn", some: Sequence[OutboxItem], send: Callable[["_Turn", OutboxItem], None]
    ) -> Sequence[OutboxItem]:
        """Send one after the other; gives those that HQ has taken."""
        done = []
        for number, item in enumerate(some):
            if turn.enough():
                break
            self.outgoing = Outgoing(item.kind, number, len(some))
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
                raise  # a part of ours came late: where to go on is asked for next time
            self._items.seal_anew(item)
            self._store.write(lambda db: outbox.set_upload(db, item, None))
            raise

    def _close_known(self, turn: "_Turn", some: Sequence[OutboxItem]) -> set[str]:
        """Close what HQ has, by its receipts; before a byte is sent and after all are."""
        if not some:
            return set()
        query = EvidenceQuery(ids=tuple(item.id for item in some))
        reply = turn.transport.send(
            "POST", f"{resumable_upload.PATH}/known", canonical.dump_model(query)
        )
        receipts = _receipts(reply.body)
        closed = set()
        for item in some:
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
        told = ErrorRecord.of(item_error(error) if isinstance(error, OSError) else error)
        until = turn.now + self._backoff.after(item.tries + 1)
        self._store.write(lambda db: outbox.postpone(db, item, until, told))


def _receipts(body: bytes) -> dict[str, bytes]:
    try:
        return {name: base64.b64decode(one) for name, one in json.loads(body).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise HqAnswerInvalid("what answers there is not headquarters") from error
