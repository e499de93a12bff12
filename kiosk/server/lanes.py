"""Worker threads in lanes: slow requests of one lane never delay those of another.

Within a lane the senders take turns, so that one sender with many requests does not delay the
others.
"""

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from typing import Any

from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import Error

MOST_WAITING = 400
"""Most waiting requests of one sender in a lane; behind a proxy each occupies a connection."""

STOP_SECONDS = 5.0
"""How long running requests may take when the server stops."""


class TooManyWaiting(Error):  # type: ignore[misc]
    """Too many requests of this sender are waiting."""

    code = 429
    reason = "Too Many Requests"


class Turns:
    """A queue in which the senders take turns, with the interface that Waitress needs."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[Any]] = OrderedDict()
        self._count = 0

    def append(self, channel: Any) -> None:
        """Queue a channel behind the others of its sender."""
        self._waiting.setdefault(_sender(channel), deque()).append(channel)
        self._count += 1

    def popleft(self) -> Any:
        """Return the oldest channel of the next sender, who then goes to the end of the line."""
        sender, channels = self._waiting.popitem(last=False)
        channel = channels.popleft()
        if channels:
            self._waiting[sender] = channels
        self._count -= 1
        return channel

    def of(self, sender: str) -> int:
        """Return how many requests of this sender wait."""
        return len(self._waiting.get(sender, ()))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return (channel for channels in self._waiting.values() for channel in channels)


def _sender(channel: Any) -> str:
    requests = channel.requests
    return requests[0].sender if requests else ""


class _Lane(ThreadedTaskDispatcher):  # type: ignore[misc]
    queue_logger = logging.getLogger(f"{__name__}.queue")

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue = Turns()
        self.queue_logger.setLevel(logging.ERROR)  # queueing is normal; Waitress warns about it
        self.set_thread_count(threads)


class Lanes:
    """The dispatcher of a server; each request goes to the lane of its route."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self._lanes = {name: _Lane(threads) for name, threads in sizes.items()}
        # A lane of its own: answering 429 must not wait behind the requests that caused it.
        self._refusals = _Lane(1)

    def add_task(self, channel: Any) -> None:
        """Queue a channel's oldest request, unless too many of its sender are waiting."""
        request = channel.requests[0]
        lane = self._lanes[request.lane]
        if lane.queue.of(request.sender) >= MOST_WAITING:
            request.error = TooManyWaiting("Too many requests of yours wait; try again later.")
            lane = self._refusals
        lane.add_task(channel)

    def shutdown(self) -> None:
        """Stop all threads and cancel waiting requests."""
        lanes = [*self._lanes.values(), self._refusals]
        for lane in lanes:
            lane.set_thread_count(0)
        until = time.monotonic() + STOP_SECONDS
        for lane in lanes:
            lane.shutdown(timeout=max(0.0, until - time.monotonic()))
