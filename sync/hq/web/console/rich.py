"""Texts of items as HTML: formulas as MathML, pictures, line breaks."""

from flask import g, url_for
from markupsafe import Markup, escape

from kiosk.exam.items.formulas import mathml
from kiosk.exam.items.markup import Span, spans


def rich(text: str) -> Markup:
    """Return an item's text as HTML; everything except our own tags is escaped."""
    return Markup("").join(_shown(span) for span in spans(text))


def _shown(span: Span) -> Markup:
    if span.kind == "picture":
        return Markup('<img src="{}" alt="{}">').format(_address(span.text), span.alt)
    if span.kind == "formula":
        shown = mathml(span.text)
        return escape(span.text) if shown is None else Markup(shown)  # noqa: S704 - our own MathML
    return Markup("<br>").join(span.text.split("\n"))


def _address(picture: str) -> str:
    """Return a picture's address: in a preview, that of the file that is not stored yet."""
    if upload_id := g.get("previewed_upload"):
        return url_for("previews.picture", upload_id=upload_id, name=picture)
    return url_for("items.picture", name=picture)
