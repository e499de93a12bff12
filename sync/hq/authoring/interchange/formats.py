"""All formats of item files: detected by their content when read, chosen by name when written."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import gift, moodle, toml, xlsx
from sync.hq.authoring.interchange.beside import SUFFIXES, Beside, Texts
from sync.hq.authoring.interchange.detect import (
    is_gift,
    is_moodle,
    is_toml,
    is_workbook,
    refuse_unread,
)
from sync.hq.authoring.interchange.qti import package as qti
from sync.hq.authoring.interchange.qti import write as qti_write
from sync.hq.authoring.interchange.qti.versions import VERSIONS
from sync.hq.authoring.interchange.sheets.read import (
    Choices,
    heading_views,
    layouts,
    shown_layouts,
)
from sync.hq.authoring.interchange.sheets.read import read as read_sheets
from sync.hq.authoring.parsed import Parsed
from sync.hq.authoring.pictures import Collected
from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.imports.text_encoding import decoded
from sync.hq.problems import Phrase, Problem

KNOWN = "TOML, XLSX, CSV, QTI, Moodle XML, GIFT"
WRITTEN = ("xlsx", "gift", "moodle", *(f"qti{name}" for name in VERSIONS))
"""Formats in which items can be written."""
WITH_TRANSLATIONS = ("xlsx",)
"""Those that keep texts in other languages; the others have only the items' own."""

_WORKBOOK = "items.xlsx"
_TABLES = (".xlsx", ".csv", ".tsv")
_LISTS = (".xlsx", ".csv", ".toml", ".gift", ".tsv", ".xls")
_CLUTTER = (".DS_Store", "Thumbs.db", "desktop.ini")


def read(name: str, data: bytes, programme: Programme, choices: Choices | None = None) -> Parsed:
    """Read the items of a file in any known format, which its content tells.

    A ZIP may contain a QTI package, or files of other formats with their pictures beside them.
    ``choices``: what a person chose for sheets.

    Raises:
        BadImport: the format is unknown, or the file cannot be read.
    """
    chosen = choices or Choices()
    if data.startswith(b"PK"):
        return _archive(data, programme, chosen)
    return _file(name, data, programme, Beside({}), chosen)


def columns(name: str, data: bytes, choices: Choices) -> list[Mapping[str, Any]]:
    """Return the columns of sheets as plain values: heading, sample, field. Others have none.

    Raises:
        BadImport: the file cannot be read.
    """
    if data.startswith(b"PK"):
        if is_workbook(archive := Archive(data)):
            return heading_views(shown_layouts(data, choices))
        members = [member for member in archive.names if member.lower().endswith(_TABLES)]
        return [view for table in members for view in columns(table, archive.read(table), choices)]
    if not name.lower().endswith((".csv", ".tsv", ".txt")):
        return []
    refuse_unread(data)
    text = decoded(data, choices.encoding)
    if is_toml(text) or (is_gift(text) and not name.lower().endswith(".csv")):
        return []
    return heading_views(shown_layouts(data, choices))


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


def _archive(data: bytes, programme: Programme, choices: Choices) -> Parsed:
    archive = Archive(data)
    if is_workbook(archive):
        return _file(_WORKBOOK, data, programme, Beside({}), choices)
    pictures = [name for name in archive.names if name.lower().endswith(SUFFIXES)]
    lists = [name for name in archive.names if _is_list(archive, name)]
    others = [
        name
        for name in archive.names
        if name not in lists and name not in pictures and posixpath.basename(name) not in _CLUTTER
    ]
    if qti.has_manifest(archive.names) or not lists:
        found = qti.read_package(_package(archive, others), Collected())
        return replace(found, problems=[*found.problems, *map(_left_out, lists)])
    beside = Beside({name: archive.read(name) for name in pictures})
    parts = [
        _file(name, archive.read(name), programme, beside, choices, several=len(lists) > 1)
        for name in lists
    ]
    return Parsed(
        [draft for part in parts for draft in part.drafts],
        [
            *archive.problems,
            *(problem for part in parts for problem in part.problems),
            *map(_left_out, others),
            *beside.unused(),
        ],
        {name: data for part in parts for name, data in part.pictures.items()},
    )


def _package(archive: Archive, others: Sequence[str]) -> Archive:
    """Return the archive with QTI documents, which may be the only archive inside this one."""
    inside = [name for name in archive.names if name.lower().endswith((".zip", ".imscc"))]
    if not qti.has_documents(archive.names) and len(inside) == 1:
        archive = Archive(archive.read(inside[0]))
    if not qti.has_documents(archive.names):
        raise _unknown([*archive.problems, *map(_left_out, others)])
    return archive


def _is_list(archive: Archive, name: str) -> bool:
    """Return whether a member is a list of items of its own, and not part of a QTI package."""
    if posixpath.basename(name).startswith((".", "~$")):
        return False
    if name.lower().endswith(_LISTS):
        return True
    return name.lower().endswith(".xml") and is_moodle(archive.read(name))


def _left_out(name: str) -> Problem:
    reason = Phrase("it is neither a list of items nor a picture")
    return Problem("archive", "file", name, params={"reason": reason}, is_error=False)


def _file(
    name: str,
    data: bytes,
    programme: Programme,
    beside: Beside,
    choices: Choices,
    *,
    several: bool = False,
) -> Parsed:
    try:
        parsed = _read_file(name, data, programme, choices, beside)
    except BadImport as error:
        if not several:
            raise
        parsed = Parsed((), [replace(p, at=_joined(name, p.at)) for p in error.problems])
    return _named(parsed, name) if several else parsed


def _read_file(
    name: str, data: bytes, programme: Programme, choices: Choices, beside: Beside
) -> Parsed:
    kind = name.lower().rpartition(".")[2]
    if data.startswith(b"PK"):
        if not is_workbook(Archive(data)):
            raise _unknown([])
        return _shown(read_sheets(data, programme, choices), beside)
    refuse_unread(data)
    start = data[:4096].replace(b"\0", b"")  # UTF-16 too
    if start.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<") and kind != "gift":
        return _xml(name, data)
    text = decoded(data, choices.encoding)
    if kind == "toml" or is_toml(text):
        return _shown(_toml(name, data, programme), beside)
    if kind == "csv" or (kind != "gift" and layouts(data, choices)):
        return _shown(read_sheets(data, programme, choices), beside)
    if kind in ("gift", "txt") or is_gift(text):
        return _shown(gift.read(data), beside)
    raise _unknown([])


def _toml(name: str, data: bytes, programme: Programme) -> Parsed:
    owner, parsed = toml.read(data)
    if owner != programme.id:
        known = {"value": owner, "known": programme.id}
        raise BadImport([Problem("unknown_value", "file", name, "programme", known)])
    return parsed


def _xml(name: str, data: bytes) -> Parsed:
    collected = Collected()
    if is_moodle(data):
        return moodle.read(data, collected)
    try:
        return qti.read_file(data, name, collected)
    except qti.OtherXml as error:
        raise _unknown([]) from error


def _shown(parsed: Parsed, beside: Beside) -> Parsed:
    """Give the pictures in texts of our own markup the names under which they are stored."""
    drafts = []
    for draft in parsed.drafts:
        texts = Texts(beside)
        values = texts.renamed(draft.values)
        found = [*draft.problems, *map(draft.problem, texts.problems)]
        drafts.append(replace(draft, values=values, problems=found))
    pictures = {**parsed.pictures, **beside.collected.pictures}
    return Parsed(drafts, parsed.problems, pictures)


def _named(parsed: Parsed, name: str) -> Parsed:
    """Say in every place of which file of an archive it is."""
    drafts = [
        replace(
            draft,
            at=_joined(name, draft.at),
            problems=[replace(p, at=_joined(name, p.at)) for p in draft.problems],
        )
        for draft in parsed.drafts
    ]
    problems = [replace(p, at=_joined(name, p.at)) for p in parsed.problems]
    return Parsed(drafts, problems, parsed.pictures)


def _joined(name: str, at: str) -> str:
    return f"{name} {at}".strip()


def _unknown(problems: Sequence[Problem]) -> BadImport:
    return BadImport([*problems, Problem("unknown_format", params={"known": KNOWN})])
