"""Texts of a workbook: runs in different fonts as plain text and as our markup."""

from dataclasses import dataclass, field

from sync.hq.imports.xml_events import Attributes, Handler

Styles = frozenset[str]
"""Names of the tags of ``kiosk.exam.items.markup`` that a font amounts to."""

_ORDER = ("b", "i", "u", "s", "sub", "sup")
_LOOKS = frozenset("biu")
_TAGS = {"b": "b", "i": "i", "u": "u", "strike": "s"}
_RAISED = {"superscript": "sup", "subscript": "sub"}


@dataclass
class TextRuns:
    """Collects the runs of one text from events."""

    runs: list[tuple[Styles, str]] = field(default_factory=list)
    _styles: set[str] = field(default_factory=set)
    _in_text: bool = False
    _reading: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self._in_text = not self._reading
        elif name == "rPh":  # how the text is pronounced
            self._reading = True
        elif name == "r":
            self._styles = set()
        elif tag := style_of(name, attributes):
            self._styles.add(tag)

    def end(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "rPh":
            self._reading = False
        elif name == "r":
            self._styles = set()

    def text(self, text: str) -> None:
        if self._in_text:
            self.runs.append((frozenset(self._styles), text))

    @property
    def plain(self) -> str:
        """The text without its fonts."""
        return "".join(text for _, text in self.runs)


def style_of(name: str, attributes: Attributes) -> str:
    """Return the tag for an element of a font, or an empty text."""
    value = attributes.get("val", "")
    if name == "vertAlign":
        return _RAISED.get(value, "")
    return _TAGS.get(name, "") if value not in ("0", "false", "none") else ""


def marked(runs: list[tuple[Styles, str]], cell: Styles = frozenset()) -> str:
    """Return runs as markup.

    A sheet often has bold columns: bold, italics and underlining of a whole text are its looks,
    and are left out. Raised, lowered and struck text always counts.
    """
    written = [styles for styles, text in runs if text.strip()]
    whole = written[0].intersection(*written[1:]) if written else cell
    parts: list[tuple[Styles, str]] = []
    for styles, text in runs:
        kept = (styles - (whole & _LOOKS)) | (cell - _LOOKS)
        if parts and parts[-1][0] == kept:
            parts[-1] = (kept, parts[-1][1] + text)
        else:
            parts.append((kept, text))
    return "".join(_wrapped(styles, text) for styles, text in parts)


def _wrapped(styles: Styles, text: str) -> str:
    if not text.strip():
        return text
    tags = [tag for tag in _ORDER if tag in styles]
    opened, closed = "".join(f"<{tag}>" for tag in tags), "".join(f"</{tag}>" for tag in tags[::-1])
    return f"{opened}{text}{closed}"


class SharedTexts(Handler):
    """The texts that cells refer to by their number."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, list[tuple[Styles, str]] | None]] = []
        self._runs = TextRuns()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._runs = TextRuns()
        else:
            self._runs.start(name, attributes)

    def end(self, name: str) -> None:
        if name != "si":
            self._runs.end(name)
            return
        runs = self._runs.runs
        emphasised = any(styles for styles, _ in runs)
        self.texts.append((self._runs.plain, runs if emphasised else None))

    def text(self, text: str) -> None:
        self._runs.text(text)
