"""Formats of item files by their content; the name only decides where the content does not."""

import codecs
import re
from collections.abc import Sequence

from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.problems import Phrase, Problem

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS = (
    (b"%PDF", Phrase("a PDF document")),
    (b"{\\rtf", Phrase("a rich text document (RTF)")),
    (b"Rar!", Phrase("a RAR archive; repack it as ZIP")),
    (b"7z\xbc\xaf", Phrase("a 7z archive; repack it as ZIP")),
    (b"\x89PNG", Phrase("a picture")),
    (b"\xff\xd8\xff", Phrase("a picture")),
    (b"GIF8", Phrase("a picture")),
    (b"SQLite format 3", Phrase("a database")),
)
_OFFICE = (
    ("word/", Phrase("a Word document")),
    ("ppt/", Phrase("a PowerPoint presentation")),
    ("xl/workbook.bin", Phrase("a binary Excel workbook (XLSB)")),
)
_OTHERS = (
    ("Index/", Phrase("a file of Apple Numbers, Pages or Keynote")),
    ("Index.zip", Phrase("a file of Apple Numbers, Pages or Keynote")),
)
_OPEN = {
    b"spreadsheet": Phrase("an OpenDocument spreadsheet (ODS)"),
    b"text": Phrase("an OpenDocument text (ODT)"),
}
_TOML = re.compile(r"^[ \t]*(?:programme[ \t]*=|\[\[items\]\])", re.MULTILINE)
_GIFT = re.compile(r"(?<!\\)\{[^}]*\}|^::", re.MULTILINE)
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)
_LOOKED_AT = 1 << 16
_PROLOGUE = re.compile(
    rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]\s*)?>",
    re.DOTALL | re.IGNORECASE,
)
"""What XML may have before its outermost element."""
_ELEMENT = re.compile(rb"<(?:[\w.\x80-\xff-]+:)?([\w.\x80-\xff-]+)[^<>]*>")
_CANVAS = b"canvas.instructure.com"
"""In the namespace of settings that Canvas keeps in an element ``quiz``, too."""


def refuse_unread(data: bytes) -> None:
    """Reject a file of a known format that holds no items that can be read.

    Raises:
        BadImport: names the format and what to do.
    """
    start = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    for signature, name in _STARTS:
        if start.startswith(signature):
            raise unread(name)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise unread(Phrase("encrypted with a password"))
        raise BadImport([Problem("old_office")])
    if _HTML.match(start) or _HTML.match(data[:1024].lstrip()):
        raise unread(Phrase("a web page (HTML), as some systems export sheets"))


def is_workbook(archive: Archive) -> bool:
    """Return whether an archive is an XLSX workbook.

    Raises:
        BadImport: it is another document.
    """
    names = archive.names
    if "[Content_Types].xml" in archive:
        for part, name in _OFFICE:
            if any(member.startswith(part) for member in names):
                raise unread(name)
        return any(member.startswith("xl/") for member in names)
    if "mimetype" in archive and "content.xml" in archive:
        kind = archive.read("mimetype").rpartition(b".")[2].strip()
        raise unread(_OPEN.get(kind, Phrase("an OpenDocument file")))
    for part, name in _OTHERS:
        if any(member.startswith(part) and member.endswith((".iwa", ".zip")) for member in names):
            raise unread(name)
    return False


def is_moodle(data: bytes) -> bool:
    """Return whether the outermost element of an XML file is that of Moodle's questions."""
    found = _outermost(data)
    return found is not None and found[1] == b"quiz" and _CANVAS not in found[0]


def _outermost(data: bytes) -> re.Match[bytes] | None:
    """Return the tag of the outermost element, without its namespace's prefix as a group."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        data = data.decode("utf-16", "ignore").encode("utf-8", "ignore")
    data = data.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    at = 0
    while found := _PROLOGUE.match(data, at):
        at = found.end()
    return _ELEMENT.match(data, at)


def is_toml(text: str) -> bool:
    """Return whether a text is one of our own item files."""
    return _TOML.search(text[:_LOOKED_AT]) is not None


def is_gift(text: str) -> bool:
    """Return whether a text has answers in braces or titles of GIFT."""
    return _GIFT.search(text[:_LOOKED_AT]) is not None


def unread(name: Phrase, problems: Sequence[Problem] = ()) -> BadImport:
    """Return the error for a format that is not read."""
    return BadImport([*problems, Problem("format_unread", params={"name": name})])
