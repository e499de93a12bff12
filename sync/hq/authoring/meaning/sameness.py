"""When two texts read the same to a candidate."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kiosk.exam.items.item import Item, Option
from kiosk.exam.items.markup import Block, Span, blocks, spans

_FOLDED = frozenset({"<wide>", "<narrow>", "<compat>", "<square>", "<small>", "<vertical>"})
"""Compatibility forms that are read as their plain characters.

Not ``<super>`` and ``<sub>`` (10² is not 102), ``<circle>`` (① is not 1), ``<fraction>`` and
``<font>`` (a bold letter may be a vector).
"""
_RAISED = {"<super>": "sup", "<sub>": "sub"}
_LETTER = "0-9A-Za-z\u00c0-\u024f\u0370-\u052f"
_BLANKS = re.compile(rf"(?<![{_LETTER}])\s+|\s+(?![{_LETTER}])")
"""Blanks that are not between two words of a language with words."""
_PUNCTUATION = re.compile(r"[\s()\[\]{}.,:;!?_\u3000-\u3003\u3008-\u3011·…—-]")


def same_form(text: str) -> str:
    """Return a form of an item's text that is equal for texts that read the same.

    Width, compatibility characters and blanks do not matter; case, formulas, pictures, emphasis,
    raised and lowered characters do.
    """
    return "\x05".join(form for block in blocks(text) for form in _forms(block))


def twin_form(item: Item) -> str:
    """Return a form that is equal for items with the same stem and options, in any order.

    Case and punctuation do not matter here either.
    """
    options = sorted(same_form(option.text) for option in item.options)
    parts = (item.stimulus and same_form(item.stimulus), same_form(item.stem), *options)
    return "\x06".join(map(loose_form, parts))


def loose_form(text: str) -> str:
    """Return a text without blanks, punctuation and differences of case and width."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).casefold())


def equal_options(options: Sequence[Option]) -> Iterator[tuple[str, str]]:
    """Yield the ids of options that read as an earlier one, after that one's id."""
    first: dict[str, str] = {}
    for option in options:
        form = same_form(option.text)
        if form in first:
            yield first[form], option.id
        first.setdefault(form, option.id)


def _forms(block: Block) -> Iterator[str]:
    for text in (block,) if isinstance(block, str) else block.cells:
        yield _BLANKS.sub("", "".join(map(_form, spans(text)))).strip()


def _form(span: Span) -> str:
    if span.kind != "text":
        return f"\x02{span.kind} {span.text}\x03"
    plain = "".join(map(_plain, unicodedata.normalize("NFC", span.text)))
    for style in span.styles:
        plain = "".join(f"\x04{style}{character}" for character in plain)
    return re.sub(r"\s+", " ", plain)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    kind, _, codes = unicodedata.decomposition(character).partition(" ")
    characters = "".join(chr(int(code, 16)) for code in codes.split()) if codes else ""
    if kind in _RAISED:
        return "".join(f"\x04{_RAISED[kind]}{part}" for part in characters)
    return "".join(map(_plain, characters)) if kind in _FOLDED else character
