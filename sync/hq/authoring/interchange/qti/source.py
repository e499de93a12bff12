"""Where an item comes from: its file, and what it refers to from there."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.qti.files import Files
from sync.hq.authoring.interchange.qti.nodes import RAW, Node, read_node
from sync.hq.errors import BadImport
from sync.hq.problems import Problem

_HTML = frozenset({"text/html", "application/xhtml+xml", "text/xml", "application/xml"})
_MOST_INCLUDED = 20
_MOST_BYTES = 4 << 20
_BODY = re.compile(r"<body\b[^>]*>(.*)</body>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*["'])([^"']*)""", re.IGNORECASE)


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
            data = self.files.read(name)
            return _document(data, name), replace(self, name=name)
        except (KeyError, BadImport):
            value = {"value": address[:100]}
            notes.problems.append(Problem("file_missing", params=value))
            return None


def _document(data: bytes, name: str) -> Node:
    """Parse a document; HTML that is no XML becomes a node with it as it is."""
    try:
        return read_node(data, name)
    except BadImport:
        if not name.lower().endswith((".html", ".htm", ".xhtml")) or len(data) > _MOST_BYTES:
            raise
    html = data.decode("utf-8", "replace")
    body = _BODY.search(html)
    return Node(RAW, {"html": body[1] if body else html})


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


def _address(node: Node) -> str:
    if node.name == "include":
        return node.get("href")
    if node.name == "object" and node.get("type").partition(";")[0] in _HTML:
        return node.get("data")
    return ""


def _included(root: Node, source: Source) -> Node:
    """Return an included document as a division with the addresses of its pictures resolved."""
    if root.name == RAW:
        html = _ADDRESS.sub(lambda found: found[1] + _absolute(source, found[2]), root.get("html"))
        return Node(RAW, {"html": f"<div>{html}</div>"})
    body = root.first("body", "stimulusBody") or root
    inner = body.children if body.name in ("body", "stimulusBody") else [body]
    for image in body.every("img", "object"):
        for name in ("src", "data"):
            if name in image.attributes:
                image.attributes[name] = _absolute(source, image.get(name))
    return Node("div", {}, list(inner))


def _absolute(source: Source, address: str) -> str:
    if "://" in address or address[:5].lower() == "data:":
        return address
    try:
        return f"/{source.files.locate(source.folder, address)}"
    except KeyError:
        return address
