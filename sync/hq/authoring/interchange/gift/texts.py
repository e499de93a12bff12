"""Texts of GIFT questions: escapes, and the formats that Moodle knows."""

import re

from sync.hq.authoring.interchange.markdown import markdown_html
from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.rich import PictureIn, from_plain

FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_SPECIAL = "\\~=#{}:"


class Texts(Notes):
    """Converts the texts of one question, in the format that the question or the text declares.

    ``own``: whether this product wrote the question. Its Markdown was plain text with pictures.
    """

    def __init__(self, style: str, picture: PictureIn, *, own: bool) -> None:
        super().__init__(picture)
        self._style = style
        self._own = own

    def convert(self, source: str, field: str) -> str:
        """Return a text of the question in our markup."""
        found = FORMAT.match(source)
        style = found[1] if found else self._style
        text = source[found.end() :] if found else source
        if style != "html":
            text = "\n".join(line.strip() for line in text.split("\n"))
        return self._formatted(unescaped(text).strip(), style, field)

    def _formatted(self, text: str, style: str, field: str) -> str:
        if style == "html":
            return self.html(text, field)
        if style == "moodle":
            return self.html(auto_format(text), field)
        if style == "markdown" and not self._own:
            return self.html(markdown_html(text), field)
        return from_plain(text)


def auto_format(text: str) -> str:
    """Return text in Moodle's auto-format as HTML: tags are read, and line breaks are kept."""
    joined = re.sub(r">\s+<", "><", text)
    joined = re.sub(r"\n(?=<)|(?<=>)\n", " ", joined)
    return joined.replace("\n", "<br>")


def unescaped(text: str) -> str:
    """Return a text without GIFT's escapes."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def escaped(text: str) -> str:
    """Return a text with GIFT's escapes."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text).replace("\n", "\\n")
