r"""Conversion of item texts between our markup and the HTML or plain text of other systems.

Formulas are LaTeX in our markup, ``\(…\)`` in HTML, and MathML with a LaTeX annotation in QTI.
What cannot be converted is reported, never dropped silently.
"""

from sync.hq.authoring.interchange.rich.converted import Converted, PictureIn, PictureOut, named
from sync.hq.authoring.interchange.rich.reading import from_html
from sync.hq.authoring.interchange.rich.tex import from_plain
from sync.hq.authoring.interchange.rich.writing import is_plain, to_html, to_plain

__all__ = [
    "Converted",
    "PictureIn",
    "PictureOut",
    "from_html",
    "from_plain",
    "is_plain",
    "named",
    "to_html",
    "to_plain",
]
