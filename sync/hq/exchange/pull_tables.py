"""Tables of a list that was pulled: CSV and XLSX of its entries as they are now.

An attempt that was reported again replaces all entries of its earlier report, as a new snapshot of
statistics does, and the last line of an entry replaces the ones before.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kiosk.webpages.csv_cells import BOM
from sync.hq.exchange.entries import Entry
from sync.hq.exchange.flat import as_text, columns, csv_line, write_xlsx

Row = dict[str, Any]
Key = tuple[str, ...]


def write_tables(lines: Path, entry: type[Entry]) -> Sequence[Path]:
    """Write both tables beside an NDJSON file; return their paths."""
    headings, offsets = columns(entry), _newest(lines, entry)
    table, sheet = (lines.with_suffix(f".{ending}") for ending in ("csv", "xlsx"))
    part = lines.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as text:
        text.write(BOM + csv_line(headings))
        for row in _rows(lines, offsets):
            text.write(csv_line([as_text(row.get(name)) for name in headings]))
    part.replace(table)
    with part.open("wb") as file:
        rows = ([row.get(name) for name in headings] for row in _rows(lines, offsets))
        write_xlsx(file, headings, rows, lines.stem)
    part.replace(sheet)
    return [table, sheet]


def _newest(lines: Path, entry: type[Entry]) -> Sequence[int]:
    """Return where the lines begin that hold now, in order."""
    reports: dict[Key, Key] = {}
    places: dict[tuple[Key, Key], tuple[int, Key]] = {}
    for offset, row in _all(lines):
        key, report = _values(row, entry.about), _values(row, entry.report)
        reports[key] = report
        places[key, _values(row, entry.part)] = offset, report
    return sorted(offset for (key, _), (offset, report) in places.items() if reports[key] == report)


def _values(row: Row, names: Sequence[str]) -> Key:
    return tuple(str(row[name]) for name in names)


def _all(lines: Path) -> Iterator[tuple[int, Row]]:
    with lines.open("rb") as file:
        offset = 0
        for line in file:
            yield offset, json.loads(line)
            offset += len(line)


def _rows(lines: Path, offsets: Sequence[int]) -> Iterator[Row]:
    with lines.open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            yield json.loads(file.readline())
