"""Centres as a tree of provinces and cities: searched, and a page at a time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import request

from sync.hq.core.paging import clamped
from sync.hq.intake.centre_status import CentreStatus
from sync.hq.web.console.listed import typed_words
from sync.hq.web.replies import small_number

PAGE = 50


@dataclass(frozen=True)
class Branch:
    """A province or a city above its centres. ``depth`` from 0; ``count``: all centres below it."""

    path: str
    name: str
    depth: int
    count: int


@dataclass(frozen=True)
class CentreTree:
    """A page of the tree: branches and centres from top to bottom."""

    rows: Sequence[Branch | CentreStatus]
    words: str
    count: int
    page: int
    pages: int


def centre_tree(known: Sequence[CentreStatus]) -> CentreTree:
    """Return the page of the tree that the address asks for; centres without a branch are last."""
    words = typed_words()
    chosen = sorted((one for one in known if _has(one, words.casefold())), key=_place)
    below = Counter(path for one in chosen for path in _paths(one))
    page, pages = clamped(request.args.get("page", 1, type=small_number), len(chosen), PAGE)
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    return CentreTree(list(_rows(shown, below)), words, len(chosen), page, pages)


def _rows(shown: Sequence[CentreStatus], below: Counter[str]) -> Iterator[Branch | CentreStatus]:
    said: Sequence[str] = ()
    for status in shown:
        paths = _paths(status)
        for depth, path in enumerate(paths):
            if path not in said:
                yield Branch(path, path.rpartition("/")[2], depth, below[path])
        said = paths
        yield status


def _paths(status: CentreStatus) -> Sequence[str]:
    """Return the branches above a centre from the top, "" alone for a centre without one."""
    parts = status.centre.branch.split("/")
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


def _place(status: CentreStatus) -> tuple[bool, Sequence[str], str]:
    branch = status.centre.branch
    return (not branch, branch.split("/"), status.centre.code)


def _has(status: CentreStatus, words: str) -> bool:
    centre = status.centre
    texts = (centre.code, centre.name, centre.branch, centre.address)
    return any(words in text.casefold() for text in texts)
