"""Drawing of papers: the blueprint is filled exactly, or the error lists what is missing.

Items with the same type, subject, domain and difficulty (and trade, where a quota counts by it)
form a cell. An integer programme decides how many of each cell go into each section. Within a
cell the least used items come first, in an order that follows from the seed; items of a group
follow each other. Of all plans that fulfil the blueprint, the one
nearest to a plain draw is chosen, so that no domain is preferred for being first.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.papers.paper import PaperSection, shuffled
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.plan import Cell, Column, Model, Place, Plan


@dataclass(frozen=True)
class PoolItem:
    """What drawing needs to know of an item.

    ``uses``: number of papers it has been in; ``group``: items of a group share a stimulus.
    """

    id: str
    type: ItemType
    subject: str
    domain: str
    trade: str | None = None
    level: str | None = None
    difficulty: Difficulty | None = None
    uses: int = 0
    group: str | None = None

    def cell(self, by_trade: bool) -> Cell:
        """Return the cell whose items are interchangeable with this one."""
        trade = self.trade if by_trade else None
        return Cell(self.type, self.subject, self.domain, self.difficulty, trade)


def assemble(
    pool: Sequence[PoolItem],
    programme: Programme,
    seed: bytes,
    trade: str | None = None,
    level: str | None = None,
    papers: int = 1,
    parts: Collection[str] = (),
) -> tuple[tuple[PaperSection, ...], ...]:
    """Draw papers that fill the blueprint of a trade and level, with no item in two of them.

    Parallel papers have the same plan, cell by cell, if the pool can be divided like that. If
    not, they have the same sections and equal totals by domain and by difficulty, in items and
    in points. Items of the trade and of all trades are drawn, of the level and of those it
    covers. ``parts``: those that the papers have; none named: all.

    Raises:
        PaperImpossible: lists what is missing.
        NoSuchExamination: the programme has no such trade and level.
    """
    examination = programme.examination(trade, level).of_parts(parts)
    allowed = [
        item
        for item in sorted(pool, key=lambda item: item.id)
        if item.trade in (None, trade) and programme.covers(level, item.level)
    ]
    # A stable sort: items used equally often stay in the order of the seed.
    ordered = _grouped(sorted(shuffled(allowed, seed, "pool"), key=lambda item: item.uses))
    by_trade = any(quota.trade for quota in examination.quotas)
    cells = [(item.cell(by_trade), item) for item in ordered]
    supply: dict[Cell, list[str]] = defaultdict(list)
    for cell, item in cells:
        supply[cell].append(item.id)
    room = {cell: len(ids) for cell, ids in supply.items()}
    model = Model(programme, examination, room, trade)
    plans = model.solve(_plain_draw(cells, model, programme, papers), papers)
    return tuple(_take(supply, model.places, plan) for plan in plans)


def _grouped(items: Sequence[PoolItem]) -> list[PoolItem]:
    """Move the items of a group behind its first one, so that they are drawn together."""
    first: dict[str, int] = {}
    for position, item in enumerate(items):
        first.setdefault(item.group or item.id, position)
    return sorted(items, key=lambda item: first[item.group or item.id])


def _plain_draw(
    cells: Sequence[tuple[Cell, PoolItem]], model: Model, programme: Programme, papers: int
) -> Plan:
    """Return what each section gets when items are dealt in order, ignoring quotas."""
    wanted = [dict(place.counts(programme)) for place in model.places]
    dealt: Counter[Column] = Counter()
    seen: Counter[Cell] = Counter()
    at: dict[Cell, list[int]] = defaultdict(list)
    for index, cell in model.columns:
        at[cell].append(index)
    for cell, item in cells:
        seen[cell] += 1
        # Every n-th item only, since parallel papers divide each cell between them.
        if seen[cell] % papers:
            continue
        for index in at[cell]:
            domain = item.domain if item.domain in wanted[index] else ""
            if wanted[index].get(domain, 0) > 0:
                wanted[index][domain] -= 1
                dealt[index, cell] += 1
                break
    return dealt


def _take(
    supply: Mapping[Cell, list[str]],
    places: Sequence[Place],
    plan: Plan,
) -> tuple[PaperSection, ...]:
    """Remove the next paper's items from the supply and return its sections."""
    drawn: dict[int, list[str]] = defaultdict(list)
    for (index, cell), count in plan.items():
        drawn[index] += supply[cell][:count]
        del supply[cell][:count]
    return tuple(
        PaperSection(part=place.part, number=place.number, items=tuple(drawn[index]))
        for index, place in enumerate(places)
    )
