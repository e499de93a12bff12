"""Hash chains: one altered, missing or moved entry is found, wherever a part of them begins."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from sync.wire.canonical import digest
from sync.wire.chain import GENESIS, broken_at


@dataclass(frozen=True)
class Entry:
    seq: int
    text: str
    previous: str
    hash: str = ""


def hash_of(entry: Entry) -> str:
    return digest(f"{entry.seq} {entry.text} {entry.previous}".encode())


def chained(count: int = 4) -> list[Entry]:
    entries, previous = list[Entry](), GENESIS
    for seq in range(1, count + 1):
        entry = Entry(seq, f"event {seq}", previous)
        entries.append(replace(entry, hash=hash_of(entry)))
        previous = entries[-1].hash
    return entries


def test_an_untouched_chain_is_whole() -> None:
    assert broken_at(chained(), hash_of) is None
    assert broken_at([], hash_of) is None


def test_a_part_is_checked_against_the_entry_before_it() -> None:
    entries = chained()
    assert broken_at(entries[2:], hash_of, (2, entries[1].hash)) is None
    assert broken_at(entries[2:], hash_of, (2, entries[0].hash)) == 3
    assert broken_at(entries[2:], hash_of) == 1


@pytest.mark.parametrize(
    "change", [{"text": "another"}, {"seq": 7}, {"previous": GENESIS}, {"hash": GENESIS}]
)
def test_an_altered_entry_is_named(change: dict[str, Any]) -> None:
    entries = chained()
    entries[2] = replace(entries[2], **change)
    assert broken_at(entries, hash_of) == 3


def test_an_entry_that_was_altered_with_its_hash_breaks_the_next_link() -> None:
    entries = chained()
    altered = replace(entries[1], text="another")
    entries[1] = replace(altered, hash=hash_of(altered))
    assert broken_at(entries, hash_of) == 3


def test_a_removed_or_moved_entry_is_named() -> None:
    entries = chained()
    assert broken_at(entries[:1] + entries[2:], hash_of) == 2
    assert broken_at([entries[0], entries[2], entries[1]], hash_of) == 2
