"""The starter bank of the skills programme: fair items, and a paper for every trade and level."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest

from kiosk.exam.items.item import ItemType
from kiosk.exam.papers.paper import PaperSection
from kiosk.settings import resource
from sync.hq.authoring.assembly import PoolItem, assemble
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange.toml import read
from tests.exam.programmes import shipped

PROGRAMME = shipped("carbon-skills")
OWNER, PARSED = read(resource("config/items/carbon-skills.toml").read_bytes())
READ = [read_entry(draft.values, PROGRAMME) for draft in PARSED.drafts]
ENTRIES = [entry for entry, _ in READ if entry is not None]
TRADES = [trade.id for trade in PROGRAMME.trades]
LEVELS = [level.id for level in PROGRAMME.levels]
CHOICE = [entry for entry in ENTRIES if entry.item.type.has_options]
POOL = [
    PoolItem(
        id=entry.item.id,
        type=entry.item.type,
        subject=entry.item.subject,
        domain=entry.item.domain,
        trade=entry.item.trade,
        level=entry.item.level,
        difficulty=entry.difficulty,
        group=entry.item.group,
    )
    for entry in ENTRIES
]


def drawn(paper: Sequence[PaperSection]) -> list[BankItem]:
    ids = [item_id for section in paper for item_id in section.items]
    by_id = {entry.item.id: entry for entry in ENTRIES}
    return [by_id[item_id] for item_id in ids]


def key_stands_out(entry: BankItem) -> bool:
    """Whether the key is longer than every other option."""
    wrong = [len(o.text) for o in entry.item.options if o.id not in entry.scheme.key]
    right = [len(o.text) for o in entry.item.options if o.id in entry.scheme.key]
    return min(right) > max(wrong)


def test_every_item_is_accepted_and_none_has_a_problem() -> None:
    assert PROGRAMME.id == OWNER
    assert [problem for _, problems in READ for problem in problems] == []
    assert len(ENTRIES) == len(PARSED.drafts) >= 200


def test_ids_and_stems_are_unique() -> None:
    ids = Counter(entry.item.id for entry in ENTRIES)
    stems = Counter("".join(entry.item.stem.split()) for entry in ENTRIES)
    assert [name for name, count in [*ids.items(), *stems.items()] if count > 1] == []


def test_every_item_has_a_level_and_a_difficulty() -> None:
    assert [e.item.id for e in ENTRIES if e.item.level is None or e.difficulty is None] == []


def test_every_objective_key_has_its_reason() -> None:
    objective = [entry for entry in ENTRIES if entry.item.type.objective]
    assert [e.item.id for e in objective if len(e.scheme.rationale) < 10] == []


def test_every_written_item_has_a_model_answer_and_several_mark_points() -> None:
    written = [entry for entry in ENTRIES if not entry.item.type.objective]
    thin = [e.item.id for e in written if not e.scheme.model_answer or len(e.scheme.points) < 3]
    assert thin == []


def test_no_key_is_likelier_than_another() -> None:
    keys = Counter(e.scheme.key[0] for e in ENTRIES if e.item.type is ItemType.SINGLE_CHOICE)
    truths = Counter(e.scheme.key[0] for e in ENTRIES if e.item.type is ItemType.TRUE_FALSE)
    assert max(keys.values()) < 1.3 * min(keys[letter] for letter in "ABCD")
    assert abs(truths["true"] - truths["false"]) <= 2


def test_few_keys_are_the_longest_option() -> None:
    assert sum(map(key_stands_out, CHOICE)) < len(CHOICE) / 4


def test_items_of_a_group_share_their_stimulus() -> None:
    stimuli: dict[str, set[str]] = defaultdict(set)
    for entry in ENTRIES:
        if entry.item.group:
            stimuli[entry.item.group].add(entry.item.stimulus)
    assert len(stimuli) >= len(TRADES)
    assert [group for group, texts in stimuli.items() if len(texts) > 1] == []


@pytest.mark.parametrize("trade", TRADES)
def test_every_trade_has_essays_of_its_own(trade: str) -> None:
    own = [e for e in ENTRIES if e.item.trade == trade and e.item.type is ItemType.ESSAY]
    assert len(own) >= 2


@pytest.mark.parametrize("trade", TRADES)
@pytest.mark.parametrize("level", LEVELS)
def test_the_bank_makes_a_paper_of_every_trade_and_level(trade: str, level: str) -> None:
    (paper,) = assemble(POOL, PROGRAMME, b"seed", trade, level)
    found = drawn(paper)
    assert {entry.item.trade for entry in found} <= {None, trade}
    assert all(PROGRAMME.covers(level, entry.item.level) for entry in found)


@pytest.mark.parametrize("trade", TRADES)
def test_a_senior_paper_asks_for_its_trade(trade: str) -> None:
    (paper,) = assemble(POOL, PROGRAMME, b"seed", trade, "senior")
    own = Counter(entry.item.type for entry in drawn(paper) if entry.item.trade == trade)
    assert own[ItemType.ESSAY] >= 1
    assert own.total() >= 7
