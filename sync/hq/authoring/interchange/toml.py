"""Our own item files: ``programme`` and a ``[[items]]`` table for each item.

Texts in another language are a table of the item, ``[items.translations.en]``, with ``stem``,
``stimulus`` and ``options`` like the item's own.
"""

import tomllib
from typing import Any

from sync.hq.authoring import translated
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.errors import BadImport
from sync.hq.imports.tabular import decoded
from sync.hq.problems import Phrase, Problem, parser_reason


def read(data: bytes) -> tuple[str, Parsed]:
    """Return the programme's id and the items of a file.

    Raises:
        BadImport: the file is not valid.
    """
    try:
        document = tomllib.loads(decoded(data).replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadImport([_unreadable(parser_reason(error))]) from error
    return read_document(document)


def read_document(document: dict[str, Any]) -> tuple[str, Parsed]:
    """Return the same for a document that is already parsed."""
    programme, items = document.get("programme"), document.get("items")
    extra = sorted(set(document) - {"programme", "items"})
    listed = isinstance(items, list) and all(isinstance(values, dict) for values in items)
    if not isinstance(programme, str) or not listed or extra:
        surplus = Phrase("it has unknown entries: %(names)s", {"names": ", ".join(extra)})
        raise BadImport(
            [_unreadable(surplus if extra else Phrase("it needs programme and [[items]]"))]
        )
    drafts = [
        Draft(translated.flat(values), "item", f"{number} ({values.get('id', '?')})")
        for number, values in enumerate(items or (), start=1)
    ]
    return programme, Parsed(drafts)


def _unreadable(reason: Phrase) -> Problem:
    return Problem("unreadable", params={"format": "TOML", "reason": reason})
