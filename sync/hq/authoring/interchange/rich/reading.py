"""HTML to markup."""

import re
from collections.abc import Callable, Mapping

from kiosk.exam.items.markup import Span
from sync.hq.authoring.interchange.mathml_in import to_latex
from sync.hq.authoring.interchange.rich import tables
from sync.hq.authoring.interchange.rich.converted import Converted, PictureIn
from sync.hq.authoring.interchange.rich.dom import (
    Element,
    TooDeep,
    eaten_words,
    parse,
    xml,
)
from sync.hq.authoring.interchange.rich.lists import Listing, listing
from sync.hq.authoring.interchange.rich.look import Look, inside
from sync.hq.authoring.interchange.rich.page import Page
from sync.hq.authoring.interchange.rich.scripts import AS_TAGS, script
from sync.hq.problems import Phrase

_BLOCKS = frozenset(
    {
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "section", "dl", "dt",
        "dd", "figure", "figcaption", "header", "footer", "article", "aside", "main", "nav",
        "center", "address", "details", "summary", "fieldset", "legend", "hgroup", "li", "caption",
        "tr", "listing", "xmp", "form", "stimulus", "itembody", "contentbody", "prompt",
    }
)  # fmt: skip
_INLINE = frozenset(
    {
        "span", "font", "small", "big", "code", "abbr", "cite", "label", "tt", "kbd", "var", "samp",
        "body", "mark", "ins", "acronym", "nobr", "wbr", "bdo", "bdi", "dfn", "b", "strong", "i",
        "em", "u", "s", "strike", "del", "a", "ruby", "rb", "rtc", "time", "data", "output",
        "picture", "noscript", "td", "th", "tbody", "thead", "tfoot", "simpleprompt", "basefont",
        "marquee", "blink", "tex-math", "smarttagtype", "place", "city", "st1", "font-face",
    }
)  # fmt: skip
_SILENT = frozenset(
    ("head", "title", "meta", "link", "base", "template", "rp", "map", "area", "source", "track",
     "col", "colgroup", "annotation-xml", "param", "xml")
)  # fmt: skip
_DOUBLES = frozenset(("katex-html", "MathJax_Preview"))
"""Classes of what is drawn beside the MathML or TeX of the same formula."""
_RULE = "\u2500" * 8
_HIDDEN, _COLOUR, _MARKED = Phrase("hidden text"), Phrase("coloured text"), Phrase("highlighting")
_MERGED = Phrase("table with merged cells")
_NESTED = Phrase("table inside a table")
_MATHML = Phrase("formula in MathML without its LaTeX")


def from_html(html: str, picture: PictureIn) -> Converted:
    """Convert HTML, or the inner XML of QTI, to markup."""
    reader = _Reader(picture)
    try:
        body, unfinished = parse(html)
        reader.children(body, Look())
    except TooDeep:
        return Converted("", [Phrase("text with too many tags, or tags nested too deeply")])
    found = reader.result()
    if unfinished:
        found.lost.append(Phrase("text after < without its >: %(text)s", {"text": unfinished[:60]}))
    return found


class _Reader:
    """Walks through a document, and notes what it cannot convert."""

    def __init__(self, picture: PictureIn) -> None:
        self._picture = picture
        self._page = Page()
        self._lists: list[Listing] = []
        self._in_table = False
        self._lost: dict[str, Phrase] = {}
        self._dropped: dict[str, Phrase] = {}

    def result(self) -> Converted:
        """Return the converted text."""
        text = self._page.markup()
        if self._page.impossible:
            self._lose(Phrase("formula with a dollar sign"))
        return Converted(text, list(self._lost.values()), list(self._dropped.values()))

    def children(self, element: Element, look: Look) -> None:
        """Read what is inside an element that looks like that."""
        for child in element.children:
            if isinstance(child, Element):
                self._element(child, look)
            else:
                self._text(child, look)

    def _text(self, text: str, look: Look) -> None:
        if text.strip():
            if look.hidden:
                self._drop(_HIDDEN)
            if look.coloured and not look.hidden:
                self._drop(_COLOUR)
            if look.marked and not look.hidden:
                self._drop(_MARKED)
        if look.hidden:
            return
        if look.breaks:
            self._page.lines(text, look.styles, literal=look.literal)
        else:
            self._page.text(text, look.styles, literal=look.literal)

    def _element(self, element: Element, outer: Look) -> None:
        name = element.name
        look = inside(outer, element)
        if words := eaten_words(element):
            self._lose(Phrase("text that reads like a tag: %(text)s", {"text": words[:60]}))
        if not _DOUBLES.isdisjoint(element.classes):
            return
        if name in _SPECIAL:
            _SPECIAL[name](self, element, look)
        elif name in _BLOCKS:
            self._page.line()
            self.children(element, look)
            self._page.end_line()
        elif name in _INLINE:
            self.children(element, look)
        elif name not in _SILENT:
            self._lose(Phrase("<%(tag)s>", {"tag": name[:40]}))
            self.children(element, look)

    def _br(self, _: Element, look: Look) -> None:
        if not look.hidden:
            self._page.line_break(look.styles)

    def _hr(self, _: Element, look: Look) -> None:
        if not look.hidden:
            self._page.line()
            self._page.text(_RULE)
            self._page.end_line()

    def _q(self, element: Element, look: Look) -> None:
        self._text("“", look)
        self.children(element, look)
        self._text("”", look)

    def _rt(self, element: Element, look: Look) -> None:
        self._text("(", look)
        self.children(element, look)
        self._text(")", look)

    def _style(self, element: Element, _: Look) -> None:
        if element.text.strip():
            self._drop(Phrase("style sheet"))

    def _script(self, element: Element, look: Look) -> None:
        if "math/tex" in element.attributes.get("type", ""):
            self._formula(element.text, look)
        else:
            self._drop(Phrase("script"))

    def _tex(self, element: Element, look: Look) -> None:
        self._formula(element.text, look)

    def _math(self, element: Element, look: Look) -> None:
        latex = to_latex(xml(element))
        if latex is None:
            self._lose(_MATHML)
        else:
            self._formula(latex, look)

    def _formula(self, source: str, look: Look) -> None:
        latex = " ".join(source.split())
        if look.hidden:
            self._drop(_HIDDEN)
        elif "$" in latex:
            self._lose(Phrase("formula with a dollar sign"))
        elif latex:
            self._page.add(Span("formula", latex, styles=look.styles))

    def _a(self, element: Element, look: Look) -> None:
        address = element.attributes.get("href", "").strip()
        if address and not look.hidden and address != element.text.strip():
            self._drop(Phrase("link to %(address)s", {"address": address[:100]}))
        self.children(element, look)

    def _img(self, element: Element, look: Look) -> None:
        if look.hidden:
            self._drop(_HIDDEN)
            return
        latex = element.attributes.get("data-equation-content", "")
        if latex:
            self._formula(latex, look)
            return
        name = self._picture(element.attributes.get("src", "").strip())
        alt = " ".join(re.sub(r"[\]\n\r]", " ", element.attributes.get("alt", "")).split())
        self._page.add(Span("picture", name, alt, look.styles))

    def _sub(self, element: Element, look: Look) -> None:
        text = element.text if not element.elements() else ""
        shown = None if AS_TAGS in element.classes else script(element.name, text)
        if shown is None or look.hidden or look.literal:
            self.children(element, look)
        else:
            styles = tuple(style for style in look.styles if style != element.name)
            self._page.text(shown, styles)

    def _ul(self, element: Element, look: Look) -> None:
        self._page.line()
        self._lists.append(listing(element))
        self.children(element, look)
        self._lists.pop()
        self._page.end_line()

    def _li(self, element: Element, look: Look) -> None:
        if look.hidden:
            self.children(element, look)
            return
        level = max(1, len(self._lists))
        entries = self._lists[-1] if self._lists else Listing("bullet")
        self._page.marker(entries.marker(element, level))
        self.children(element, look)
        self._page.end_line()

    def _dd(self, element: Element, look: Look) -> None:
        if not look.hidden:
            self._page.marker("\u3000")
        self.children(element, look)
        self._page.end_line()

    def _table(self, element: Element, look: Look) -> None:
        if look.hidden:
            self.children(element, look)
            return
        self._page.line()
        frame = tables.only_cell(element)
        if frame is not None:
            self.children(frame, inside(look, frame))
            self._page.end_line()
            return
        if self._in_table:
            self._lose(_NESTED)
            self.children(element, look)
            return
        for title in tables.titles(element):
            self._page.line()
            self.children(title, inside(look, title))
            self._page.end_line()
        self._rows(element, look)

    def _rows(self, element: Element, look: Look) -> None:
        try:
            found = tables.read_table(element, lambda cell, bold: self._cell(cell, look, bold=bold))
        except tables.Unwritable:
            self._lose(_MERGED)
            return
        if found is not None:
            self._page.table(found)

    def _cell(self, cell: Element, look: Look, *, bold: bool) -> str:
        """Return a cell's content in markup without tables."""
        page, lists = self._page, self._lists
        self._page, self._lists, self._in_table = Page(), [], True
        shown = inside(look, cell)
        if bold:
            shown = inside(shown, Element("b", {}))
        self.children(cell, shown)
        text, impossible = self._page.markup(), self._page.impossible
        self._page, self._lists, self._in_table = page, lists, False
        self._page.impossible |= impossible
        return text

    def _lose(self, phrase: Phrase) -> None:
        self._lost.setdefault(str(phrase), phrase)

    def _drop(self, phrase: Phrase) -> None:
        self._dropped.setdefault(str(phrase), phrase)


_SPECIAL: Mapping[str, Callable[[_Reader, Element, Look], None]] = {
    "br": _Reader._br, "hr": _Reader._hr, "q": _Reader._q, "rt": _Reader._rt, "a": _Reader._a,
    "style": _Reader._style, "script": _Reader._script, "tex": _Reader._tex, "math": _Reader._math,
    "img": _Reader._img, "sub": _Reader._sub, "sup": _Reader._sub, "ul": _Reader._ul,
    "ol": _Reader._ul, "menu": _Reader._ul, "dir": _Reader._ul, "li": _Reader._li,
    "dd": _Reader._dd, "table": _Reader._table,
}  # fmt: skip
