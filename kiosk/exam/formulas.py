"""Formulas of items as MathML, which browsers show by themselves."""

from functools import lru_cache

from latex2mathml import exceptions
from latex2mathml.converter import convert

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
    """The formula as a ``<math>`` element, or None when it is no valid LaTeX."""
    try:
        return str(convert(latex))
    except INVALID:
        return None
