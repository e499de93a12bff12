"""Finds answers in the pages of a database whose B-trees are broken.

The table ``answers`` has no rowids, so each page of its index B-tree contains whole rows: they can
be read one by one even when neither the schema nor the pages above make sense any more. File
format: https://sqlite.org/fileformat2.html, sections 1.6 and 2.1.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import cast

Row = tuple[str, int, str, str, str | None, str]
"""attempt_id, seq, item_id, value, client_at, saved_at."""

INTERIOR, LEAF = 0x02, 0x0A
_HEADER = {INTERIOR: 12, LEAF: 8}
COLUMNS = (6, 7)
"""Rows have a digest at the end since answers form a chain; older rows do not."""
LONGEST = 1 << 20
"""Longest answer in bytes; a larger length is a misread page."""
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def raw_answers(path: Path) -> Iterator[Row]:
    """Yield every row of ``answers`` that is complete in the file or in the log beside it."""
    for pages, size in (_database_pages(path), _log_pages(path.with_name(f"{path.name}-wal"))):
        for number, page in pages.items():
            yield from _rows(page, pages, size, 100 if number == 1 else 0)


def _database_pages(path: Path) -> tuple[dict[int, bytes], int]:
    data = path.read_bytes()
    # Offset 16 of the file header: the page size, big-endian.
    size = struct.unpack_from(">H", data, 16)[0] if len(data) >= 100 else 0
    size = size if size in (512, 1024, 2048, 4096, 8192, 16384, 32768) else 4096
    return {at // size + 1: data[at : at + size] for at in range(0, len(data), size)}, size


def _log_pages(path: Path) -> tuple[dict[int, bytes], int]:
    data = path.read_bytes() if path.exists() else b""
    size = struct.unpack_from(">I", data, 8)[0] if len(data) >= 32 else 0
    if not 512 <= size <= 65536:
        return {}, 4096
    # After a 32-byte header come frames: 24 bytes that begin with the page number, the page.
    frames = range(32, len(data) - 24 - size + 1, 24 + size)
    # SQLite overwrites the log from its start: frames of before lie behind, with other salts, and
    # hold older pages. Where the header itself is damaged no frame has its salts: then all count.
    salts = data[16:24]
    current = [at for at in frames if data[at + 8 : at + 16] == salts] or frames
    pages = {
        struct.unpack_from(">I", data, at)[0]: data[at + 24 : at + 24 + size] for at in current
    }
    return pages, size


def _rows(page: bytes, pages: dict[int, bytes], size: int, start: int) -> Iterator[Row]:
    kind = page[start] if len(page) == size else 0
    if kind not in _HEADER:
        return
    count = struct.unpack_from(">H", page, start + 3)[0]
    first = start + _HEADER[kind]
    for at in range(first, min(first + 2 * count, size - 1), 2):
        (cell,) = struct.unpack_from(">H", page, at)
        try:
            row = _row(_payload(page, cell + (4 if kind == INTERIOR else 0), pages, size))
        except (IndexError, KeyError, ValueError, struct.error):
            continue
        if row is not None:
            yield row


def _payload(page: bytes, at: int, pages: dict[int, bytes], size: int) -> bytes:
    """Return the whole record of an index cell, including its overflow pages."""
    length, at = _varint(page, at)
    if length > LONGEST:
        raise ValueError
    # Largest and smallest share of a record that an index page stores itself (section 1.6).
    most, least = (size - 12) * 64 // 255 - 23, (size - 12) * 32 // 255 - 23
    local = length
    if length > most:
        local = least + (length - least) % (size - 4)
        local = local if local <= most else least
    found = page[at : at + local]
    if length > local:
        (following,) = struct.unpack_from(">I", page, at + local)
        while len(found) < length:
            more = pages[following]
            (following,) = struct.unpack_from(">I", more)
            found += more[4 : 4 + length - len(found)]
    return found


def _row(record: bytes) -> Row | None:
    """Decode a record; None unless its columns are those of an answer."""
    end, at = _varint(record, 0)
    kinds = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    values: list[object] = []
    for kind in kinds:
        value, at = _value(record, at, kind)
        values.append(value)
    return cast(Row, tuple(values[:6])) if _is_answer(values) else None


def _is_answer(values: list[object]) -> bool:
    texts = (0, 2, 3, 5)
    return (
        len(values) in COLUMNS
        and all(isinstance(values[place], str) for place in texts)
        and isinstance(values[1], int)
        and isinstance(values[4], str | None)
    )


def _value(record: bytes, at: int, kind: int) -> tuple[object, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind in _INTEGERS:
        width = _INTEGERS[kind]
        return int.from_bytes(record[at : at + width], "big", signed=True), at + width
    if kind < 13 or kind % 2 == 0:
        raise ValueError
    width = (kind - 13) // 2
    if at + width > len(record):
        raise ValueError
    return record[at : at + width].decode(), at + width


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for taken in range(8):
        byte = data[at + taken]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, at + taken + 1
    return number << 8 | data[at + 8], at + 9
