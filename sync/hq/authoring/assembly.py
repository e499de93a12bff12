"""Drawing papers: the blueprint is filled exactly, or it is said what is missing.

Items that are alike (type, subject, domain, difficulty) form a cell. How many of each cell go into
each section is an integer programme; within a cell the items that were used least come first, in
an order that follows from the seed. Among all plans that fulfil the blueprint the one nearest to a
plain draw is taken, so that no domain is preferred for being first.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.papers.paper import PaperSection, shuffled
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.plan import Cell, Column, Model, Place, Plan


@dataclass(frozen=True)
class PoolItem:
    """What drawing has to know of an item; ``uses``: in how many papers it has been."""

    id: str
    type: ItemType
    subject: str
    domain: str
    trade: str | None = None
    level: str | None = None
    difficulty: Difficulty | None = None
    uses: int = 0

    @property
    def cell(self) -> Cell:
        """What it has in common with the items that may stand in its place."""
        return Cell(self.type, self.subject, self.domain, self.difficulty)


def assemble(
    pool: Sequence[PoolItem],
    programme: Programme,
    seed: bytes,
    trade: str | None = None,
    level: str | None = None,
    papers: int = 1,
) -> tuple[tuple[PaperSection, ...], ...]:
    """Draw papers that fill the blueprint of a trade and level, with no item in two of them.

    Parallel papers have the same plan, cell by cell, if the pool can be divided like that. If not,
    they have the same sections and the same totals by domain and by difficulty, in items and in
    points. Items of the trade and of all trades, of the level and those that it covers, are
    drawn. Raises PaperImpossible, or NoSuchExamination.
    """
    examination = programme.examination(trade, level)
    allowed = [
        item
        for item in sorted(pool, key=lambda item: item.id)
        if item.trade in (None, trade) and programme.covers(level, item.level)
    ]
    ordered = sorted(shuffled(allowed, seed, "pool"), key=lambda item: item.uses)
    supply: dict[Cell, list[str]] = defaultdict(list)
    for item in ordered:
        supply[item.cell].append(item.id)
    model = Model(programme, examination, {cell: len(ids) for cell, ids in supply.items()})
    plans = model.solve(_plain_draw(ordered, model, programme, papers), papers)
    return tuple(_take(supply, model.places, plan) for plan in plans)


def _plain_draw(
    ordered: Sequence[PoolItem], model: Model, programme: Programme, papers: int
) -> Plan:
    """What falls to each section when items are dealt out in order, quotas aside."""
    wanted = [dict(place.counts(programme)) for place in model.places]
    dealt: Counter[Column] = Counter()
    seen: Counter[Cell] = Counter()
    at: dict[Cell, list[int]] = defaultdict(list)
    for index, cell in model.columns:
        at[cell].append(index)
    for item in ordered:
        seen[item.cell] += 1
        if seen[item.cell] % papers:
            continue
        for index in at[item.cell]:
            domain = item.domain if item.domain in wanted[index] else ""
            if wanted[index].get(domain, 0) > 0:
                wanted[index][domain] -= 1
                dealt[index, item.cell] += 1
                break
    return dealt


def _take(
    supply: Mapping[Cell, list[str]],
    places: Sequence[Place],
    plan: Plan,
) -> tuple[PaperSection, ...]:
    """The next paper's items, taken away from the supply."""
    drawn: dict[int, list[str]] = defaultdict(list)
    for (index, cell), count in plan.items():
        drawn[index] += supply[cell][:count]
        del supply[cell][:count]
    return tuple(
        PaperSection(part=place.part, number=place.number, items=tuple(drawn[index]))
        for index, place in enumerate(places)
    )
