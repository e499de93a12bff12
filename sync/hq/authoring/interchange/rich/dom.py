"""HTML as browsers read it: a tree of bounded depth and size."""

import re
from dataclasses import dataclass, field
from html import escape

from selectolax.lexbor import LexborHTMLParser

DEEPEST = 100
"""Deepest nesting of tags; the reader recurses once for each."""
MOST_TAGS = 5000
"""Most tags in one text. The parser takes time by their number multiplied by the depth."""
_MOST_COPIES = 1_000_000
"""Most tags of emphasis, which the parser may repeat in each block, by all tags."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_REPEATED = frozenset(
    (
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    )
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_CLOSED_BY_THE_NEXT = frozenset(
    ("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "rt", "rp")
)
_CDATA = "<![CDATA["
_EMPTY_BREAK = re.compile(r"(<br\b[^<>]*>)\s*</br\s*>", re.IGNORECASE)
_IN_TEX = re.compile(r"\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]|\$\$[^$]+\$\$", re.DOTALL)
_NO_TAG = re.compile(
    r"<(?!/?(?:p|br|div|span|font|b|i|u|s|em|strong|sub|sup|a|img|td|tr|th|li|ul|ol|nobr)\b[^<>$\\]*>)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"<[a-zA-Z/!?][^<>]*$")
_ALONE = frozenset(
    ("hidden", "reversed", "nowrap", "noshade", "compact", "controls", "disabled", "checked",
     "selected", "readonly", "required", "multiple", "autofocus", "autoplay", "loop", "muted",
     "ismap", "async", "defer", "open", "itemscope", "default", "allowfullscreen", "download",
     "class", "style", "id", "alt", "title", "border", "dir", "lang", "name", "href", "src")
)  # fmt: skip
"""Attributes that are found without a value in tags that are meant as tags."""
_WIRIS = re.compile(r"«math.{0,20000}?«/math»", re.DOTALL)
_WIRIS_SIGNS = str.maketrans({"«": "<", "»": ">", "¨": '"', "§": "&", "`": "'"})


class TooDeep(ValueError):
    """The text has more tags, or tags nested more deeply, than any text of an item needs."""


@dataclass(slots=True)
class Element:
    """An element; names are in lower case and without prefix."""

    name: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """The names of its classes."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def elements(self) -> list["Element"]:
        """Return the children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]


def parse(html: str) -> tuple[Element, str]:
    """Return the body of a document or fragment, and its end if a tag there lacks its ``>``.

    Browsers do not show such an end.

    Raises:
        TooDeep: see there.
    """
    plain = html.replace(_CDATA, "").replace("]]>", "") if _CDATA in html else html
    source = _EMPTY_BREAK.sub(r"\1", plain)
    source = _IN_TEX.sub(lambda found: _NO_TAG.sub("&lt;", found[0]), source)
    source = _WIRIS.sub(lambda found: found[0].translate(_WIRIS_SIGNS), source)
    _check(source)
    # Inside the body, scripts and styles at the start stay where they are.
    body = LexborHTMLParser(f"<body>{source}".replace("\0", "\ufffd")).body
    root = Element("body", {})
    if body is not None:
        _copy(body, root, 0)
    unfinished = _UNFINISHED.search(source)
    return root, unfinished[0] if unfinished else ""


def eaten_words(element: Element) -> str:
    """Return words that were read as attributes, as in ``a<b and c>d``."""
    words = [n for n, value in element.attributes.items() if not value and n not in _ALONE]
    strange = [n for n in words if not n.startswith(("data-", "ng-", "v-", "on", "aria-"))]
    return f"<{' '.join([element.name, *strange])}>" if strange else ""


def _check(html: str) -> None:
    """Estimate depth and size before parsing, which would take quadratic time."""
    depth = repeated = 0
    for number, found in enumerate(_TAG.finditer(html), start=1):
        name = found[2].lower()
        repeated += name in _REPEATED
        if name not in _VOID | _CLOSED_BY_THE_NEXT:
            depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > 2 * DEEPEST or number > MOST_TAGS or repeated * number > _MOST_COPIES:
            raise TooDeep


def _copy(node: object, parent: Element, depth: int) -> None:
    if depth > DEEPEST:
        raise TooDeep
    child = node.child  # type: ignore[attr-defined]  # selectolax has no types for its cursor
    while child is not None:
        if child.is_text_node:
            parent.children.append(child.text_content or "")
        elif child.is_element_node:
            name = str(child.tag).rpartition(":")[2].lower()
            attributes = {key: value or "" for key, value in child.attributes.items()}
            element = Element(name, attributes)
            parent.children.append(element)
            _copy(child, element, depth + 1)
        child = child.next


def xml(element: Element) -> str:
    """Return an element as XML."""
    attributes = "".join(f' {key}="{escape(v)}"' for key, v in element.attributes.items())
    inner = "".join(
        escape(child, quote=False) if isinstance(child, str) else xml(child)
        for child in element.children
    )
    return f"<{element.name}{attributes}>{inner}</{element.name}>"
