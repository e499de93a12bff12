"""Ids of items in files: made unique where the file declares none, compared with the bank's."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import takewhile

from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.parsed import Draft
from sync.wire.canonical import digest

LONGEST = 64
"""Longest id in characters."""
SAME_FROM = 0.6
"""Items whose stems and options are at least this alike are versions of one item.

Of 4,000 pairs of different stems of the starter bank, three reach it; most reworded ones do.
"""
_COMPARED = 150
_SUFFIX = 8


def provisional_ids(drafts: Sequence[Draft], batch: str) -> list[str]:
    """Return an id for each draft: its own where declared, otherwise a unique one.

    An undeclared id is the title, or batch and number. Its number is its place in the file, so
    the same file gives the same ids again.
    """
    free = FreeIds(_id(draft) for draft in drafts if draft.declared)
    return [
        _id(draft) if draft.declared else free.take(_clean(_id(draft)) or f"{batch}-{number}")
        for number, draft in enumerate(drafts, start=1)
    ]


class FreeIds:
    """Gives out ids that differ from all others by more than case, width and blanks."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {folded(name) for name in taken}
        self._last: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """Return ``wanted``, or with ``-2``, ``-3`` and so on."""
        number = self._last.get(wanted, 1)
        name = fitted(wanted) if number == 1 else _numbered(wanted, number + 1)
        while folded(name) in self._taken:
            number += 1
            name = _numbered(wanted, number)
        # Remembered, or many items of one title would try every number again.
        self._last[wanted] = number
        self.add(name)
        return name

    def add(self, name: str) -> None:
        """Give this id out no more."""
        self._taken.add(folded(name))


def fitted(name: str, longest: int = LONGEST) -> str:
    """Cut a name that is too long, and add a digest of the whole so that it stays unique."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - _SUFFIX - 1]}-{digest(name.encode('utf-8', 'replace'))[:_SUFFIX]}"


def folded(name: str) -> str:
    """Return an id without differences of case, width and blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def looks_same(entry: BankItem, other: BankItem) -> bool:
    """Return whether two items with one id look like versions of one item."""
    texts = _compared(entry), _compared(other)
    equal = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    if equal >= SAME_FROM * max(map(len, texts)):
        return True
    # The cheap upper bound first: the ratio takes time that grows with the square.
    matcher = SequenceMatcher(None, *texts, autojunk=False)
    return matcher.quick_ratio() >= SAME_FROM and matcher.ratio() >= SAME_FROM


def with_id(entry: BankItem, item_id: str) -> BankItem:
    """Return the same item under another id."""
    return replace(
        entry,
        item=entry.item.model_copy(update={"id": item_id}),
        scheme=entry.scheme.model_copy(update={"item_id": item_id}),
    )


def _id(draft: Draft) -> str:
    return str(draft.values.get("id") or "").strip()


def _clean(title: str) -> str:
    """Remove what an id may not contain: control, bidi and zero-width characters, line ends."""
    spaced = " ".join(title.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C").strip()


def _numbered(wanted: str, number: int) -> str:
    suffix = f"-{number}"
    return fitted(wanted, LONGEST - len(suffix)) + suffix


def _compared(entry: BankItem) -> str:
    texts = (entry.item.stem, *(option.text for option in entry.item.options))
    return folded(" ".join(texts))[:_COMPARED]
