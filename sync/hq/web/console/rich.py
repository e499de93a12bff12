"""Texts of items as HTML: emphasis, tables, formulas as MathML, pictures, line breaks."""

from collections.abc import Sequence

from flask import g, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from kiosk.exam.items.markup import Span, blocks, spans
from kiosk.exam.items.shown import ShownTable, shown


def rich(text: str) -> Markup:
    """Return an item's text as HTML; everything except our own tags is escaped.

    A table is a block, so the element around the text must be a block too.
    """
    return Markup("").join(
        _table(part) if isinstance(part, ShownTable) else _run(part) for part in shown(text)
    )


def plain(text: str) -> str:
    """Return an item's text in one line: no emphasis, cells one after the other."""
    parts = ((block,) if isinstance(block, str) else block.cells for block in blocks(text))
    lines = ("".join(map(_word, spans(line))) for part in parts for line in part)
    return " ".join(" ".join(lines).split())


def _word(span: Span) -> str:
    return f"[{span.alt or _('Picture')}]" if span.kind == "picture" else span.text


def _table(table: ShownTable) -> Markup:
    head = Markup('<th scope="col">{}</th>')
    rows = [_row(Markup("<td>{}</td>"), row) for row in table.rows]
    if table.headings:
        rows.insert(0, Markup("<thead>{}</thead>").format(_row(head, table.headings)))
    # It may be wider than the page: whoever has no mouse scrolls it with the keys.
    return Markup(
        '<div class="table-box" role="group" aria-label="{}" tabindex="0"><table>{}</table></div>'
    ).format(_("Table"), Markup("").join(rows))


def _row(cell: Markup, texts: Sequence[Sequence[Span]]) -> Markup:
    cells = (cell.format(Markup("").join(map(_run, spans))) for spans in texts)
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _run(span: Span) -> Markup:
    node = _node(span)
    for style in reversed(span.styles):
        node = Markup("<{0}>{1}</{0}>").format(style, node)
    return node


def _node(span: Span) -> Markup:
    if span.kind == "picture":
        return Markup('<img src="{}" alt="{}">').format(_address(span.text), span.alt)
    if span.kind == "formula":
        return Markup(span.text)  # noqa: S704 - our own MathML
    return Markup("<br>").join(map(escape, span.text.split("\n")))


def _address(picture: str) -> str:
    """Return a picture's address: in a preview, that of the file that is not stored yet."""
    if upload_id := g.get("previewed_upload"):
        return url_for("previews.picture", upload_id=upload_id, name=picture)
    return url_for("items.picture", name=picture)
