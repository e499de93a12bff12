"""Formulas of items as MathML, which browsers show by themselves."""

from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

INVALID: tuple[type[Exception], ...] = (
    ValueError,
    LookupError,
    *(
        kind
        for kind in vars(exceptions).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ),
)
"""What the converter raises for a formula that is no valid LaTeX; its own have no common base."""


@lru_cache(maxsize=4096)
def mathml(latex: str) -> str | None:
    """The formula as a ``<math>`` element, or None when it is no valid LaTeX.

    It is well-formed XML: whatever tags the LaTeX has stand in it as text.
    """
    try:
        formula = convert_to_element(latex)
    except INVALID:
        return None
    _with_characters(formula)
    return tostring(formula, encoding="unicode")


def _with_characters(element: Element) -> None:
    """The converter writes symbols as entities, ready for a page; here they become characters.

    Its own text form turns everything back, the tags in a formula's words included.
    """
    for one in element.iter():
        one.text = unescape(one.text) if one.text else one.text
        one.tail = unescape(one.tail) if one.tail else one.tail
