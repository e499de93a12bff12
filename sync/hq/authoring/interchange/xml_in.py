"""XML from outside: no entity is fetched or expanded, and depth and size are bounded."""

import re
from dataclasses import dataclass, field
from html.entities import name2codepoint
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from sync.hq.errors import BadImport
from sync.hq.problems import Phrase, Problem, parser_reason

MAX_BYTES = 64 << 20
MAX_ELEMENTS = 600_000
MAX_ATTRIBUTES = 200
"""Most attributes of one element."""
MAX_DEPTH = 150
"""Deepest nesting of elements; readers recurse once for each."""

_DECLARATION = re.compile(rb"""<\?xml[^>]{0,300}\?>""")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENCODINGS = ("gb", "big5", "cp", "euc", "iso", "koi8", "latin", "mac", "shift", "sjis", "windows")
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


@dataclass(slots=True)
class Element:
    """An element with the names of its source; texts are among the children.

    Namespaces are in ``space``; attributes have none.
    """

    name: str
    space: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)


class Refused(ValueError):
    """The document is not read although it may be well-formed; ``reason`` says why."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


def parse(data: bytes) -> Element:
    """Parse a document.

    Raises:
        ValueError: it is not well-formed, declares entities, or is too large or too deep.
    """
    if len(data) > MAX_BYTES:
        raise Refused(Phrase("it has over %(size)s MB", {"size": MAX_BYTES >> 20}))
    data = _utf8(data)
    try:
        return _parsed(data)
    except ParseError as error:
        if "undefined entity" not in str(error):
            raise ValueError(str(error)) from error
    # HTML's names, such as &nbsp;, are common in files whose DTD nobody has.
    try:
        return _parsed(_ENTITY.sub(_numbered, data))
    except ParseError as error:
        raise ValueError(str(error)) from error


def read(data: bytes, name: str) -> Element:
    """Parse a document.

    Raises:
        BadImport: see :func:`parse`; names the file.
    """
    try:
        return parse(data)
    except ValueError as error:
        reason = error.reason if isinstance(error, Refused) else parser_reason(error)
        params = {"format": "XML", "reason": reason}
        raise BadImport([Problem("unreadable", "file", name, params=params)]) from error


def _utf8(data: bytes) -> bytes:
    """Return a document as UTF-8 without its declaration, whatever encoding that names.

    The parser knows no encoding of more than one byte but Unicode's, and no slip in a
    declaration.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _DECLARATION.sub(b"", data.decode("utf-16").encode("utf-8"), count=1).lstrip()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    declaration = _DECLARATION.match(data)
    if declaration is None:
        return data
    named = _ENCODING.search(declaration[0])
    encoding = named[1].decode("ascii").lower() if named else "utf-8"
    body = data[declaration.end() :].lstrip()
    return body if encoding in _UTF8 else _recoded(body, encoding)


def _recoded(data: bytes, encoding: str) -> bytes:
    # GB18030 contains the older Chinese encodings, and files declare those while using it.
    encoding = "gb18030" if encoding in ("gb2312", "gbk", "cp936") else encoding
    unknown = Refused(Phrase("its encoding %(name)s is unknown", {"name": encoding}))
    if not encoding.startswith(_ENCODINGS):
        raise unknown
    try:
        return data.decode(encoding).encode("utf-8")
    except LookupError as error:
        raise unknown from error


def _parsed(data: bytes) -> Element:
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=False)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise Refused(Phrase("it declares entities")) from error
    return root


def _numbered(found: re.Match[bytes]) -> bytes:
    name = found[1].decode("ascii")
    if name in _XML_ENTITIES or name not in name2codepoint:
        return found[0]
    return b"&#%d;" % name2codepoint[name]


class _Builder:
    """Builds elements while the parser runs, so that a hostile document is left early."""

    def __init__(self) -> None:
        self._open: list[Element] = []
        self._root: Element | None = None
        self._count = 0
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(attributes) > MAX_ATTRIBUTES:
            raise Refused(Phrase("an element has too many attributes"))
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise Refused(Phrase("its elements are nested too deeply, or there are too many"))
        space, _, name = tag.rpartition("}")
        plain = {key.rpartition("}")[2]: text for key, text in attributes.items()}
        element = Element(name, space.removeprefix("{"), plain)
        self._flush()
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser checks it
        self._flush()
        self._open.pop()

    def data(self, text: str) -> None:
        self._text.append(text)

    def close(self) -> Element:
        if self._root is None:
            raise Refused(Phrase("it has no element"))
        return self._root

    def _flush(self) -> None:
        if self._text and self._open:
            self._open[-1].children.append("".join(self._text))
        self._text.clear()
