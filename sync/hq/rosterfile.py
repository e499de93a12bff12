"""Reading a roster: a CSV file and a folder of portraits. Every problem is named by its row.

Columns: ``identity_no``, ``name`` (both needed), ``admission_no``, ``seat``, ``extra_minutes``,
``portrait`` (a file name in the folder; else ``ADMISSION_NO.jpg`` or ``IDENTITY_NO.jpg``).
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sync.hq.errors import BadImport

MAX_FILE = 16 << 20
MAX_PORTRAIT = 512 * 1024
"""Largest portrait in bytes."""

_JPEG = (b"\xff\xd8\xff", b"\xff\xd9")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    identity_no: Annotated[str, AfterValidator(str.upper)] = Field(pattern=r"^[0-9A-Za-z]{4,32}$")
    name: str = Field(min_length=1, max_length=100)
    admission_no: str = Field(default="", pattern=r"^[A-Za-z0-9-]{0,32}$")
    seat: str = Field(default="", max_length=16)
    extra_minutes: int = Field(default=0, ge=0, le=600)
    portrait: str = Field(default="", max_length=100, pattern=r"^([A-Za-z0-9_-][A-Za-z0-9._-]*)?$")


@dataclass(frozen=True)
class RosterEntry:
    """One candidate of a roster file. Empty numbers and seats are given out on import."""

    identity_no: str
    name: str
    admission_no: str = ""
    seat: str = ""
    extra_minutes: int = 0
    portrait: bytes | None = field(default=None, repr=False)


def read_roster(text: bytes, portraits: Path | None) -> Sequence[RosterEntry]:
    """Read UTF-8 CSV with a header line; raises :class:`BadImport` with every problem."""
    problems: list[str] = []
    entries: list[RosterEntry] = []
    for number, values in _rows(text):
        try:
            row = _Row.model_validate({key: value for key, value in values.items() if value})
            entries.append(_entry(row, portraits))
        except ValidationError as error:
            problems += [f"row {number}, {_place(e['loc'])}: {e['type']}" for e in error.errors()]
        except ValueError as error:
            problems.append(f"row {number}, portrait: {error}")
    for column in ("identity_no", "admission_no", "seat"):
        problems += _doubled(column, [getattr(entry, column) for entry in entries])
    if problems or not entries:
        raise BadImport(problems or ["no candidates in the file"])
    return entries


def _rows(text: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(text) > MAX_FILE:
        raise BadImport([f"{len(text)} bytes, at most {MAX_FILE}"])
    try:
        reader = csv.DictReader(io.StringIO(text.decode("utf-8-sig")), strict=True)
        rows = [(number, row) for number, row in enumerate(reader, start=2)]
    except UnicodeDecodeError as error:
        raise BadImport(["the file is not UTF-8; save it as 'CSV UTF-8'"]) from error
    except csv.Error as error:
        raise BadImport([f"not a CSV file: {error}"]) from error
    unknown = set(reader.fieldnames or ()) - set(_Row.model_fields)
    if unknown:
        raise BadImport([f"unknown column {name!r}" for name in sorted(map(str, unknown))])
    if any(None in row for _, row in rows):
        raise BadImport([f"row {n}: more cells than columns" for n, row in rows if None in row])
    return rows


def _entry(row: _Row, portraits: Path | None) -> RosterEntry:
    values = row.model_dump(exclude={"portrait"})
    return RosterEntry(**values, portrait=_portrait(row, portraits))


def _portrait(row: _Row, folder: Path | None) -> bytes | None:
    if folder is None:
        return None
    names = (
        [row.portrait] if row.portrait else [f"{row.admission_no}.jpg", f"{row.identity_no}.jpg"]
    )
    for name in names:
        path = folder / name
        if path.is_file():
            return check_portrait(path.read_bytes(), name)
    if row.portrait:
        raise ValueError(f"{row.portrait} is not in the folder")
    return None


def check_portrait(data: bytes, name: str) -> bytes:
    """The JPEG's bytes, if it is one of bearable size; raises ValueError."""
    if len(data) > MAX_PORTRAIT:
        raise ValueError(f"{name} has {len(data)} bytes, at most {MAX_PORTRAIT}")
    if not (data.startswith(_JPEG[0]) and data.rstrip(b"\0").endswith(_JPEG[1])):
        raise ValueError(f"{name} is not a complete JPEG")
    return data


def _doubled(column: str, values: list[str]) -> list[str]:
    counts = Counter(value for value in values if value)
    return [f"{column} {value} stands twice" for value, count in counts.items() if count > 1]


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc))
