"""A finished PDF."""

from fpdf import FPDF
from fpdf.fonts import TTFFont


def finished(pdf: FPDF) -> bytes:
    """Return a document as bytes and close its fonts, which fpdf2 leaves open."""
    document = bytes(pdf.output())
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.close()
    return document
