"""Groups of items in a file: one stimulus each, and no group of the bank is mixed with another.

Files of other systems name their stimuli ``stimulus_1`` and the like, so equal names prove
nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sync.hq.authoring import translated
from sync.hq.authoring.importing.identity import FreeIds
from sync.hq.authoring.importing.rows import PreviewRow, RowState
from sync.hq.authoring.parsed import Draft
from sync.hq.authoring.stimuli import OWN, Stimuli, agree, all_agree, stimuli_of
from sync.hq.problems import Problem

Members = Mapping[str, Mapping[str, Stimuli]]
"""The current items of the bank by group: id and stimuli."""

Read = Sequence[tuple[Draft, PreviewRow]]


def settle_groups(read: Read, bank: Members) -> list[tuple[Draft, PreviewRow]]:
    """Return the rows with their groups settled.

    A group that differs from the bank's group of its name is another group and gets another
    name, with a note. If the file changes items of the bank's group, it must contain all of
    them. Within the file, an item whose stimulus differs from the first of its group is left out.
    """
    groups: dict[str, list[tuple[Draft, PreviewRow]]] = defaultdict(list)
    for draft, row in read:
        if row.entry is not None and row.entry.item.group:
            groups[row.entry.item.group].append((draft, row))
    free = FreeIds([*bank, *groups])
    settled = {
        row.number: row
        for name, members in groups.items()
        for row in _settled(name, members, bank, free)
    }
    return [(draft, settled.get(row.number, row)) for draft, row in read]


def _settled(name: str, members: Read, bank: Members, free: FreeIds) -> Iterator[PreviewRow]:
    shared: dict[str, str] = {}
    first: dict[str, str] = {}
    """Texts of the group by language, and which item each is from."""
    same = []
    for draft, row in members:
        own = _stimuli(row)
        if agree(own, shared):
            same.append((draft, row))
            first = dict.fromkeys(own, row.item_id) | first
            shared |= own
        else:
            yield _differs(name, draft, row, shared, first)
    known = bank.get(name, {})
    if all_agree(shared, known.values()):
        yield from (row for _, row in same)
    elif known.keys() & {row.item_id for _, row in same}:
        yield from _changed(name, same, shared, known)
    else:
        yield from _renamed(name, same, shared, bank, free)


def _differs(
    name: str, draft: Draft, row: PreviewRow, shared: Stimuli, first: Mapping[str, str]
) -> PreviewRow:
    own = _stimuli(row)
    language = next(other for other in own if own[other] != shared.get(other, own[other]))
    column = "stimulus" if language == OWN else translated.field_name(language, "stimulus")
    params = {"group": name, "first": first[language]}
    return _left_out(draft, row, Problem("group_differs", column=column, params=params))


def _changed(
    name: str, members: Read, shared: Stimuli, known: Mapping[str, Stimuli]
) -> Iterator[PreviewRow]:
    """Yield the new versions of a group of the bank, with all items that have other texts."""
    other = {item_id for item_id, own in known.items() if not agree(shared, own)}
    missing = sorted(other - {row.item_id for _, row in members})
    params = {"group": name, "items": ", ".join(missing[:20])}
    for draft, row in members:
        if missing:
            problem = Problem("group_partial", column="stimulus", params=params)
            yield _left_out(draft, row, problem)
        else:
            yield row


def _renamed(
    name: str, members: Read, shared: Stimuli, bank: Members, free: FreeIds
) -> Iterator[PreviewRow]:
    """Yield the items under another name of their group; the same one when they come again."""
    again = (group for group, items in bank.items() if _is_numbered(group, name, items, shared))
    new = next(again, None) or free.take(name)
    note = Problem("group_renamed", column="group", params={"group": name, "value": new})
    for draft, row in members:
        assert row.entry is not None
        item = row.entry.item.model_copy(update={"group": new})
        problems = [*row.problems, draft.problem(replace(note, is_error=False))]
        yield replace(row, entry=replace(row.entry, item=item), problems=problems)


def _is_numbered(group: str, name: str, items: Mapping[str, Stimuli], shared: Stimuli) -> bool:
    """Return whether a group of the bank is this one, stored under another name before."""
    return group.startswith(f"{name}-") and all_agree(shared, items.values())


def _left_out(draft: Draft, row: PreviewRow, problem: Problem) -> PreviewRow:
    problems = [*row.problems, draft.problem(problem)]
    left_out = RowState.LEFT_OUT
    return replace(row, state=left_out, entry=None, values=draft.values, problems=problems)


def _stimuli(row: PreviewRow) -> Stimuli:
    assert row.entry is not None
    return stimuli_of(row.entry.item)
