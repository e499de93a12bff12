"""Formulas of items as MathML, which browsers show by themselves."""

from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

LONGEST = 2000
"""Most characters of a formula."""
DEEPEST = 50
"""Most braces within one another: the converter calls itself for each."""

_LINKS = {"href", "style", "class", "id"}
"""Attributes that no formula needs, and that could lead out of the page or restyle it."""


@lru_cache(maxsize=4096)
def mathml(latex: str) -> str | None:
    """The formula as a ``<math>`` element, or None when it is no valid LaTeX.

    It is well-formed XML: whatever tags the LaTeX has stand in it as text. It leads nowhere: a
    formula with a link is not valid.
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


def _depth(latex: str) -> int:
    """How many opening braces stand within one another at most, closed or not."""
    depth = deepest = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _with_characters(element: Element) -> None:
    """The converter writes symbols as entities, ready for a page; here they become characters.

    Its own text form turns everything back, the tags in a formula's words included.
    """
    for one in element.iter():
        one.text = unescape(one.text) if one.text else one.text
        one.tail = unescape(one.tail) if one.tail else one.tail
