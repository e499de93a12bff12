"""Deliver result bundles. A row of the outbox closes only by HQ's valid receipt."""

from datetime import UTC, datetime

from kiosk.exam.errors import ExamError
from kiosk.store import outbox
from kiosk.store.database import Store
from kiosk.store.files import Folder
from kiosk.store.outbox import OutboxRow
from sync.agent.backoff import Backoff
from sync.agent.errors import HqUnreachable
from sync.agent.transports import Transport
from sync.wire.keys import PublicKeys
from sync.wire.receipt import verify_receipt

ANY_TIME = datetime.max.replace(tzinfo=UTC)
AT_ONCE = 10_000
"""Most bundles that are looked at in one round."""


class Push:
    """The outgoing half of a sync round."""

    def __init__(self, store: Store, files: Folder, hq: PublicKeys, backoff: Backoff) -> None:
        self._store = store
        self._files = files
        self._hq = hq
        self._backoff = backoff

    def run(self, transport: Transport, now: datetime) -> int:
        """Try every bundle that is due, once; returns how many arrived.

        A bundle that HQ refuses is postponed and reported, and the others go on. Raises
        HqUnreachable when the link is away: then nothing is counted against any bundle.
        """
        waiting = outbox.due(self._store.read(), ANY_TIME, AT_ONCE)
        rows = [row for row in waiting if self._is_due(row, now)]
        return sum(self._deliver(transport, row, now) for row in rows)

    def _is_due(self, row: OutboxRow, now: datetime) -> bool:
        at = row.next_try_at
        # A clock that was set back must not put a bundle off for as long as it was ahead.
        return at is None or at <= now or self._backoff.too_far(at - now)

    def _deliver(self, transport: Transport, row: OutboxRow, now: datetime) -> int:
        try:
            sealed = self._files.get(row.bundle_id)
            reply = transport.send("PUT", f"/sync/v1/bundles/{row.bundle_id}", sealed)
            verify_receipt(reply, self._hq, row.bundle_id, row.chain_head)
        except HqUnreachable:
            raise
        except (ExamError, OSError) as error:
            until, problem = now + self._backoff.after(row.tries + 1), str(error)
            self._store.write(lambda db: outbox.postpone(db, row.bundle_id, until, problem))
            return 0
        self._store.write(lambda db: outbox.deliver(db, row.bundle_id, reply.decode(), now))
        return 1
