"""The parts of an XLSX workbook around its sheets: their names, texts, fonts and number formats."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from sync.hq.imports.archives import Archive
from sync.hq.imports.cells import damaged
from sync.hq.imports.number_formats import BUILT_IN
from sync.hq.imports.text_runs import SharedTexts, Styles, style_of
from sync.hq.imports.xml_events import Attributes, Handler, read_part

_MOST_SHEETS = 1000


@dataclass(frozen=True)
class Relation:
    """What a part refers to: the kind, and the name of the other part."""

    kind: str
    target: str


@dataclass(frozen=True)
class Style:
    """How a cell looks; ``code`` is None for a format that depends on the computer."""

    code: str | None = "General"
    font: Styles = frozenset()


@dataclass(frozen=True)
class SheetPart:
    """A sheet's title, the name of its part, and whether it is hidden."""

    title: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Book:
    """A workbook without the contents of its sheets."""

    archive: Archive
    sheets: Sequence[SheetPart]
    texts: SharedTexts
    styles: Sequence[Style]
    epoch: datetime = field(default=WINDOWS_EPOCH)

    def style(self, number: str) -> Style:
        """Return a cell's style by its number."""
        at = int(number) if number.isdecimal() and number.isascii() else 0
        return self.styles[at] if at < len(self.styles) else Style()


def read_book(archive: Archive) -> Book:
    """Read the workbook of an archive.

    Raises:
        BadImport: it is no workbook, or damaged.
    """
    roots = relations(archive, "")
    name = next((r.target for r in roots.values() if r.kind == "officeDocument"), "")
    if name not in archive:
        name = "xl/workbook.xml"
    if name not in archive:
        raise damaged()
    found, related = _Workbook(), relations(archive, name)
    read_part(archive, name, found)
    sheets = [
        SheetPart(title, related[key].target, hidden)
        for title, key, hidden in found.sheets[:_MOST_SHEETS]
        if key in related and related[key].kind == "worksheet"
    ]
    if not found.seen or any(sheet.part not in archive for sheet in sheets):
        raise damaged()
    parts = {relation.kind: relation.target for relation in related.values()}
    texts, styles = SharedTexts(), _Styles()
    read_part(archive, parts.get("sharedStrings", ""), texts)
    read_part(archive, parts.get("styles", ""), styles)
    return Book(archive, sheets, texts, styles.cells(), found.epoch)


def relations(archive: Archive, part: str) -> Mapping[str, Relation]:
    """Return what a part refers to, by its ids."""
    folder, _, name = part.rpartition("/")
    handler = _Relations(folder)
    read_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), handler)
    return handler.found


class _Relations(Handler):
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: dict[str, Relation] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = unquote(attributes.get("Target", ""))
        path = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found[attributes.get("Id", "")] = Relation(kind, path)


class _Workbook(Handler):
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.epoch = WINDOWS_EPOCH
        self.seen = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbook":
            self.seen = True
        elif name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH
        elif name == "sheet":
            key = next((value for at, value in attributes.items() if at.endswith("}id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), key, hidden))


class _Styles(Handler):
    """Fonts, number formats, and the pairs of both that cells use."""

    def __init__(self) -> None:
        self._inside = ""
        self._codes: dict[str, str | None] = {str(n): code for n, code in BUILT_IN.items()}
        self._fonts: list[set[str]] = []
        self._pairs: list[tuple[str, str]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            self._inside = name
        elif name == "numFmt" and self._inside != "dxfs":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "font" and self._inside == "fonts":
            self._fonts.append(set())
        elif name == "xf" and self._inside == "cellXfs":
            pair = attributes.get("numFmtId", "0"), attributes.get("fontId", "0")
            self._pairs.append(pair)
        elif self._inside == "fonts" and self._fonts and (tag := style_of(name, attributes)):
            self._fonts[-1].add(tag)

    def cells(self) -> list[Style]:
        return [Style(self._codes.get(code), self._font(font)) for code, font in self._pairs]

    def _font(self, number: str) -> Styles:
        known = number.isdecimal() and int(number) < len(self._fonts)
        return frozenset(self._fonts[int(number)]) if known else frozenset()
