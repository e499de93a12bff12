"""Texts of items as HTML: formulas as MathML, pictures, line breaks."""

from flask import url_for
from markupsafe import Markup, escape

from kiosk.exam.items.formulas import mathml
from kiosk.exam.items.markup import Span, spans


def rich(text: str) -> Markup:
    """Return an item's text as HTML; everything except our own tags is escaped."""
    return Markup("").join(_shown(span) for span in spans(text))


def _shown(span: Span) -> Markup:
    if span.kind == "picture":
        address = url_for("items.picture", name=span.text)
        return Markup('<img src="{}" alt="{}">').format(address, span.alt)
    if span.kind == "formula":
        shown = mathml(span.text)
        return escape(span.text) if shown is None else Markup(shown)  # noqa: S704 - our own MathML
    return Markup("<br>").join(span.text.split("\n"))
