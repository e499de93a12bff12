"""Delivers messages beside the web server, in a thread of its own.

All receivers are called at once by one event loop: one that hangs costs nobody else time.
"""

import asyncio
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from kiosk.exam.errors import ExamError
from kiosk.exam.ports import Clock
from sync.hq.exchange.webhooks.outbox import Outbox, Outgoing
from sync.hq.exchange.webhooks.sender import Sender

_log = logging.getLogger(__name__)

AT_ONCE = 50
"""Messages on their way at one time: one for each receiver that there may be."""

LOOK_SECONDS = 2.0
PRUNE_SECONDS = 3600.0
LOOK_UPS = 16
"""Threads that look up names; one can wait long for a name server that does not answer."""


class Deliverer:
    """Looks for messages that are due and sends them until it is stopped."""

    def __init__(
        self, outbox: Outbox, sender: Sender, clock: Clock, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._look_seconds = look_seconds
        # One thread: SQLite has one writer, and the loop must not wait for it.
        self._database = ThreadPoolExecutor(1, "webhooks-database")

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until ``stop`` is set; what is on its way then is sent again later."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(LOOK_UPS, "webhooks-names"))
        running: set[asyncio.Task[None]] = set()
        prune_at = loop.time()
        while not stop.is_set():
            for outgoing in await self._claimed(AT_ONCE - len(running)):
                task = asyncio.create_task(self._deliver(outgoing))
                running.add(task)
                task.add_done_callback(running.discard)
            if loop.time() >= prune_at:
                prune_at = loop.time() + PRUNE_SECONDS
                await self._pruned()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._look_seconds)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._database.shutdown(wait=True)

    async def _claimed(self, most: int) -> list[Outgoing]:
        loop = asyncio.get_running_loop()
        try:
            claim = self._outbox.claim
            return list(await loop.run_in_executor(self._database, claim, most))
        except ExamError as error:
            _log.warning("webhooks wait: %s", error.code)
            return []

    async def _pruned(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ExamError):
            await loop.run_in_executor(self._database, self._outbox.prune)

    async def _deliver(self, outgoing: Outgoing) -> None:
        outcome = await self._sender.send(outgoing, self._clock.now())
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._database, self._outbox.settle, outgoing, outcome)
        except ExamError as error:
            # The lease ends, and the message is sent again.
            _log.warning("the log of a webhook waits: %s", error.code)


@contextmanager
def delivering(deliverer: Deliverer) -> Iterator[None]:
    """Deliver in a thread while the block runs."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    def work() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(deliverer.run(stop))
        except Exception:  # noqa: BLE001 - logged; the server goes on without webhooks
            _log.exception("webhooks are not delivered any more")
        finally:
            loop.close()

    thread = threading.Thread(target=work, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
