"""Pictures of a sheet: floating ones, with the cell under their corner, and those in cells."""

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.imports.archives import Archive
from sync.hq.imports.cells import InCell
from sync.hq.imports.xlsx_book import Relation, relations
from sync.hq.imports.xml_events import Attributes, Handler, read_part
from sync.hq.problems import Phrase

_ANCHORS = ("oneCellAnchor", "twoCellAnchor", "absoluteAnchor")
_DRAWN = {
    "sp": Phrase("a shape or text box"),
    "graphicFrame": Phrase("a chart"),
    "grpSp": Phrase("a group of shapes"),
}
_LOOSE = Phrase("a picture that is not tied to a cell")
_MOST = 20_000
_RICH = "xl/richData/"
_WPS = "xl/cellimages.xml"


def read_pictures(
    archive: Archive,
    related: Mapping[str, Relation],
    rich: Mapping[tuple[int, int], int],
    wps: Mapping[tuple[int, int], str],
) -> tuple[Sequence[InCell], Sequence[Phrase]]:
    """Return the pictures in the order of their cells, and the names of those without a cell.

    ``rich``: number of the rich value of each cell that has one; ``wps``: name of the picture
    that a cell shows by WPS Office's function DISPIMG.
    """
    found: list[InCell] = []
    loose: list[Phrase] = []
    for relation in related.values():
        if relation.kind == "drawing":
            drawn = _Drawing()
            read_part(archive, relation.target, drawn)
            media = relations(archive, relation.target)
            found += [_taken(archive, media, *picture) for picture in drawn.found[:_MOST]]
            loose += drawn.loose[:_MOST]
    found += _in_cells(archive, rich)
    if wps:
        named = _Named()
        read_part(archive, _WPS, named)
        media = relations(archive, _WPS)
        found += [_taken(archive, media, *at, named.keys.get(key, "")) for at, key in wps.items()]
    return sorted(found, key=lambda picture: (picture.row, picture.column)), loose


def _taken(
    archive: Archive, media: Mapping[str, Relation], row: int, column: int, key: str
) -> InCell:
    target = media[key].target if key in media else ""
    return _picture(archive, row, column, target)


def _picture(archive: Archive, row: int, column: int, target: str) -> InCell:
    data = archive.read(target) if target in archive else None
    return InCell(row, column, posixpath.basename(target), data)


class _Drawing(Handler):
    """The pictures of a drawing: row, column and id of the picture."""

    def __init__(self) -> None:
        self.found: list[tuple[int, int, str]] = []
        self.loose: list[Phrase] = []
        self._anchor = ""
        self._from = False
        self._reading = ""
        self._place = {"row": 0, "col": 0}

    def start(self, name: str, attributes: Attributes) -> None:
        if name in _ANCHORS:
            self._anchor, self._place = name, {"row": 0, "col": 0}
        elif name == "from":
            self._from = True
        elif name in ("row", "col") and self._from:
            self._reading = name
        elif name == "blip":
            key = next((value for at, value in attributes.items() if at.endswith("}embed")), "")
            if self._anchor == "absoluteAnchor":
                self.loose.append(_LOOSE)
            else:
                self.found.append((self._place["row"] + 1, self._place["col"] + 1, key))
        elif name in _DRAWN and self._anchor:
            self.loose.append(_DRAWN[name])

    def end(self, name: str) -> None:
        if name == "from":
            self._from = False
        self._reading = ""

    def text(self, text: str) -> None:
        if self._reading and text.strip().isdecimal():
            self._place[self._reading] = int(text.strip()[:7])


class _Named(Handler):
    """The pictures of WPS Office by their names."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self._name = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "cNvPr":
            self._name = attributes.get("name", "")
        elif name == "blip":
            key = next((value for at, value in attributes.items() if at.endswith("}embed")), "")
            self.keys[self._name] = key


def _in_cells(archive: Archive, rich: Mapping[tuple[int, int], int]) -> list[InCell]:
    """Return the pictures in cells (rich values), along the chain of parts that leads to them."""
    if not rich:
        return []
    metadata, values, web = _Metadata(), _Values(), _Ids()
    read_part(archive, "xl/metadata.xml", metadata)
    read_part(archive, f"{_RICH}rdrichvalue.xml", values)
    read_part(archive, f"{_RICH}richValueRel.xml", web)
    media = relations(archive, f"{_RICH}richValueRel.xml")
    found = []
    for (row, column), number in rich.items():
        value = _at(metadata.values, number - 1)
        own = _at(values.found, value)
        key = _at(web.ids, own if own is not None else -1)
        found.append(_taken(archive, media, row, column, key or ""))
    return found


def _at(items: Sequence[Any], place: int | None) -> Any:
    return items[place] if place is not None and 0 <= place < len(items) else None


class _Metadata(Handler):
    """For each value metadata: the number of the rich value."""

    def __init__(self) -> None:
        self._future: list[int] = []
        self._inside = ""
        self._refers: list[int] = []

    @property
    def values(self) -> list[int | None]:
        return [_at(self._future, at) for at in self._refers]

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("futureMetadata", "valueMetadata", "cellMetadata"):
            self._inside = name
        elif name == "rvb":
            self._future.append(_number(attributes.get("i")))
        elif name == "rc" and self._inside == "valueMetadata":
            self._refers.append(_number(attributes.get("v")))


class _Values(Handler):
    """For each rich value: its first number, which for pictures names the relation."""

    def __init__(self) -> None:
        self.found: list[int | None] = []
        self._reading = False
        self._text = ""

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002
        if name == "rv":
            self.found.append(None)
        self._reading, self._text = name == "v", ""

    def end(self, name: str) -> None:
        if name == "v" and self.found and self.found[-1] is None:
            self.found[-1] = _number(self._text)
        self._reading = False

    def text(self, text: str) -> None:
        if self._reading:
            self._text += text


class _Ids(Handler):
    """The ids of relations in order."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "rel":
            self.ids += [value for at, value in attributes.items() if at.endswith("}id")]


def _number(text: str | None) -> int:
    return int(text) if text and text.strip().isdecimal() and len(text) < 8 else -1
