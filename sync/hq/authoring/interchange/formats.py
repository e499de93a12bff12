"""All formats of item files: detected by their content when read, chosen by name when written."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.exam.items.markup import pictures as shown_pictures
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import gift, moodle, toml, xlsx
from sync.hq.authoring.interchange.qti import package as qti
from sync.hq.authoring.interchange.qti import write as qti_write
from sync.hq.authoring.interchange.qti.versions import VERSIONS
from sync.hq.authoring.parsed import Parsed
from sync.hq.authoring.pictures import Collected, PictureUnusable, renamed
from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.problems import Phrase, Problem

KNOWN = "TOML, XLSX, CSV, QTI, Moodle XML, GIFT"
WRITTEN = ("xlsx", "gift", "moodle", *(f"qti{name}" for name in VERSIONS))
"""Formats in which items can be written."""

_TABLES = (".xlsx", ".csv")
_TEXTS = (".toml", ".gift", ".txt", ".xml", *_TABLES)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".bmp", ".webp")


def read(name: str, data: bytes, programme: Programme) -> Parsed:
    """Read the items of a file in any known format.

    A ZIP may contain a QTI package, or one file of another format with its pictures beside it.

    Raises:
        BadImport: the format is unknown, or the file cannot be read.
    """
    if data.startswith(b"PK") and not name.lower().endswith(".xlsx"):
        return _archive(data, programme)
    return _file(name, data, programme, {})


def write(
    format_name: str,
    entries: Sequence[BankItem],
    pictures: Mapping[str, bytes],
    programme: Programme,
    language: str = "zh",
) -> tuple[str, bytes]:
    """Return file name and bytes; formats that cannot contain pictures are zipped with theirs."""
    if format_name.startswith("qti"):
        version = VERSIONS[format_name.removeprefix("qti")]
        data = qti_write.write_package(entries, pictures, version)
        return f"{programme.id}-{format_name}.zip", data
    if format_name == "moodle":
        return f"{programme.id}-moodle.xml", moodle.write(entries, pictures)
    writers: dict[str, Callable[[], bytes]] = {
        "gift": lambda: gift.write(entries),
        "xlsx": lambda: xlsx.write(entries, programme, language),
    }
    name, data = f"{programme.id}.{format_name}", writers[format_name]()
    return _beside(name, data, pictures) if pictures else (name, data)


def _beside(name: str, data: bytes, pictures: Mapping[str, bytes]) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in {name: data, **pictures}.items():
            archive.writestr(zipfile.ZipInfo(member), content)
    return f"{name.rpartition('.')[0]}.zip", buffer.getvalue()


def _archive(data: bytes, programme: Programme) -> Parsed:
    archive = Archive(data)
    names = archive.names
    if "[Content_Types].xml" in names:  # a spreadsheet under another name
        return _file("items.xlsx", data, programme, {})
    tables = [name for name in names if name.lower().endswith((".xlsx", ".csv", ".toml", ".gift"))]
    if qti.has_manifest(names) or not tables:
        inside = [name for name in names if name.lower().endswith((".zip", ".imscc"))]
        if not qti.has_documents(names) and len(inside) == 1:
            archive = Archive(archive.read(inside[0]))
        if not qti.has_documents(archive.names):
            raise _unknown([*archive.problems])
        return qti.read_package(archive, Collected())
    if len(tables) > 1:
        problems = [
            Problem("archive", at=table, params={"reason": Phrase("one list is enough")})
            for table in tables
        ]
        raise BadImport(problems)
    beside = {
        posixpath.basename(one): archive.read(one)
        for one in names
        if one.lower().endswith(_PICTURES)
    }
    found = _file(tables[0], archive.read(tables[0]), programme, beside)
    return replace(found, problems=[*archive.problems, *found.problems])


def _file(name: str, data: bytes, programme: Programme, beside: Mapping[str, bytes]) -> Parsed:
    kind = name.lower().rpartition(".")[2]
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")  # UTF-16 too
    if kind == "toml":
        owner, parsed = toml.read(data)
        if owner != programme.id:
            known = {"value": owner, "known": programme.id}
            raise BadImport([Problem("unknown_value", "file", name, "programme", known)])
        return _shown(parsed, beside)
    if kind in ("xlsx", "csv"):
        return _shown(xlsx.read(data, programme), beside)
    if start.startswith(b"<"):
        return _xml(name, data)
    if kind in ("gift", "txt"):
        return _shown(gift.read(data, _refuse), beside)
    raise _unknown([])


def _xml(name: str, data: bytes) -> Parsed:
    collected = Collected()
    if b"<quiz" in data[:65536]:
        return moodle.read(data, collected)
    return qti.read_file(data, name, collected)


def _refuse(address: str) -> str:
    """Raise KeyError: a single file has no pictures beside it."""
    raise KeyError(address)


def _shown(parsed: Parsed, beside: Mapping[str, bytes]) -> Parsed:
    """Rename the pictures in texts of our own markup, and report unusable and unused ones."""
    collected, names, problems = Collected(), {}, list(parsed.problems)
    for name, data in beside.items():
        try:
            names[name] = collected.add(data)
        except PictureUnusable as error:
            bad = {"value": name, "reason": error.params["reason"]}
            problems.append(Problem("picture_bad", "file", name, params=bad))
    texts = (text for draft in parsed.drafts for text in _texts(draft.values))
    shown = frozenset(name for text in texts for name in shown_pictures(text))
    problems += [
        Problem("picture_surplus", "file", name, is_error=False)
        for name in sorted(set(names) - shown)
    ]
    drafts = [replace(draft, values=_with_names(draft.values, names)) for draft in parsed.drafts]
    return Parsed(drafts, problems, collected.pictures)


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return renamed(value, names)
    if isinstance(value, Mapping):
        return {field: _with_names(part, names) for field, part in value.items()}
    return [_with_names(part, names) for part in value] if isinstance(value, list) else value


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return _texts(list(value.values()))
    return [text for part in value for text in _texts(part)] if isinstance(value, list) else []


def _unknown(problems: Sequence[Problem]) -> BadImport:
    return BadImport([*problems, Problem("unknown_format", params={"known": KNOWN})])
