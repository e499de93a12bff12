"""The machine's clock, ids and random bytes; everywhere else these are parameters."""

import ctypes
import os
import pwd
import secrets
import time
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

_M_ARENA_MAX = -8
"""From glibc's malloc.h."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemClock:
    """The machine's clocks. Monotonic time includes suspend (CLOCK_BOOTTIME)."""

    @cached_property
    def boot_id(self) -> str:
        """The kernel's id of this boot."""
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()

    def now(self) -> datetime:
        """Return the wall clock in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since boot, suspend included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def keep_heaps_few() -> None:
    """Make all threads share two heaps of the C library; call it before any of them starts.

    By default glibc gives nearly every thread a heap of its own, and each stays as large as the
    pictures that once passed through it. Other C libraries have no such setting: no effect
    there.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def operator() -> str:
    """Return who acts at the command line, for event logs: the account of the operating system.

    It comes from the process, not from the environment, which anyone can set.
    """
    try:
        return f"command-line:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"command-line:uid {os.getuid()}"


def entropy(count: int) -> bytes:
    """Return that many bytes from the kernel's random generator."""
    return secrets.token_bytes(count)


def new_id() -> str:
    """Return a ULID: 48 bits of milliseconds and 80 random bits, in Crockford base32."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
