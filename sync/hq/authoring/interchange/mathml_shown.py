"""What a formula in MathML shows: its characters and structures."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

from sync.hq.authoring.interchange import mathml_signs as signs
from sync.hq.authoring.interchange.xml_in import Element

_STRUCTURES = {
    "mfrac": "frac", "msqrt": "root", "mroot": "root", "mtr": "row", "mtd": "cell",
    "msub": "script", "msup": "script", "munder": "script", "mover": "script",
    "msubsup": "scripts", "munderover": "scripts",
}  # fmt: skip


def every(element: Element, name: str = "") -> Iterator[Element]:
    """Yield descendants, optionally of one name."""
    for child in children(element):
        if name in ("", child.name):
            yield child
        yield from every(child, name)


def children(element: Element) -> list[Element]:
    """Return the elements directly inside."""
    return [child for child in element.children if isinstance(child, Element)]


def text_of(element: Element) -> str:
    """Return all text inside."""
    return "".join(part if isinstance(part, str) else text_of(part) for part in element.children)


def content(root: Element) -> Counter[str]:
    """Return the characters and structures that a formula shows."""
    found: Counter[str] = Counter()
    for element in _shown(root):
        if element.name in _STRUCTURES:
            found[_STRUCTURES[element.name]] += 1
        if element.name == "mmultiscripts":
            found["scripts"] += _pairs_of(element)
        if element.name == "mfenced":
            opened, closed, between = fence(element)
            count = max(0, len(children(element)) - 1)
            found.update(signs.alike("".join([opened, closed, *(between * count)[:count]])))
        if not children(element):
            found.update(signs.alike(unicodedata.normalize("NFKC", text_of(element))))
    return found


def _pairs_of(element: Element) -> int:
    """Return how many sides of a base have scripts."""
    names = [part.name for part in children(element)[1:]]
    if "mprescripts" not in names:
        return 1
    return 1 + (names.index("mprescripts") > 0)


def _shown(element: Element) -> Iterator[Element]:
    yield element
    inner = children(element)
    for child in inner[:1] if element.name == "semantics" else inner:
        yield from _shown(child)


def fence(element: Element) -> tuple[str, str, str]:
    """Return what ``mfenced`` shows: before, after and between its parts."""
    has = element.attributes
    between = "".join(has.get("separators", ",").split())
    return has.get("open", "(").strip(), has.get("close", ")").strip(), between
