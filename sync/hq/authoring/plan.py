"""The integer programme behind a paper: how many items of each kind go into each section.

It is solved by HiGHS (through scipy). Parallel papers normally share one plan. Where the items
cannot be divided like that, the papers are solved together: they share the supply and have
equal totals by domain and by difficulty, in items and in points.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack, kron

from kiosk.exam.errors import PaperImpossible, Shortage
from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.programme.blueprint import OWN, Examination, Quota, Section
from kiosk.exam.programme.programme import Programme

SECONDS = 20.0
"""Time limit of the solver, which normally needs milliseconds."""

_NEAR_ENOUGH = 0.05  # accepted relative gap, where papers are solved together

_SECTION_WEIGHT = 100.0  # shortages are blamed on quotas first, on sections only if necessary

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """A kind of items that a blueprint does not distinguish."""

    type: ItemType
    subject: str
    domain: str
    difficulty: Difficulty | None
    trade: str | None = None


Column = tuple[int, Cell]
"""A cell in the section at this index: a variable of the integer programme."""

Plan = Mapping[Column, int]
"""Number of items that a paper takes of each column; missing columns are zero."""


@dataclass(frozen=True)
class Place:
    """A section of the blueprint: number ``number`` (from 0) of its part."""

    part: str
    number: int
    section: Section

    def takes(self, cell: Cell) -> bool:
        """Return whether items of the cell may be in this section."""
        section = self.section
        return (
            cell.type is section.type
            and section.subject in (None, cell.subject)
            and (section.counts is None or cell.domain in section.counts)
        )

    def counts(self, programme: Programme) -> Mapping[str, int]:
        """Return the required number of items by domain; an empty key stands for any domain."""
        section = self.section
        if section.count is not None:
            return {"": section.count}
        if section.counts is not None:
            return section.counts
        return {domain.id: section.per_domain or 0 for domain in programme.domains}


@dataclass(frozen=True)
class _Row:
    """A constraint: a sum over columns between two bounds. ``weight``: the cost of violating it."""

    what: str
    of: tuple[str, ...]
    coefficients: Mapping[int, float]
    least: float
    most: float
    weight: float

    def shortage(self, have: float) -> Shortage:
        """Return the shortage if only ``have`` are available."""
        return Shortage(self.what, self.of, have, self.least)


class Model:
    """The integer programme: a column for each section and cell, a row for each demand.

    ``room``: the number of items of each cell. ``trade``: that of the paper.
    """

    def __init__(
        self,
        programme: Programme,
        examination: Examination,
        room: Mapping[Cell, int],
        trade: str | None = None,
    ) -> None:
        self.places = [
            Place(part.id, number, section)
            for part in examination.parts
            for number, section in enumerate(part.sections)
        ]
        self.columns: list[Column] = [
            (place, cell)
            for place in range(len(self.places))
            for cell in room
            if self.places[place].takes(cell)
        ]
        self._room = np.array(list(room.values()), dtype=float)
        self._rows = self._section_rows(programme)
        own = [quota for quota in examination.quotas if quota.trade in (None, OWN, trade)]
        self._rows += [self._quota_row(quota, trade) for quota in own]
        self._demands = _sparse([row.coefficients for row in self._rows], len(self.columns))
        self._least = np.array([row.least for row in self._rows])
        self._most = np.array([row.most for row in self._rows])
        self._supply, self._totals = self._sums(room)

    def solve(self, wish: Plan, papers: int) -> list[Plan]:
        """Return a plan for each paper, near to ``wish`` and the same for all if possible.

        Raises:
            PaperImpossible: lists what is missing.
        """
        share = np.floor(self._room / papers)
        if not self.columns:
            raise PaperImpossible([row.shortage(0) for row in self._rows if row.least])
        if plans := self._solve(wish, 1, share):
            return plans * papers
        if papers == 1:
            raise PaperImpossible(self._shortages(papers))
        if plans := self._solve(wish, papers, self._room):
            return plans
        raise PaperImpossible([*self._shortages(papers), Shortage("parallel", need=papers)])

    def _solve(self, wish: Plan, papers: int, room: Vector) -> list[Plan]:
        """Return plans of papers that share ``room``, or an empty list if there are none."""
        count = papers * len(self.columns)
        target = np.tile([float(wish.get(column, 0)) for column in self.columns], papers)
        one, none = eye_array(count), csr_array((papers * len(self._rows), count))
        constraints = [
            LinearConstraint(
                hstack([kron(eye_array(papers), self._demands), none]),
                np.tile(self._least, papers),
                np.tile(self._most, papers),
            ),
            _bound(kron(np.ones((1, papers)), self._supply), count, -np.inf, room),
            # |x - target| made linear: the second half of the columns bounds it from both sides
            LinearConstraint(hstack([-one, one]), -target, np.inf),
            LinearConstraint(hstack([one, one]), target, np.inf),
        ]
        if papers > 1:
            others = eye_array(papers - 1)
            less_the_first = hstack([csr_array(-np.ones((papers - 1, 1))), others])
            constraints.append(_bound(kron(less_the_first, self._totals), count, 0, 0))
        cost = np.concatenate([np.zeros(count), np.ones(count)])
        found = _milp(cost, constraints, integers=count, gap=_NEAR_ENOUGH if papers > 1 else 0.0)
        if found.x is None:
            return []
        return [
            {column: int(n) for column, n in zip(self.columns, counts, strict=True) if n}
            for counts in np.split(np.rint(found.x[:count]).astype(int), papers)
        ]

    def _shortages(self, papers: int) -> list[Shortage]:
        """Return the smallest violations that would make each paper possible.

        For several papers each gets an equal share of the items, fractions included.
        """
        height, count = self._demands.shape
        one = eye_array(height)
        constraints = [
            LinearConstraint(hstack([self._demands, one, -one]), self._least, self._most),
            _bound(self._supply, 2 * height, -np.inf, self._room / papers),
        ]
        weights = np.array([row.weight for row in self._rows])
        cost = np.concatenate([np.zeros(count), weights, weights])
        found = _milp(cost, constraints, integers=count if papers == 1 else 0)
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

    def _quota_row(self, quota: Quota, trade: str | None) -> _Row:
        wanted = {**quota.names, **({"trade": str(trade)} if quota.trade else {})}
        fits = {}
        for column, (index, cell) in enumerate(self.columns):
            place = self.places[index]
            has = {"part": place.part, **{k: str(v) for k, v in vars(cell).items()}}
            if all(has[name] == value for name, value in wanted.items()):
                fits[column] = 1.0 if quota.items else float(place.section.points)
        least, most = quota.items or quota.points or (0, 0)
        what, of = "items" if quota.items else "points", tuple(wanted.values())
        return _Row(what, of, fits, float(least), float(most), 1.0)

    def _sums(self, room: Mapping[Cell, int]) -> tuple[csr_array, csr_array]:
        """Return the items that plans use of each cell, and the totals that papers share."""
        supply: dict[Cell, dict[int, float]] = {cell: {} for cell in room}
        totals: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        for column, (place, cell) in enumerate(self.columns):
            supply[cell][column] = 1.0
            points = float(self.places[place].section.points)
            for kind in (f"domain {cell.domain}", f"difficulty {cell.difficulty}"):
                totals["items", kind][column] = 1.0
                totals["points", kind][column] = points
        width = len(self.columns)
        return _sparse(supply.values(), width), _sparse(totals.values(), width)


def _shortage(row: _Row, few: float, many: float) -> list[Shortage]:
    have, most = row.least - few, row.most + many
    if row.what != "points":  # fractions of items, from the equal shares, are not items
        have, most = np.floor(have), np.ceil(most)
    if few > 0:
        return [row.shortage(have)]
    return [Shortage(row.what, row.of, most, row.most, at_most=True)] if many > 0 else []


def _sparse(rows: Collection[Mapping[int, float]], width: int) -> csr_array:
    entries = [(n, column, value) for n, row in enumerate(rows) for column, value in row.items()]
    numbers, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_array(coo_array((values, (numbers, columns)), shape=(len(rows), width)))


def _bound(matrix: csr_array, further: int, least: float, most: float | Vector) -> LinearConstraint:
    """Bound sums that do not depend on the last ``further`` columns."""
    return LinearConstraint(hstack([matrix, csr_array((matrix.shape[0], further))]), least, most)


def _milp(
    cost: Vector, constraints: list[LinearConstraint], integers: int, gap: float = 0.0
) -> OptimizeResult:
    """Solve with whole, non-negative numbers in the first ``integers`` columns."""
    whole = np.zeros(len(cost))
    whole[:integers] = 1
    options = {"time_limit": SECONDS, "mip_rel_gap": gap}
    return milp(cost, integrality=whole, constraints=constraints, options=options)
