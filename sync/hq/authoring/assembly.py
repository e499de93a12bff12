"""Drawing of papers: the blueprint is filled exactly, or the error lists what is missing.

Items with the same type, subject, domain and difficulty form a cell. An integer programme
decides how many of each cell go into each section. Within a cell the least used items come
first, in an order that follows from the seed. Of all plans that fulfil the blueprint, the one
nearest to a plain draw is chosen, so that no domain is preferred for being first.
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
    """What drawing needs to know of an item; ``uses``: number of papers it has been in."""

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
        """The cell whose items are interchangeable with this one."""
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

    Parallel papers have the same plan, cell by cell, if the pool can be divided like that. If
    not, they have the same sections and equal totals by domain and by difficulty, in items and
    in points. Items of the trade and of all trades are drawn, of the level and of those it
    covers.

    Raises:
        PaperImpossible: lists what is missing.
        NoSuchExamination: the programme has no such trade and level.
    """
    examination = programme.examination(trade, level)
    allowed = [
        item
        for item in sorted(pool, key=lambda item: item.id)
        if item.trade in (None, trade) and programme.covers(level, item.level)
    ]
    # A stable sort: items used equally often stay in the order of the seed.
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
    """Return what each section gets when items are dealt in order, ignoring quotas."""
    wanted = [dict(place.counts(programme)) for place in model.places]
    dealt: Counter[Column] = Counter()
    seen: Counter[Cell] = Counter()
    at: dict[Cell, list[int]] = defaultdict(list)
    for index, cell in model.columns:
        at[cell].append(index)
    for item in ordered:
        seen[item.cell] += 1
        # Every n-th item only, since parallel papers divide each cell between them.
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
    """Remove the next paper's items from the supply and return its sections."""
    drawn: dict[int, list[str]] = defaultdict(list)
    for (index, cell), count in plan.items():
        drawn[index] += supply[cell][:count]
        del supply[cell][:count]
    return tuple(
        PaperSection(part=place.part, number=place.number, items=tuple(drawn[index]))
        for index, place in enumerate(places)
    )
