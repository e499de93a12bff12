"""Elements of a Moodle question: their texts, each with its format and its own files."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from urllib.parse import unquote

from sync.hq.authoring.interchange.data_uri import data_uri
from sync.hq.authoring.interchange.gift.texts import auto_format
from sync.hq.authoring.interchange.markdown import markdown_html
from sync.hq.authoring.interchange.notes import Notes
from sync.hq.authoring.interchange.rich import from_plain
from sync.hq.authoring.interchange.stimulus import split_stimulus
from sync.hq.authoring.interchange.xml_in import Element
from sync.hq.authoring.pictures import Collected

PLUGIN_FILE = "@@PLUGINFILE@@/"


def every(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of that name."""
    for child in element.children:
        if isinstance(child, Element) and child.name == name:
            yield child


def first(element: Element | None, name: str) -> Element | None:
    """Return the first child of that name."""
    return None if element is None else next(every(element, name), None)


def own_text(element: Element | None) -> str:
    """Return the text directly inside an element."""
    if element is None:
        return ""
    return "".join(child for child in element.children if isinstance(child, str))


def value(question: Element, name: str) -> str:
    """Return the plain value of a child, without blanks around it."""
    return own_text(first(question, name)).strip()


def content(element: Element | None) -> str:
    """Return the source of a text: what is in ``<text>``, or directly inside as in old files."""
    text = first(element, "text")
    if text is None:
        return own_text(element)
    # Some programs write HTML without CDATA.
    return _html(text) if any(isinstance(c, Element) for c in text.children) else own_text(text)


def _html(element: Element) -> str:
    """Return the content of an element as HTML."""
    return "".join(
        escape(child, quote=False)
        if isinstance(child, str)
        else f"<{child.name}{_attributes(child)}>{_html(child)}</{child.name}>"
        for child in element.children
    )


def _attributes(element: Element) -> str:
    return "".join(f' {name}="{escape(text)}"' for name, text in element.attributes.items())


class Texts(Notes):
    """Converts the texts of one question, each with the files of its own element."""

    def __init__(self, collected: Collected, style: str) -> None:
        super().__init__(self._found)
        self._collected = collected
        self._style = style
        self._files: Mapping[str, str] = {}
        self._used: set[str] = set()

    def convert(self, element: Element | None, field: str) -> str:
        """Return an element's text in our markup."""
        return "" if element is None else self._with_files(element, [content(element)], field)[0]

    def stem(self, element: Element | None) -> tuple[str, str]:
        """Return stimulus, which may be empty, and stem."""
        if element is None:
            return "", ""
        stimulus, stem = self._with_files(element, split_stimulus(content(element)), "stem")
        return stimulus, stem

    def old_picture(self, encoded: str, name: str) -> str:
        """Return the picture of a question from before Moodle 2, in base64, in our markup."""
        self._files = {name: encoded} if encoded else {}
        return f"![]({self._shown(name, 'stem')})"

    def _with_files(self, element: Element, sources: Sequence[str], field: str) -> list[str]:
        self._files, self._used = _files(element), set()
        style = element.attributes.get("format") or self._style
        texts = [self._formatted(source, style, field) for source in sources]
        self._note_unused("".join(sources), field)
        return texts

    def _formatted(self, source: str, style: str, field: str) -> str:
        if style == "plain_text":
            return from_plain(source.strip().replace("\r\n", "\n"))
        if style == "markdown":
            return self.html(markdown_html(source), field)
        if style == "moodle_auto_format":
            return self.html(auto_format(source.strip().replace("\r\n", "\n")), field)
        return self.html(source, field)

    def _note_unused(self, source: str, field: str) -> None:
        """Report files that the text does not show: needed if it mentions them."""
        for name in sorted(set(self._files) - self._used):
            mentioned = name in unquote(source)
            report = self.lost if mentioned else self.dropped
            report("attached file %(file)s", field, file=name)

    def _found(self, address: str) -> str:
        data = data_uri(address)
        if data is not None:
            return self._collected.add(data)
        path = unquote(address.removeprefix(PLUGIN_FILE).partition("?")[0]).lstrip("/")
        encoded = self._files[path]
        self._used.add(path)
        try:
            return self._collected.add(base64.b64decode(encoded))
        except binascii.Error as error:
            raise KeyError(path) from error


def _files(element: Element) -> Mapping[str, str]:
    """Return the files of an element by path and name, in base64."""
    found = {}
    for file in every(element, "file"):
        folder = (file.attributes.get("path") or "").strip("/")
        name = unquote(file.attributes.get("name") or "")
        found[f"{folder}/{name}".lstrip("/")] = own_text(file)
    return found
