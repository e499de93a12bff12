"""The folder of ``hq pull``: lists as NDJSON that grow, how far they are, and tables of them.

``pull.json`` says for each list how many bytes are complete and after which cursor it continues.
It is written after the lines, so what a crash left behind is cut off and fetched again.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.durable import write_durably
from sync.hq.errors import PullFailed
from sync.hq.exchange.client import PulledPage

STATE = "pull.json"
Row = dict[str, Any]


class _Begun(BaseModel):
    """How far a list is."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = None
    bytes: int = Field(default=0, ge=0)
    entries: int = Field(default=0, ge=0)


class _State(BaseModel):
    """The content of ``pull.json``; ``filters``: what narrowed all lists of the folder."""

    model_config = ConfigDict(extra="forbid")

    filters: dict[str, str]
    lists: dict[str, _Begun] = Field(default_factory=dict)


class PullFolder:
    """Lists that were pulled, and are continued."""

    def __init__(self, folder: Path, filters: Mapping[str, str]) -> None:
        """Open a folder, or begin one.

        Raises:
            PullFailed: it was begun with other filters, or its state cannot be read.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._state = self._read(dict(filters))

    def _read(self, filters: dict[str, str]) -> _State:
        path = self._folder / STATE
        if not path.exists():
            return _State(filters=filters)
        try:
            state = _State.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise PullFailed(f"{path} cannot be read; use another folder") from error
        if state.filters != filters:
            begun = " ".join(f"{name}={value}" for name, value in state.filters.items())
            raise PullFailed(
                f"{self._folder} was begun with {begun or 'no filters'}; use another folder"
            )
        return state

    def cursor(self, kind: str) -> str | None:
        """Return the cursor after which a list continues; None: from its beginning."""
        return self._state.lists.get(kind, _Begun()).cursor

    def count(self, kind: str) -> int:
        """Return how many entries of a list are stored."""
        return self._state.lists.get(kind, _Begun()).entries

    def append(self, kind: str, pages: Iterable[PulledPage]) -> Iterator[int]:
        """Append pages to a list; yield the number of stored entries after each."""
        begun, path = self._state.lists.get(kind, _Begun()), self.path(kind)
        if begun.bytes and (not path.exists() or path.stat().st_size < begun.bytes):
            raise PullFailed(f"{path} is shorter than it was; use another folder")
        with path.open("ab") as file:
            file.truncate(begun.bytes)
            file.seek(begun.bytes)
            for page in pages:
                written = _write_lines(file, page.entries)
                begun = _Begun(
                    cursor=page.cursor, bytes=file.tell(), entries=begun.entries + written
                )
                self._store(kind, begun)
                yield begun.entries

    def replace(self, kind: str, entries: Iterable[Row]) -> int:
        """Replace a list that changes in place; return the number of its entries."""
        path = self.path(kind)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            count = _write_lines(file, entries)
        part.replace(path)
        return count

    def path(self, kind: str) -> Path:
        """Return the file of a list."""
        return self._folder / f"{kind}.ndjson"

    def _store(self, kind: str, begun: _Begun) -> None:
        self._state.lists[kind] = begun
        write_durably(self._folder / STATE, self._state.model_dump_json(indent=2).encode())


def _write_lines(file: IO[bytes], entries: Iterable[Row]) -> int:
    """Write a line for each entry; return how many."""
    count = 0
    for entry in entries:
        file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        count += 1
    file.flush()
    # On the disk before the state says so.
    os.fsync(file.fileno())
    return count
