"""Texts that are HTML although their document says plain text: escaped, or in CDATA.

Only texts that are markup from beginning to end are taken for it, and none of an item that speaks
of code. What is left shows in the checks of meaning.
"""

import re

from sync.hq.authoring.interchange.qti.nodes import RAW, Node
from sync.hq.authoring.meaning.leftovers import speaks_of_code

_TAGS = (
    r"(?:p|div|span|section|article|center|font|table|ul|ol|dl|h[1-6]|blockquote|b|strong|i|em|u|s"
    r"|sub|sup)"
)
_WHOLE = re.compile(
    rf"\s*<{_TAGS}(?:\s[^<>]*)?>.*(?:</{_TAGS}\s*>|<br\s*/?>|<img\s[^<>]*>)\s*",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = frozenset({"math", "pre", "code", "svg", "object"})


def read_whole(body: Node) -> None:
    """Turn the texts of a body that are markup as a whole into HTML."""
    if not speaks_of_code(body.raw):
        _read(body)


def _read(node: Node) -> None:
    for child in node.nodes():
        if child.name in _LITERAL:
            continue
        if not any(True for _ in child.nodes()) and _WHOLE.fullmatch(child.raw):
            child.children = [Node(RAW, {"html": child.raw})]
        else:
            _read(child)


def declare_whole(item: Node) -> None:
    """Declare the texts of an item of version 1 that are markup as a whole to be HTML."""
    if speaks_of_code(item.raw):
        return
    for text in item.every("mattext", "matemtext"):
        if "rtf" not in text.get("texttype").lower() and _WHOLE.fullmatch(text.raw):
            text.attributes["texttype"] = "text/html"
