"""Where an item comes from: its file, and what it refers to from there."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.qti.files import Files
from sync.hq.authoring.interchange.qti.nodes import Node, read_node
from sync.hq.errors import BadImport
from sync.hq.problems import Problem

_DOCUMENTS = frozenset({"text/html", "application/xhtml+xml", "text/xml", "application/xml"})
_MOST_INCLUDED = 20


@dataclass(frozen=True)
class Source:
    """A document of a package, and what the manifest says of it."""

    files: Files
    name: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The folder that its addresses start from."""
        return posixpath.dirname(self.name)

    def picture(self, address: str) -> str:
        """Return our name for a picture; see :meth:`Files.picture`."""
        return self.files.picture(self.folder, address)

    def notes(self) -> Notes:
        """Return a fresh converter for texts of this document."""
        return Notes(self.picture)

    def read(self, address: str, notes: Notes) -> "tuple[Node, Source] | None":
        """Return another document by its address, or None after noting that it is missing."""
        try:
            name = self.files.locate(self.folder, address)
            self.files.used.add(name)
            return read_node(self.files.read(name), name), replace(self, name=name)
        except (KeyError, BadImport):
            value = {"value": address[:100]}
            notes.problems.append(Problem("file_missing", params=value))
            return None


def include(body: Node, source: Source, notes: Notes) -> None:
    """Put the documents that a body includes in their places."""
    _include(body, source, notes, [])


def _include(node: Node, source: Source, notes: Notes, done: list[str]) -> None:
    for number, child in enumerate(node.children):
        if not isinstance(child, Node):
            continue
        address = _address(child)
        if not address:
            _include(child, source, notes, done)
            continue
        if len(done) >= _MOST_INCLUDED:
            notes.lost("more included files than are read")
            return
        done.append(address)
        found = source.read(address, notes)
        node.children[number] = _included(*found) if found else ""


def _included(root: Node, source: Source) -> Node:
    """Return an included document as a division with the addresses of its pictures resolved."""
    body = root.first("body", "stimulusBody") or root
    inner = body.children if body.name in ("body", "stimulusBody") else [body]
    for image in body.every("img", "object"):
        for name in ("src", "data"):
            if name in image.attributes and "://" not in image.get(name):
                image.attributes[name] = _absolute(source, image.get(name))
    return Node("div", {}, list(inner))


def _absolute(source: Source, address: str) -> str:
    try:
        return f"/{source.files.locate(source.folder, address)}"
    except KeyError:
        return address


def _address(node: Node) -> str:
    if node.name == "include":
        return node.get("href")
    if node.name == "object" and node.get("type").partition(";")[0] in _DOCUMENTS:
        return node.get("data")
    return ""
