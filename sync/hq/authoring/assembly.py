"""Drawing papers: the blueprint is filled exactly, or it is said what is missing.

Items that are alike (type, subject, domain, difficulty) form a cell. How many of each cell go into
each section is an integer programme, solved by HiGHS (through scipy); within a cell the items that
were used least come first, in an order that follows from the seed. Among all plans that fulfil the
blueprint the one nearest to a plain draw is taken, so that no domain is preferred for being first.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from kiosk.exam.blueprint import Examination, Quota, Section
from kiosk.exam.errors import PaperImpossible, Shortage
from kiosk.exam.item import Difficulty, ItemType
from kiosk.exam.paper import PaperSection, shuffled
from kiosk.exam.programme import Programme

SECONDS = 20.0
"""How long the solver may think; it takes milliseconds."""

_SECTION_WEIGHT = 100.0  # what is missing is laid to quotas first, to sections only if it must be

Vector = NDArray[np.float64]


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
    def cell(self) -> "Cell":
        """What it has in common with the items that may stand in its place."""
        return Cell(self.type, self.subject, self.domain, self.difficulty)


@dataclass(frozen=True)
class Cell:
    """Items that are alike for a blueprint."""

    type: ItemType
    subject: str
    domain: str
    difficulty: Difficulty | None


@dataclass(frozen=True)
class _Place:
    """A section of the blueprint: the ``number``-th (from 0) of its part."""

    part: str
    number: int
    section: Section

    def takes(self, cell: Cell) -> bool:
        """Whether items of the cell may stand here."""
        section = self.section
        return (
            cell.type is section.type
            and section.subject in (None, cell.subject)
            and (section.counts is None or cell.domain in section.counts)
        )

    def counts(self, programme: Programme) -> Mapping[str, int]:
        """How many items it asks for, by domain, or by an empty text where the domain is open."""
        section = self.section
        if section.count is not None:
            return {"": section.count}
        if section.counts is not None:
            return section.counts
        return {domain.id: section.per_domain or 0 for domain in programme.domains}


@dataclass(frozen=True)
class _Row:
    """A sum over columns that must lie between two bounds; ``weight``: what breaking it costs."""

    what: str
    of: tuple[str, ...]
    coefficients: Mapping[int, float]
    least: float
    most: float
    weight: float

    def shortage(self, have: float) -> Shortage:
        """That there are only so many."""
        return Shortage(self.what, self.of, have, self.least)


def assemble(
    pool: Sequence[PoolItem],
    programme: Programme,
    seed: bytes,
    trade: str | None = None,
    level: str | None = None,
    papers: int = 1,
) -> tuple[tuple[PaperSection, ...], ...]:
    """Draw papers that fill the blueprint of a trade and level, with no item in two of them.

    Parallel papers have the same plan: as many items of each type, subject, domain and
    difficulty, and so the same points. Items of the trade and of all trades, of the level and
    those that it covers, are drawn. Raises PaperImpossible, or NoSuchExamination.
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
    model = _Model(programme, examination, {c: len(ids) // papers for c, ids in supply.items()})
    plan = model.solve(_plain_draw(ordered, model, programme, papers))
    return tuple(_take(supply, model.places, plan) for _ in range(papers))


class _Model:
    """The integer programme: a column for each section and cell, a row for each demand."""

    def __init__(
        self, programme: Programme, examination: Examination, room: Mapping[Cell, int]
    ) -> None:
        self.places = [
            _Place(part.id, number, section)
            for part in examination.parts
            for number, section in enumerate(part.sections)
        ]
        self.room = room
        self.columns = [
            (place, cell)
            for place in range(len(self.places))
            for cell in room
            if self.places[place].takes(cell)
        ]
        self._rows = self._section_rows(programme)
        self._rows += [self._quota_row(quota) for quota in examination.quotas]

    def solve(self, wish: Mapping[tuple[int, Cell], int]) -> dict[tuple[int, Cell], int]:
        """How many of each column; the plan nearest to ``wish``. Raises PaperImpossible."""
        if not self.columns:
            nothing = [row.shortage(0) for row in self._rows if row.least]
            raise PaperImpossible(nothing)
        rows, least, most = self._matrix()
        supply, room = self._supply()
        count = len(self.columns)
        target = np.array([wish.get(column, 0) for column in self.columns], dtype=float)
        one, none = eye_array(count), csr_array((supply.shape[0], count))
        constraints = [
            LinearConstraint(hstack([rows, csr_array((len(self._rows), count))]), least, most),
            LinearConstraint(hstack([supply, none]), -np.inf, room),
            # the second half of the columns is the distance from the wish, on either side
            LinearConstraint(hstack([-one, one]), -target, np.inf),
            LinearConstraint(hstack([one, one]), target, np.inf),
        ]
        cost = np.concatenate([np.zeros(count), np.ones(count)])
        found = _milp(cost, constraints, integers=count)
        if found.x is None:
            raise PaperImpossible(self._shortages())
        counts = np.rint(found.x[:count]).astype(int)
        return {column: int(n) for column, n in zip(self.columns, counts, strict=True) if n}

    def _shortages(self) -> list[Shortage]:
        """The least that would have to give way for a paper to be possible."""
        rows, least, most = self._matrix()
        supply, room = self._supply()
        height, count = len(self._rows), len(self.columns)
        one, none = eye_array(height), csr_array((supply.shape[0], 2 * height))
        weights = np.array([row.weight for row in self._rows])
        constraints = [
            LinearConstraint(hstack([rows, one, -one]), least, most),
            LinearConstraint(hstack([supply, none]), -np.inf, room),
        ]
        cost = np.concatenate([np.zeros(count), weights, weights])
        found = _milp(cost, constraints, integers=count)
        if found.x is None:
            return [Shortage("time", need=SECONDS)]
        short, over = np.split(found.x[count:].round(6), 2)
        return [
            one
            for row, few, many in zip(self._rows, short, over, strict=True)
            for one in _shortage(row, few, many)
        ]

    def _section_rows(self, programme: Programme) -> list[_Row]:
        rows = []
        for index, place in enumerate(self.places):
            for domain, count in place.counts(programme).items():
                of = (place.part, str(place.section.type), *filter(None, [domain]))
                fits = {
                    column: 1.0
                    for column, (at, cell) in enumerate(self.columns)
                    if at == index and domain in ("", cell.domain)
                }
                rows.append(_Row("section", of, fits, count, count, _SECTION_WEIGHT))
        return rows

    def _quota_row(self, quota: Quota) -> _Row:
        fits = {}
        for column, (index, cell) in enumerate(self.columns):
            place = self.places[index]
            has = {"part": place.part, **{k: str(v) for k, v in vars(cell).items()}}
            if all(has[name] == value for name, value in quota.names.items()):
                fits[column] = 1.0 if quota.items else float(place.section.points)
        least, most = quota.items or quota.points or (0, 0)
        what, of = "items" if quota.items else "points", tuple(quota.names.values())
        return _Row(what, of, fits, float(least), float(most), 1.0)

    def _matrix(self) -> tuple[csr_array, Vector, Vector]:
        entries = [
            (number, column, value)
            for number, row in enumerate(self._rows)
            for column, value in row.coefficients.items()
        ]
        least = np.array([row.least for row in self._rows])
        most = np.array([row.most for row in self._rows])
        return _sparse(entries, (len(self._rows), len(self.columns))), least, most

    def _supply(self) -> tuple[csr_array, Vector]:
        cells = {cell: number for number, cell in enumerate(self.room)}
        entries = [(cells[cell], column, 1.0) for column, (_, cell) in enumerate(self.columns)]
        room = np.array(list(self.room.values()), dtype=float)
        return _sparse(entries, (len(cells), len(self.columns))), room


def _plain_draw(
    ordered: Sequence[PoolItem], model: _Model, programme: Programme, papers: int
) -> Counter[tuple[int, Cell]]:
    """What falls to each section when items are dealt out in order, quotas aside."""
    wanted = [dict(place.counts(programme)) for place in model.places]
    dealt: Counter[tuple[int, Cell]] = Counter()
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
    places: Sequence[_Place],
    plan: Mapping[tuple[int, Cell], int],
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


def _shortage(row: _Row, few: float, many: float) -> list[Shortage]:
    if few > 0:
        return [row.shortage(row.least - few)]
    return [Shortage(row.what, row.of, row.most + many, row.most, at_most=True)] if many > 0 else []


def _sparse(entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]) -> csr_array:
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array(coo_array((values, (rows, columns)), shape=shape))


def _milp(cost: Vector, constraints: list[LinearConstraint], integers: int) -> OptimizeResult:
    """Solve with whole numbers in the first ``integers`` columns, none below zero."""
    whole = np.zeros(len(cost))
    whole[:integers] = 1
    return milp(cost, integrality=whole, constraints=constraints, options={"time_limit": SECONDS})
