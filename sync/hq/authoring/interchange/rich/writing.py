"""Markup to HTML and plain text."""

import re
from html import escape

from kiosk.exam.items.formulas import mathml as shown_formula
from kiosk.exam.items.markup import Block, Span, Table, blocks, nested, spans
from sync.hq.authoring.interchange.rich.converted import PictureOut
from sync.hq.authoring.interchange.rich.scripts import AS_TAGS, HIGH, LOW
from sync.hq.authoring.interchange.rich.tex import apart, delimited

_TAGS = r"(?:</?(?:b|i|u|s|sub|sup)>)"
_AT_START = re.compile(rf"((?:^|<br />){_TAGS}*) ")
_AT_END = re.compile(rf" (?={_TAGS}*(?:<br />|$))")
_DOUBLE = re.compile(rf"( {_TAGS}*) ")
# What the reader takes for characters of Unicode: blanks around them and both signs for minus, too.
_SCRIPTS = re.compile(rf"<sub>(?=\s*[{LOW}\u2212]+\s*</sub>)|<sup>(?=\s*[{HIGH}\u2212]+\s*</sup>)")


def to_plain(markup: str) -> str:
    r"""Convert markup to plain text with TeX in ``\(…\)``; pictures keep their Markdown form."""
    return "".join(_plain(span) for span in spans(markup))


def is_plain(markup: str) -> bool:
    """Return whether plain text can hold all of a text: no pictures, styles or tables."""
    return all(
        isinstance(block, str)
        and all(span.kind != "picture" and not span.styles for span in spans(block))
        for block in blocks(markup)
    )


def to_html(markup: str, picture: PictureOut, *, mathml: bool = False) -> str:
    """Convert markup to HTML that is also well-formed XML."""
    found = blocks(markup)
    return "".join(
        _block(block, picture, last=number == len(found), mathml=mathml)
        for number, block in enumerate(found, start=1)
    )


def _plain(span: Span) -> str:
    if span.kind == "formula":
        return delimited(span.text)
    return f"![{span.alt}]({span.text})" if span.kind == "picture" else apart(span.text)


def _block(block: Block, picture: PictureOut, *, last: bool, mathml: bool) -> str:
    if isinstance(block, Table):
        return _table(block, picture, mathml=mathml)
    html = _inline(block, picture, mathml=mathml)
    # Browsers do not show an empty line at the end of a block.
    return f"{html}<br />" if block.endswith("\n") and not last else html


def _table(table: Table, picture: PictureOut, *, mathml: bool) -> str:
    def row(cells: tuple[str, ...], name: str) -> str:
        shown = (_inline(cell, picture, mathml=mathml) for cell in cells)
        return f"<tr>{''.join(f'<{name}>{html}</{name}>' for html in shown)}</tr>"

    head = f"<thead>{row(table.headings, 'th')}</thead>" if table.headings else ""
    body = "".join(row(cells, "td") for cells in table.rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _inline(text: str, picture: PictureOut, *, mathml: bool) -> str:
    parts = nested(spans(text), lambda span: _html(span, picture, mathml=mathml))
    html = _DOUBLE.sub("\\1\u00a0", _AT_START.sub("\\1\u00a0", "".join(parts)))
    html = _AT_END.sub("\u00a0", html)
    return _SCRIPTS.sub(lambda found: f'{found[0][:-1]} class="{AS_TAGS}">', html)


def _html(span: Span, picture: PictureOut, *, mathml: bool) -> str:
    if span.kind == "picture":
        return f'<img src="{escape(picture(span.text))}" alt="{escape(span.alt)}" />'
    if span.kind == "formula":
        return _math(span.text) if mathml else escape(delimited(span.text), quote=False)
    return escape(apart(span.text), quote=False).replace("\n", "<br />")


def _math(latex: str) -> str:
    """Return MathML with its LaTeX as an annotation, from which it can be read back."""
    shown = shown_formula(latex)
    if shown is None:
        return escape(delimited(latex), quote=False)
    inner = shown[shown.index(">") + 1 : shown.rindex("</math>")]
    note = f'<annotation encoding="application/x-tex">{escape(latex, quote=False)}</annotation>'
    return (
        '<math xmlns="http://www.w3.org/1998/Math/MathML">'
        f"<semantics>{inner}{note}</semantics></math>"
    )
