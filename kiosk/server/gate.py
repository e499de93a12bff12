"""Who may hold how much of a server: connections, unfinished requests, bodies on their way.

Everything here counts by the address of the connection. A trusted proxy brings everybody's
requests, so the limits of one address do not apply to it; the limit of the whole server does.
"""

import ipaddress
import logging
import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger(__name__)

NEARLY_FULL = 0.9
"""From this share of all connections on, idle ones are closed, the longest idle first."""

MANY = 10
"""This many refusals within a minute are worth a line in the log and a word to staff."""

STUCK_SECONDS = 2.0
"""An honest request has arrived, and its reply is read, within this time."""

MINUTE = 60.0
ADDRESSES = 1000
"""Most addresses whose refusals are remembered."""


@dataclass(frozen=True)
class ServerLimits:
    """What the clients of a server may hold. Times are in seconds.

    ``header_seconds``: from the first byte of a request (or from the connection) to the end of its
    headers. ``body_seconds``: for a body, and more for what arrives at ``body_bytes_per_s`` or
    faster. ``idle_seconds``: between two requests, and for a reader that takes nothing.
    ``proxy_idle_seconds``: between two requests of a proxy, which should be the first to close.
    ``bodies_bytes``: most bytes of bodies that are being received or worked on at one time.
    ``proxies``: addresses or networks to which the limits of one address do not apply.
    """

    connections: int = 2000
    connections_per_address: int = 400
    unfinished_per_address: int = 100
    header_seconds: float = 15
    body_seconds: float = 30
    body_bytes_per_s: int = 1024
    reply_bytes_per_s: int = 1024
    idle_seconds: float = 60
    proxy_idle_seconds: float = 300
    bodies_bytes: int = 512 << 20
    proxies: tuple[str, ...] = ()


class Refusals:
    """Which addresses are being turned away. Written by the server's loop, read from anywhere."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}

    def note(self, address: str, why: str) -> None:
        """A connection of this address was refused; says so in the log once a minute."""
        now = self._now()
        with self._lock:
            count, since = self._counts.pop(address, (0, now))
            if now - since > MINUTE:
                count, since = 0, now
            self._counts[address] = count + 1, since
            if len(self._counts) > ADDRESSES:
                self._counts.pop(next(iter(self._counts)))
        if count + 1 == MANY:
            _log.warning("many connections from %s are being refused: %s", address, why)

    def addresses(self) -> list[str]:
        """Those of which many connections were refused within the last minute."""
        now = self._now()
        with self._lock:
            return sorted(
                address
                for address, (count, since) in self._counts.items()
                if count >= MANY and now - since <= MINUTE
            )


class Bodies:
    """Counts bytes of request bodies that lie here. A quarter is kept free for small bodies."""

    def __init__(self, most: int, is_proxy: Callable[[str], bool]) -> None:
        self._most = most
        self._is_proxy = is_proxy
        self._lock = threading.Lock()
        self._total = 0
        self._by_address: Counter[str] = Counter()

    def take(self, address: str, count: int, *, large: bool) -> bool:
        """Account for bytes that have come; False when there are too many already."""
        room = self._most * 3 // 4 if large else self._most
        with self._lock:
            own = self._by_address[address] + count
            crowded = own > room // 2 and not self._is_proxy(address)
            if crowded or self._total + count > room:
                return False
            self._total += count
            self._by_address[address] = own
            return True

    def give_back(self, address: str, count: int) -> None:
        """These bytes are gone."""
        with self._lock:
            self._total -= count
            self._by_address[address] -= count
            if self._by_address[address] <= 0:
                del self._by_address[address]

    @property
    def total(self) -> int:
        """Bytes that lie here now."""
        return self._total


class Gate:
    """All connections of a server, by address. Used by the server's loop alone."""

    def __init__(self, limits: ServerLimits, now: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.now = now
        self.refusals = Refusals(now)
        self.bodies = Bodies(limits.bodies_bytes, self.is_proxy)
        self._proxies = [ipaddress.ip_network(one, strict=False) for one in limits.proxies]
        self._channels: defaultdict[str, set[Any]] = defaultdict(set)
        self._count = 0
        self._swept_at = now()

    def is_proxy(self, address: str) -> bool:
        """Whether the limits of one address do not apply to this one."""
        if not self._proxies:
            return False
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)

    def admits(self, address: str) -> bool:
        """Whether one more connection of this address may come in.

        When all places are taken, the connection that has been idle longest makes room, else one
        of the address that holds the most.
        """
        if self._holds(address) >= self.limits.connections_per_address:
            self.refusals.note(address, f"it holds {self._holds(address)} already")
            return False
        if self._count >= self.limits.connections and not (
            self.shed(1) or self._take_from(address)
        ):
            self.refusals.note(address, f"all {self._count} places are taken")
            return False
        return True

    def _take_from(self, newcomer: str) -> bool:
        """Close what its client leaves unfinished or unread: of whoever holds the most.

        Many addresses may hold one connection each; then whoever has been stuck for the longest
        goes, if that is longer than an honest request takes.
        """
        stuck = {
            channel: since for channel in self._all() if (since := channel.stuck_since) is not None
        }
        if not stuck:
            return False
        victim = max(stuck, key=lambda channel: (self._holds(channel.address), -stuck[channel]))
        if self._holds(victim.address) <= self._holds(newcomer) + 1:
            victim = min(stuck, key=stuck.__getitem__)
            if self.now() - stuck[victim] < STUCK_SECONDS:
                return False
        self.refusals.note(victim.address, "others need the places that it holds")
        victim.handle_close()
        return True

    def unfinished_full(self, address: str) -> bool:
        """Whether this address has begun more requests than it may leave unfinished."""
        if self.is_proxy(address):
            return False
        begun = sum(channel.unfinished for channel in self._channels.get(address, ()))
        if begun <= self.limits.unfinished_per_address:
            return False
        self.refusals.note(address, f"it has {begun} unfinished requests")
        return True

    def add(self, channel: Any) -> None:
        """A connection has come in."""
        self._channels[channel.address].add(channel)
        self._count += 1

    def remove(self, channel: Any) -> None:
        """A connection is gone; once more changes nothing."""
        mates = self._channels.get(channel.address, set())
        if channel in mates:
            mates.remove(channel)
            self._count -= 1
        if not mates:
            self._channels.pop(channel.address, None)

    def sweep(self) -> None:
        """Once a second: close what is overdue, and idle connections when room gets scarce."""
        now = self.now()
        if now - self._swept_at < 1:
            return
        self._swept_at = now
        for channel in list(self._all()):
            if channel.overdue(now):
                channel.handle_close()  # now: a peer that reads nothing never becomes writable
        crowd = self._count - int(self.limits.connections * NEARLY_FULL)
        self.shed(crowd, now - STUCK_SECONDS)  # a newcomer's request may be on its way

    def shed(self, wanted: int, before: float = math.inf) -> int:
        """Close up to ``wanted`` connections, the longest idle first; return how many.

        Only those that have been idle since ``before``.
        """
        if wanted <= 0:
            return 0
        idle = [channel for channel in self._all() if channel.idle and channel.idle_since <= before]
        idle.sort(key=lambda channel: channel.idle_since)
        for channel in idle[:wanted]:
            channel.handle_close()
        return len(idle[:wanted])

    def _holds(self, address: str) -> int:
        return 0 if self.is_proxy(address) else len(self._channels.get(address, ()))

    def _all(self) -> Iterator[Any]:
        for mates in list(self._channels.values()):
            yield from list(mates)
