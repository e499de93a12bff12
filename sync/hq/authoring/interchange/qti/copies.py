"""Questions that a package has twice, and ids that different questions share."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.problems import Phrase, Problem

_CANVAS = "non_cc_assessments"
"""Folder in which Canvas has each test once more, with the kinds that Common Cartridge lacks."""


def take_copies(parts: dict[str, Parsed]) -> list[Problem]:
    """Take the poorer copy of each test of Canvas out of the documents; return notes of that."""
    found = []
    for rich, plain in list(_pairs(list(parts))):
        if rich not in parts or plain not in parts:
            continue
        read, left = (rich, plain) if _worth(parts[rich]) >= _worth(parts[plain]) else (plain, rich)
        del parts[left]
        reason = Phrase("it has the same questions as %(name)s", {"name": read})
        found.append(Problem("archive", "file", left, params={"reason": reason}, is_error=False))
    return found


def _pairs(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield Canvas's own file of each test with the other one: in a folder of its name, or so."""
    own = {}
    for name in names:
        folder, base = posixpath.split(name)
        if posixpath.basename(folder) == _CANVAS:
            own[base.partition(".")[0].lower()] = name
    for name in names:
        folder, base = posixpath.split(name)
        for key in (posixpath.basename(folder).lower(), base.partition(".")[0].lower()):
            if own.get(key, name) != name:
                yield own[key], name
                break


def _worth(part: Parsed) -> tuple[int, int]:
    """Return how many questions can be imported, and how many there are."""
    sound = sum(
        1
        for draft in part.drafts
        if draft.values.get("type") and not any(found.is_error for found in draft.problems)
    )
    return sound, len(part.drafts)


def with_own_ids(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts; of different questions with one id, only the first declares it.

    Systems give ids that are unique in a test, and packages have several tests.
    """
    first: dict[str, Draft] = {}
    return [_with_own_id(draft, first) for draft in drafts]


def _with_own_id(draft: Draft, first: dict[str, Draft]) -> Draft:
    name = str(draft.values.get("id") or "")
    if not draft.declared or not name:
        return draft
    other = first.setdefault(name, draft)
    if other is draft or other.values == draft.values:
        return draft
    params = {"value": name[:60], "first": other.at}
    again = draft.problem(Problem("id_again", column="id", params=params, is_error=False))
    return replace(draft, declared=False, problems=[*draft.problems, again])
