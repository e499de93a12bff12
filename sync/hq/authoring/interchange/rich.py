r"""Conversion of item texts between our markup and the HTML or plain text of other systems.

Formulas are LaTeX in our markup, ``\(…\)`` in HTML, and MathML with a LaTeX annotation in QTI.
What cannot be converted is reported, never dropped silently.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from kiosk.exam.items.formulas import mathml as shown_formula
from kiosk.exam.items.markup import Span, escaped, spans
from sync.hq.problems import Phrase

PictureIn = Callable[[str], str]
"""Maps a picture's address in the source to our name; raises ``PictureUnusable``."""
PictureOut = Callable[[str], str]
"""Maps our name of a picture to its address in the file that is written."""

_TEX = re.compile(r"\\\((?P<a>.+?)\\\)|\\\[(?P<b>.+?)\\\]|\$\$(?P<c>[^$]+)\$\$", re.DOTALL)
_JOINER = "\u2060"
"""Invisible; separates characters that would be read as the start of a formula. Removed on
reading.
"""
_SIGNS = re.compile(r"(?<=\\)(?=[(\[])|(?<=\$)(?=\$)")
_KEPT_APART = re.compile(rf"(?<=\\){_JOINER}(?=[(\[])|(?<=\$){_JOINER}(?=\$)")
_LOW = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_HIGH = str.maketrans("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")
_LOWERED = re.compile(r"[0-9+\-=()aehijklmnoprstuvx]+")
_RAISED = re.compile(r"[0-9+\-=()in]+")
_BLANKS = re.compile(r"[ \t\r\n\f]+")

_BLOCKS = frozenset(
    {
        "p", "div", "li", "ul", "ol", "tr", "table", "tbody", "thead", "h1", "h2", "h3", "h4",
        "h5", "h6", "blockquote", "pre", "section", "dl", "dt", "dd", "figure", "figcaption",
        "header", "footer", "article", "center", "address", "hr",
    }
)  # fmt: skip
_BOLD, _ITALICS, _STRUCK = Phrase("bold"), Phrase("italics"), Phrase("strikethrough")
_EMPHASIS = {
    "b": _BOLD, "strong": _BOLD, "i": _ITALICS, "em": _ITALICS, "u": Phrase("underlining"),
    "s": _STRUCK, "strike": _STRUCK, "del": _STRUCK, "a": Phrase("link"),
}  # fmt: skip
_HARMLESS = frozenset(
    {
        "span", "font", "small", "big", "code", "abbr", "q", "cite", "label", "tt", "kbd", "var",
        "samp", "body", "html", "mark", "ins", "acronym", "nobr", "wbr", "bdo", "dfn",
        "itembody", "stimulus", "contentbody", "simpleprompt",
    }
)  # fmt: skip
_SILENT = frozenset({"style", "script", "head", "title", "annotation-xml"})


@dataclass
class Converted:
    """A text in our markup, with what was not converted.

    ``lost``: the item would be another one without it; ``dropped``: harmless.
    """

    text: str
    lost: list[Phrase] = field(default_factory=list)
    dropped: list[Phrase] = field(default_factory=list)


def from_html(html: str, picture: PictureIn) -> Converted:
    """Convert HTML, or the inner XML of QTI, to markup."""
    reader = _Reader(picture)
    reader.feed(html)
    reader.close()
    return reader.result()


def from_plain(text: str) -> str:
    r"""Convert plain text with TeX in ``\(…\)``, ``\[…\]`` or ``$$…$$`` to markup."""
    parts, end = [], 0
    for found in _TEX.finditer(text):
        parts.append(_words(text[end : found.start()]))
        latex = " ".join((found["a"] or found["b"] or found["c"]).split())
        parts.append(f"${latex}$" if latex else "")
        end = found.end()
    return "".join(parts) + _words(text[end:])


def to_plain(markup: str) -> str:
    r"""Convert markup to plain text with TeX in ``\(…\)``; pictures keep their Markdown form."""
    return "".join(_plain(span) for span in spans(markup))


def to_html(markup: str, picture: PictureOut, *, mathml: bool = False) -> str:
    """Convert markup to HTML that is also well-formed XML."""
    return "".join(_html(span, picture, mathml=mathml) for span in spans(markup))


def _plain(span: Span) -> str:
    if span.kind == "formula":
        return rf"\({span.text}\)"
    return f"![{span.alt}]({span.text})" if span.kind == "picture" else _kept_apart(span.text)


def _words(text: str) -> str:
    return escaped(_KEPT_APART.sub("", text))


def _kept_apart(text: str) -> str:
    """Separate text that looks like a formula but is none, such as an example of TeX."""
    return _SIGNS.sub(_JOINER, text) if _TEX.search(text) else text


def _html(span: Span, picture: PictureOut, *, mathml: bool) -> str:
    if span.kind == "picture":
        return f'<img src="{escape(picture(span.text))}" alt="{escape(span.alt)}" />'
    if span.kind == "formula":
        return _math(span.text) if mathml else escape(rf"\({span.text}\)", quote=False)
    text = escape(_kept_apart(span.text), quote=False).replace("  ", " \u00a0")
    return text.replace("\n", "<br />")


def _math(latex: str) -> str:
    """Return MathML with its LaTeX as an annotation, from which it can be read back."""
    shown = shown_formula(latex)
    if shown is None:
        return escape(rf"\({latex}\)", quote=False)
    inner = shown[shown.index(">") + 1 : shown.rindex("</math>")]
    note = f'<annotation encoding="application/x-tex">{escape(latex, quote=False)}</annotation>'
    return (
        '<math xmlns="http://www.w3.org/1998/Math/MathML">'
        f"<semantics>{inner}{note}</semantics></math>"
    )


class _Reader(HTMLParser):
    """Collects text, formulas and pictures, and notes what it cannot convert."""

    def __init__(self, picture: PictureIn) -> None:
        super().__init__(convert_charrefs=True)
        self._picture = picture
        self._parts: list[str] = []
        self._lost: dict[str, Phrase] = {}
        self._dropped: dict[str, Phrase] = {}
        self._silent: list[str] = []
        self._script = ""  # the sub- or superscript that is being read
        self._math: list[str] | None = None
        self._tex: str | None = None
        self._in_tex = False
        self._lists: list[int | None] = []

    def result(self) -> Converted:
        """Return the converted text."""
        # Spaces beside line ends come from the source's layout; a no-break space becomes a space.
        text = re.sub(r" *\n *", "\n", "".join(self._parts)).strip(" \n").replace("\u00a0", " ")
        return Converted(
            re.sub(r"\n{3,}", "\n\n", text),
            list(self._lost.values()),
            list(self._dropped.values()),
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle a start tag; names are in lower case, and XML prefixes are removed."""
        name, has = tag.rpartition(":")[2], dict(attrs)
        if self._math is not None:
            encoding = (has.get("encoding") or "").lower()
            self._in_tex = name == "annotation" and "tex" in encoding
        elif name == "math":
            self._math, self._tex = [], None
        elif name in ("sub", "sup"):
            self._script = name
        elif name in _SILENT:
            self._silent.append(name)
        else:
            self._open(name, has)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle an empty XML tag, which leaves nothing open."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Handle an end tag."""
        name = tag.rpartition(":")[2]
        if name == "math" and self._math is not None:
            self._close_math()
        elif name == "annotation":
            self._in_tex = False
        elif name in ("sub", "sup"):
            self._script = ""
        elif self._silent and name == self._silent[-1]:
            self._silent.pop()
        elif name in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._line()
        elif name in _BLOCKS:
            self._line()

    def handle_data(self, data: str) -> None:
        """Handle text between tags."""
        if self._math is not None:
            if self._in_tex:
                self._tex = (self._tex or "") + data
            return
        if self._silent:
            return
        text = _BLANKS.sub(" ", data)
        if self._script and text.strip():
            self._parts.append(self._scripted(text.strip()))
            return
        if not self._parts or self._parts[-1].endswith(("\n", " ")):
            text = text.lstrip(" ")
        if text:
            self._parts.append(from_plain(text))

    def handle_comment(self, data: str) -> None:
        """Ignore comments."""

    def _open(self, name: str, has: dict[str, str | None]) -> None:
        if name == "br":
            self._parts.append("\n")
        elif name == "img":
            self._show(has.get("src") or "", has.get("alt") or "")
        elif name == "table":
            self._lose(Phrase("table"))
        elif name in ("ul", "ol"):
            self._lists.append(0 if name == "ol" else None)
        elif name == "li":
            self._bullet()
        elif name in _BLOCKS:
            self._line()
        elif name in _EMPHASIS:
            self._drop(_EMPHASIS[name])
        elif name not in _HARMLESS and name not in ("td", "th"):
            self._lose(Phrase("<%(tag)s>", {"tag": name}))

    def _lose(self, name: Phrase) -> None:
        self._lost[str(name)] = name

    def _drop(self, name: Phrase) -> None:
        self._dropped[str(name)] = name

    def _line(self) -> None:
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")

    def _bullet(self) -> None:
        self._line()
        count = self._lists[-1] if self._lists else None
        if count is not None:
            self._lists[-1] = count + 1
        self._parts.append("• " if count is None else f"{count + 1}. ")

    def _show(self, source: str, words: str) -> None:
        name = self._picture(source)
        alt = re.sub(r"[\]\n]", " ", words)
        self._parts.append(f"![{alt}]({name})")

    def _scripted(self, text: str) -> str:
        low = self._script == "sub"
        if (_LOWERED if low else _RAISED).fullmatch(text):
            return text.translate(_LOW if low else _HIGH)
        sign = "_" if low else "^"
        words = re.sub(r"[\\{}$%#&~^_]", "", text)
        return rf"${sign}{{\mathrm{{{words}}}}}$"

    def _close_math(self) -> None:
        self._math = None
        latex = " ".join((self._tex or "").split()).strip("$ ")
        if latex:
            self._parts.append(f"${latex}$")
        else:
            self._lose(Phrase("formula in MathML without its LaTeX"))


def named(found: Converted) -> Iterator[tuple[Phrase, bool]]:
    """Yield what was not converted, and whether that changes the item."""
    yield from ((name, True) for name in found.lost)
    yield from ((name, False) for name in found.dropped)
