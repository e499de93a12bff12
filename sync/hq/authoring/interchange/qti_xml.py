"""Vocabulary of QTI 2.1, 2.2 and 3.0, and XML parsing that hides the differences.

Version 3 says ``qti-choice-interaction max-choices`` where version 2 says ``choiceInteraction
maxChoices``. Internally the names of version 2 are used.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from sync.hq.errors import BadImport
from sync.hq.problems import Problem, parser_reason


@dataclass(frozen=True)
class Version:
    """A version of the standard: its namespaces, and a manifest's type for items."""

    name: str
    items: str
    manifest: str
    resource: str
    template: str

    @property
    def kebab(self) -> bool:
        """Whether names are written with hyphens."""
        return self.name.startswith("3")

    def element(self, name: str) -> str:
        """Return an element's name in this version."""
        return f"qti-{_hyphens(name)}" if self.kebab else name

    def attributes(self, values: dict[str, str]) -> dict[str, str]:
        """Return attributes with their names in this version."""
        return {_hyphens(name) if self.kebab else name: text for name, text in values.items()}


_CP1, _ASI = "http://www.imsglobal.org/xsd/imscp_v1p1", "http://www.imsglobal.org/xsd/imsqti"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
VERSIONS = MappingProxyType(
    {
        "2.1": Version("2.1", f"{_ASI}_v2p1", _CP1, "imsqti_item_xmlv2p1", _TEMPLATES),
        "2.2": Version("2.2", f"{_ASI}_v2p2", _CP1, "imsqti_item_xmlv2p2", _TEMPLATES),
        "3.0": Version(
            "3.0",
            "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
            "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
            "imsqti_item_xmlv3p0",
            "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct",
        ),
    }
)


NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Node:
    """An element with version 2's names and no namespaces; texts are among the children."""

    name: str
    attributes: dict[str, str]
    children: list["Node | str"] = field(default_factory=list)

    def nodes(self, name: str = "") -> Iterator["Node"]:
        """Yield children, optionally of one name."""
        for child in self.children:
            if isinstance(child, Node) and name in ("", child.name):
                yield child

    def every(self, name: str = "") -> Iterator["Node"]:
        """Yield descendants in document order, optionally of one name."""
        for child in self.nodes():
            if name in ("", child.name):
                yield child
            yield from child.every(name)

    def first(self, name: str) -> "Node | None":
        """Return the first descendant of that name."""
        return next(self.every(name), None)

    @property
    def text(self) -> str:
        """All text inside, without tags."""
        parts = (part if isinstance(part, str) else part.text for part in self.children)
        return " ".join("".join(parts).split())

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


def read_xml(data: bytes, name: str) -> Node:
    """Parse a document.

    Raises:
        BadImport: it is not well-formed; names the file.
    """
    try:
        return _node(ElementTree.fromstring(data))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        problem = Problem(
            "unreadable", "file", name, params={"format": "XML", "reason": parser_reason(error)}
        )
        raise BadImport([problem]) from error


def _node(element: Element) -> Node:
    node = Node(_camel(_local(element.tag)), {_camel(_local(k)): v for k, v in element.items()})
    if element.text:
        node.children.append(element.text)
    for child in element:
        if isinstance(child.tag, str):  # comments and instructions have none
            node.children.append(_node(child))
        if child.tail:
            node.children.append(child.tail)
    return node


def _html(node: Node, without: frozenset[str], instead: Mapping[str, str]) -> str:
    if node.name in instead:
        return instead[node.name]
    if node.name in without:
        return ""
    if node.name == "object" and node.attributes.get("type", "").startswith("image/"):
        return f'<img src="{escape(node.attributes.get("data", ""))}" alt="{escape(node.text)}" />'
    attributes = "".join(f' {name}="{escape(text)}"' for name, text in node.attributes.items())
    return f"<{node.name}{attributes}>{node.html(without, instead)}</{node.name}>"


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _camel(name: str) -> str:
    plain = name.removeprefix("qti-")
    return re.sub(r"-([a-z])", lambda found: found[1].upper(), plain)


def _hyphens(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)
