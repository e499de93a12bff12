"""Cursors of the pull API: opaque texts that only fit the list for which they were given.

A cursor names the database, the list and its filters, and the last entry that was returned, with a
mark of that entry. So it is refused by another database, with other filters, and by a database
that was restored from a backup older than the cursor.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from sync.hq.exchange.errors import CursorRefused
from sync.wire import canonical

LONGEST = 600
FIRST = "c"
"""Begins every cursor: a cell of a table that begins with ``-`` would be taken for a formula."""

_CHECK = 6
"""Bytes of a checksum: a cursor that was cut off must not lead elsewhere."""


@dataclass(frozen=True)
class Position:
    """After an entry: its number, which entry of that number, and what identifies it."""

    number: int = 0
    part: int = 0
    mark: str = ""


START = Position()


@dataclass(frozen=True)
class Place:
    """What a cursor belongs to; ``filters``: a digest of what narrows the list."""

    database: str
    kind: str
    filters: str

    def encode(self, position: Position) -> str:
        """Return the cursor after an entry."""
        body = canonical.dumps([self.database, self.kind, self.filters, *_parts(position)])
        encoded = base64.urlsafe_b64encode(_check(body) + body).rstrip(b"=").decode()
        return FIRST + encoded

    def decode(self, cursor: str) -> Position:
        """Return the position of a cursor.

        Raises:
            CursorRefused: it is not one of this place; ``reason`` says why.
        """
        database, kind, filters, position = _read(cursor)
        if database != self.database:
            raise CursorRefused(reason="it is of another database")
        if kind != self.kind:
            raise CursorRefused(reason=f"it is of the list {kind}")
        if filters != self.filters:
            raise CursorRefused(reason="it was given for other filters")
        return position


def _parts(position: Position) -> tuple[int, int, str]:
    return position.number, position.part, position.mark


def _check(body: bytes) -> bytes:
    return bytes.fromhex(canonical.digest(body))[:_CHECK]


def _read(cursor: str) -> tuple[str, str, str, Position]:
    damaged = CursorRefused(reason="it is incomplete or was altered")
    if len(cursor) > LONGEST or not cursor.isascii() or not cursor.startswith(FIRST):
        raise damaged
    encoded = cursor.removeprefix(FIRST)
    try:
        data = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise damaged from error
    if data[:_CHECK] != _check(data[_CHECK:]):
        raise damaged
    return _typed(data[_CHECK:], damaged)


def _typed(body: bytes, damaged: CursorRefused) -> tuple[str, str, str, Position]:
    """Read what has the right checksum: anybody can compute that, so nothing is believed."""
    try:
        database, kind, filters, number, part, mark = json.loads(body)
    except (ValueError, TypeError, RecursionError) as error:
        raise damaged from error
    texts = all(isinstance(text, str) for text in (database, kind, filters, mark))
    # INTEGER has 32 bits in PostgreSQL: a larger value would fail the query.
    numbers = all(type(value) is int and 0 <= value < 1 << 31 for value in (number, part))
    if not texts or not numbers or "\0" in mark:
        raise damaged
    return database, kind, filters, Position(number, part, mark)
