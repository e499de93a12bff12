"""What addresses of lists have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from flask import request

from sync.hq.core.paging import clamped
from sync.hq.web.replies import small_number

_LONGEST = 100
PART = 20
_Row = TypeVar("_Row")
_Word = TypeVar("_Word", bound=StrEnum)


def typed_words() -> str:
    """Return what a list is searched for."""
    return request.args.get("words", "").replace("\0", "").strip()[:_LONGEST]


def known_word(words: type[_Word], name: str, otherwise: _Word) -> _Word:
    """Return the word that a field of the address has; what is not known counts as not said."""
    given = request.args.get(name)
    return next((word for word in words if word.value == given), otherwise)


@dataclass(frozen=True)
class Part(Generic[_Row]):
    """A part of a short list that stands beside others; ``name``: of its number in the address."""

    name: str
    rows: Sequence[_Row]
    count: int
    page: int
    pages: int


def part_of(rows: Sequence[_Row], name: str) -> Part[_Row]:
    """Return the part whose number the address has; the last one where a later one is wanted."""
    page, pages = clamped(request.args.get(name, 1, type=small_number), len(rows), PART)
    return Part(name, rows[(page - 1) * PART : page * PART], len(rows), page, pages)
