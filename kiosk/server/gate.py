"""Limits of a server's clients: connections, unfinished requests, and bodies in transit.

Everything is counted by the address of the connection. A trusted proxy carries the requests of all
clients, so limits per address do not apply to it; those of the whole server do.
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
"""Above this share of all connections, idle ones are closed, the longest idle first."""

MANY = 10
"""This many refusals within a minute are logged and shown to staff."""

STUCK_SECONDS = 2.0
"""An honest client has sent its request, or read its reply, within this time."""

MINUTE = 60.0
ADDRESSES = 1000
"""Most addresses whose refusals are remembered."""


@dataclass(frozen=True)
class ServerLimits:
    """Limits of a server's clients. Times are in seconds.

    ``header_seconds``: from the first byte of a request (or from the connection) to the end of
    its headers. ``body_seconds``: for a body, extended for one that arrives at
    ``body_bytes_per_s`` or faster. ``reply_bytes_per_s``: the same for reading a reply.
    ``idle_seconds``: between two requests, and for a client that does not read.
    ``proxy_idle_seconds``: between two requests of a proxy, which should be the first to close.
    ``bodies_bytes``: most bytes of bodies that are being received or processed at one time.
    ``proxies``: addresses or networks without limits per address.
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
    """Addresses that are being refused. Written by the server's loop, read from any thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}

    def note(self, address: str, why: str) -> None:
        """Count a refused connection of this address; log many of them once a minute."""
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
        """Return the addresses with many refused connections within the last minute."""
        now = self._now()
        with self._lock:
            return sorted(
                address
                for address, (count, since) in self._counts.items()
                if count >= MANY and now - since <= MINUTE
            )


class Bodies:
    """Counts bytes of request bodies in memory. A quarter is reserved for small bodies."""

    def __init__(self, most: int, is_proxy: Callable[[str], bool]) -> None:
        self._most = most
        self._is_proxy = is_proxy
        self._lock = threading.Lock()
        self._total = 0
        self._by_address: Counter[str] = Counter()

    def take(self, address: str, count: int, *, large: bool) -> bool:
        """Account for received bytes; return False when there are too many already."""
        room = self._most * 3 // 4 if large else self._most
        with self._lock:
            own = self._by_address[address] + count
            # One address may use half at most, so that it cannot block the bodies of all others.
            crowded = own > room // 2 and not self._is_proxy(address)
            if crowded or self._total + count > room:
                return False
            self._total += count
            self._by_address[address] = own
            return True

    def give_back(self, address: str, count: int) -> None:
        """Account for bytes that have been released."""
        with self._lock:
            self._total -= count
            self._by_address[address] -= count
            if self._by_address[address] <= 0:
                del self._by_address[address]

    @property
    def total(self) -> int:
        """Bytes that are in memory now."""
        return self._total


class Gate:
    """All connections of a server, by address. Used by the server's loop only."""

    def __init__(self, limits: ServerLimits, now: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self.now = now
        self.refusals = Refusals(now)
        self.bodies = Bodies(limits.bodies_bytes, self.is_proxy)
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in limits.proxies]
        self._channels: defaultdict[str, set[Any]] = defaultdict(set)
        self._count = 0
        self._swept_at = now()

    def is_proxy(self, address: str) -> bool:
        """Return whether limits per address do not apply to this address."""
        if not self._proxies:
            return False
        try:
            # Link-local IPv6 addresses carry their interface: fe80::1%eth0.
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)

    def admits(self, address: str) -> bool:
        """Return whether to accept one more connection of this address.

        When all places are in use, the connection that has been idle longest is closed, or else
        one of the address that has the most.
        """
        if self._holds(address) >= self.limits.connections_per_address:
            self.refusals.note(address, f"it holds {self._holds(address)} already")
            return False
        if self._count >= self.limits.connections and not (
            self.shed(1) or self._make_room_from(address)
        ):
            self.refusals.note(address, f"all {self._count} places are taken")
            return False
        return True

    def _make_room_from(self, newcomer: str) -> bool:
        """Close a connection whose client leaves a request unfinished or a reply unread.

        It is one of the address that has the most. If many addresses have one connection each,
        it is the one that has been stuck longest, if that is longer than an honest request
        takes.
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
        """Return whether this address has more unfinished requests than allowed."""
        if self.is_proxy(address):
            return False
        begun = sum(channel.unfinished for channel in self._channels.get(address, ()))
        if begun <= self.limits.unfinished_per_address:
            return False
        self.refusals.note(address, f"it has {begun} unfinished requests")
        return True

    def add(self, channel: Any) -> None:
        """Count a new connection."""
        self._channels[channel.address].add(channel)
        self._count += 1

    def remove(self, channel: Any) -> None:
        """Stop counting a connection; no effect the second time."""
        mates = self._channels.get(channel.address, set())
        if channel in mates:
            mates.remove(channel)
            self._count -= 1
        if not mates:
            self._channels.pop(channel.address, None)

    def sweep(self) -> None:
        """Once a second, close overdue connections, and idle ones when places run short."""
        now = self.now()
        if now - self._swept_at < 1:
            return
        self._swept_at = now
        for channel in list(self._all()):
            if channel.overdue(now):
                channel.handle_close()  # now: if the peer reads nothing, it never becomes writable
        crowd = self._count - int(self.limits.connections * NEARLY_FULL)
        self.shed(crowd, now - STUCK_SECONDS)  # a newcomer's request may be on its way

    def shed(self, wanted: int, before: float = math.inf) -> int:
        """Close up to ``wanted`` connections, the longest idle first; return how many.

        Only connections that have been idle since ``before`` are closed.
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
