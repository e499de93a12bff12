"""Formulas of items as MathML, which browsers render natively."""

import re
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert_to_element

LONGEST = 2000
"""Longest formula in characters."""
DEEPEST = 50
"""Deepest nesting of braces: the converter recurses once for each."""

_LINKS = {"href", "style", "class", "id"}
"""Attributes that no formula needs and that could link out of the page or restyle it."""

_ENVIRONMENT = re.compile(r"\\begin\s*\{([^{}]*)\}")
_ENVIRONMENTS = frozenset(name.removeprefix("\\") for name in MATRICES) | {
    "equation", "equation*", "gather", "gather*", "gathered",
}  # fmt: skip
"""What the converter lays out, or what needs no layout; it skips the names of others."""
_COMMAND = re.compile(r">[^<]*\\[^<\s]")
"""A command that stays in the text of a formula."""


@lru_cache(maxsize=4096)
def mathml(latex: str) -> str | None:
    """Return the formula as a ``<math>`` element, or None when it is not valid LaTeX.

    The result is well-formed XML: tags inside the LaTeX come out as text. A formula with a link
    is not valid.
    """
    if len(latex) > LONGEST or _depth(latex) > DEEPEST:
        return None
    try:
        formula = convert_to_element(latex)
        if any(_LINKS.intersection(element.keys()) for element in formula.iter()):
            return None
        _with_characters(formula)
        return tostring(formula, encoding="unicode")
    except Exception:  # noqa: BLE001 - its errors have no common base, and bad LaTeX trips its code
        return None


def shows_as_meant(latex: str) -> bool:
    """Whether the formula is valid LaTeX, and none of its commands is shown as text or skipped.

    Asked where items come in; what is stored already is shown as it is.
    """
    shown = mathml(latex)
    if shown is None or _COMMAND.search(shown):
        return False
    return all(name.strip() in _ENVIRONMENTS for name in _ENVIRONMENT.findall(latex))


def _depth(latex: str) -> int:
    """Return the deepest nesting of opening braces, closed or not."""
    depth = deepest = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _with_characters(element: Element) -> None:
    """Replace the converter's entities by characters.

    The converter's own serialisation unescapes everything, including tags in the text of a
    formula.
    """
    for one in element.iter():
        one.text = unescape(one.text) if one.text else one.text
        one.tail = unescape(one.tail) if one.tail else one.tail
