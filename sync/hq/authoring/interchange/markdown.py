"""Markdown as HTML, with TeX left as it is."""

import re
from html import escape

from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])
_TEX = re.compile(r"\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]|\$\$[^$]+\$\$", re.DOTALL)
_PLACE = "\ue000{}\ue001"
_PLACES = re.compile("\ue000(\\d+)\ue001")


def markdown_html(text: str) -> str:
    """Return Markdown as HTML."""
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        formulas.append(escape(found[0], quote=False))
        return _PLACE.format(len(formulas) - 1)

    html = _PARSER.render(_TEX.sub(kept, re.sub("[\ue000\ue001]", "", text)))
    return _PLACES.sub(lambda found: formulas[int(found[1])], html)
