"""Elements with the names of a version of QTI, and our markup as their content."""

from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace

from sync.hq.authoring.interchange.qti.nodes import CLASSES
from sync.hq.authoring.interchange.qti.versions import Version
from sync.hq.authoring.interchange.rich import to_html

register_namespace("m", "http://www.w3.org/1998/Math/MathML")


class Writer:
    """Creates elements with the names of a version of QTI."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def root(self, name: str, values: dict[str, str]) -> Element:
        """Return the root element of a document."""
        named = {"xmlns": self.version.items, **self.version.attributes(values)}
        return Element(self.version.element(name), named)

    def add(self, parent: Element, name: str, text: str | None = None, **values: str) -> Element:
        """Add a child from the standard's vocabulary."""
        element = SubElement(parent, self.version.element(name), self.version.attributes(values))
        element.text = text
        return element

    def rich(self, parent: Element, markup: str) -> None:
        """Add markup as the content of an element."""
        html = to_html(markup, lambda name: f"images/{name}", mathml=True)
        content = fromstring(f"<x>{html}</x>")  # noqa: S314
        for element in list(content.iter()):
            _adapt(element)
        parent.text = content.text
        parent.extend(list(content))


def _adapt(element: Element) -> None:
    """Change what HTML allows and QTI does not."""
    if element.tag in CLASSES:
        element.set("class", CLASSES[element.tag])
        element.tag = "span"
