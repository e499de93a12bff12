"""Elements of all versions of QTI under the names of version 2, and their content as HTML.

Version 3 says ``qti-choice-interaction max-choices`` where version 2 says ``choiceInteraction
maxChoices``.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType

from sync.hq.authoring.interchange import xml_in
from sync.hq.authoring.interchange.xml_in import Element

NOTHING: Mapping[str, str] = MappingProxyType({})
CLASSES: Mapping[str, str] = MappingProxyType({"u": "exam-kiosk-u", "s": "exam-kiosk-s"})
"""Our classes for emphasis that QTI has no element for."""

_STYLES = {name: style for style, name in CLASSES.items()}
_PARTS = frozenset({"prompt", "contentBody", "itemBody", "stimulusBody", "simplePrompt"})
"""Elements of QTI that only group what they contain."""

_IMAGES = frozenset({"image/png", "image/jpeg", "image/jpg", "image/gif", "image/svg+xml"})
RAW = "#html"
"""Name of a node that has HTML as it is, which may be no XML, as its attribute ``html``."""

_EMPTY = frozenset({"br", "hr", "img", "col", "wbr"})


@dataclass(slots=True)
class Node:
    """An element with version 2's names and no namespaces; texts are among the children."""

    name: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def nodes(self, *names: str) -> Iterator["Node"]:
        """Yield children, optionally those of some names."""
        for child in self.children:
            if isinstance(child, Node) and (not names or child.name in names):
                yield child

    def every(self, *names: str) -> Iterator["Node"]:
        """Yield descendants in document order, optionally those of some names."""
        for child in self.nodes():
            if not names or child.name in names:
                yield child
            yield from child.every(*names)

    def first(self, *names: str) -> "Node | None":
        """Return the first descendant of one of the names."""
        return next(self.every(*names), None)

    @property
    def raw(self) -> str:
        """All text inside, as it is."""
        return "".join(part if isinstance(part, str) else part.raw for part in self.children)

    @property
    def text(self) -> str:
        """All text inside, without tags and needless blanks."""
        return " ".join(self.raw.split())

    def html(
        self, without: frozenset[str] = frozenset(), instead: Mapping[str, str] = NOTHING
    ) -> str:
        """Return the content as HTML.

        Elements named in ``without`` are left out; those in ``instead`` are replaced by other
        HTML.
        """
        return "".join(
            escape(part, quote=False) if isinstance(part, str) else _html(part, without, instead)
            for part in self.children
        )


def read_node(data: bytes, name: str) -> Node:
    """Parse a document.

    Raises:
        BadImport: it is not well-formed; names the file.
    """
    return _node(xml_in.read(data, name))


def _node(element: Element) -> Node:
    ours = element.name.startswith("qti-")
    keys = element.attributes.items()
    attributes = {_camel(key): text for key, text in keys} if ours else element.attributes
    name = _camel(element.name.removeprefix("qti-")) if ours else element.name
    # APIP's namespace of QTI's own elements ends in imsqti_v2p2.
    if "apip" in element.space and "imsqti" not in element.space:
        name = f"apip:{name}"
    node = Node(name, attributes)
    node.children = [part if isinstance(part, str) else _node(part) for part in element.children]
    return node


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), name)


def _html(node: Node, without: frozenset[str], instead: Mapping[str, str]) -> str:
    if node.name in instead:
        return instead[node.name]
    if node.name in without or node.name.startswith("apip:"):
        return ""
    if node.name == RAW:
        return node.get("html")
    if node.name == "object" and node.get("type").startswith("image/"):
        nested = node.first("object")
        if nested is not None and node.get("type") not in _IMAGES:
            return _html(nested, without, instead)
        return _image(node.get("data"), node.text)
    if node.name == "picture" and (image := node.first("img")) is not None:
        node = image
    if node.name == "svg":
        return _image(f"data:image/svg+xml;base64,{_svg(node)}", node.get("title"))
    if node.name == "span" and (style := _STYLES.get(node.get("class"))):
        return f"<{style}>{node.html(without, instead)}</{style}>"
    if node.name in _PARTS:
        return f"<div>{node.html(without, instead)}</div>"
    attributes = "".join(f' {name}="{escape(text)}"' for name, text in node.attributes.items())
    if node.name in _EMPTY:
        return f"<{node.name}{attributes} />"
    return f"<{node.name}{attributes}>{node.html(without, instead)}</{node.name}>"


def _image(address: str, words: str) -> str:
    return f'<img src="{escape(address)}" alt="{escape(words)}" />'


def _svg(node: Node) -> str:
    attributes = {"xmlns": "http://www.w3.org/2000/svg", **node.attributes}
    written = "".join(f' {name}="{escape(text)}"' for name, text in attributes.items())
    return b64encode(f"<svg{written}>{node.html()}</svg>".encode()).decode("ascii")
