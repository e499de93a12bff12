"""Parts of a workbook as events of their XML: fast, streamed, without entities."""

from collections.abc import Iterable, Mapping
from xml.parsers import expat

from sync.hq.imports.archives import Archive
from sync.hq.imports.cells import damaged

Attributes = Mapping[str, str]
_BETWEEN = "}"


class Handler:
    """What is done for each element and text; names have no namespace."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, text: str) -> None:
        """Read a piece of text."""


def read_part(archive: Archive, name: str, handler: Handler) -> None:
    """Parse a part of a workbook; a missing part has no events.

    Raises:
        BadImport: the part is damaged or declares entities.
    """
    if name in archive:
        parse(archive.chunks(name), handler)


def parse(chunks: Iterable[bytes], handler: Handler) -> None:
    """Parse XML.

    Raises:
        BadImport: it is not well-formed or declares entities.
    """
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.buffer_text = True
    parser.EntityDeclHandler = _no_entities
    names, start, end = _LocalNames(), handler.start, handler.end
    parser.StartElementHandler = lambda name, attributes: start(names[name], attributes)
    parser.EndElementHandler = lambda name: end(names[name])
    parser.CharacterDataHandler = handler.text
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords
    except (expat.ExpatError, ValueError, LookupError, UnicodeError) as error:
        raise damaged() from error


class _LocalNames(dict[str, str]):
    """Names of elements without their namespace; a part has few, and each many times."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(_BETWEEN)[2]
        return local


def _no_entities(*_: object) -> None:
    raise ValueError("entities are not allowed")
