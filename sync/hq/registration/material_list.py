"""How far the material of applicants is, a page at a time; found and counted by the database.

:func:`_state` says in SQL what :func:`state_of` says of a material's scans; a test compares the
two.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)

from sync.hq.context import HqContext
from sync.hq.core.paging import clamped
from sync.hq.core.roles import Scope
from sync.hq.persistence.material_tables import scans
from sync.hq.persistence.tables import applications
from sync.hq.registration.application_rows import (
    BY_NAME,
    application_rows,
    both,
    covered,
    joined,
    matching,
)
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.scan_names import BACK, FRONT
from sync.hq.registration.scan_states import ScanState, ScanView, scan_view, states_of

PAGE = 100


@dataclass(frozen=True)
class MaterialWanted:
    """What a page shows. ``text``: in a name, an identity or admission number, or a centre."""

    text: str = ""
    state: ScanState | None = None
    page: int = 1


@dataclass(frozen=True)
class MaterialRow:
    """An applicant with the state and the scans of each material.

    ``by_hand``: materials without scans that somebody has ticked.
    """

    applicant: ApplicationView
    states: Mapping[str, tuple[ScanState, Sequence[ScanView]]]
    by_hand: frozenset[str]


@dataclass(frozen=True)
class MaterialPage:
    """A page of applicants; ``page`` is the last one where a later one was wanted.

    ``counts``: how many of those whom the text chooses have a material in a state; ``every``: all
    of them.
    """

    rows: Sequence[MaterialRow]
    counts: Mapping[ScanState, int]
    every: int
    page: int
    pages: int


class MaterialList:
    """Lists applicants with their material, and the scans that wait."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(
        self, sitting_id: str, materials: Sequence[str], wanted: MaterialWanted, scope: Scope
    ) -> MaterialPage:
        """Return a page of the applicants whom a scope covers."""
        has = _People(sitting_id, materials)
        with self._context.database.read() as connection:
            found = [*covered(connection, sitting_id, scope), *matching(wanted.text)]
            every, counts = has.counted(connection, found)
            count = every if wanted.state is None else counts[wanted.state]
            page, pages = clamped(wanted.page, count, PAGE)
            query = has.beside(application_rows()).where(*found).order_by(*BY_NAME)
            if wanted.state is not None:
                query = query.where(has.material_in(wanted.state))
            rows = connection.execute(query.limit(PAGE).offset((page - 1) * PAGE)).mappings().all()
            people = [both(row)[0] for row in rows]
            own = _scans(connection, sitting_id, [person.candidate_id for person in people])
        shown = [_row(person, materials, own.get(person.candidate_id, ())) for person in people]
        return MaterialPage(shown, counts, every, page, pages)

    def waiting(self, sitting_id: str, scope: Scope) -> Sequence[str]:
        """Return the ids of the scans that wait, by applicant in the order of the list."""
        mine = and_(
            scans.c.sitting_id == applications.c.sitting_id,
            scans.c.candidate_id == applications.c.candidate_id,
        )
        new = and_(scans.c.state == ScanState.NEW.value, scans.c.replaced_at.is_(None))
        order = (*BY_NAME, scans.c.material, scans.c.part, scans.c.uploaded_at, scans.c.id)
        with self._context.database.read() as connection:
            query = joined(scans.c.id).join(scans, mine).where(new)
            query = query.where(*covered(connection, sitting_id, scope)).order_by(*order)
            return connection.execute(query).scalars().all()


class _People:
    """Conditions on rows of applications, by the states that their materials have."""

    def __init__(self, sitting_id: str, materials: Sequence[str]) -> None:
        self._materials = materials
        self._states = _states(sitting_id, materials)

    def beside(self, query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
        """Return a query of applications with the states of their scans."""
        own = self._states.c.candidate_id == applications.c.candidate_id
        return query.outerjoin(self._states, own)

    def material_in(self, state: ScanState) -> ColumnElement[bool]:
        """Return the condition that a material is in a state."""
        found = func.coalesce(self._states.c[state.value], 0) == 1
        if state is not ScanState.MISSING:
            return found
        # Compared as text: the databases have different functions for JSON.
        missing = cast(applications.c.materials_missing, Text)
        without = [
            and_(
                func.coalesce(self._states.c[f"of_{number}"], 0) == 0,
                missing.contains(json.dumps(material), autoescape=True),
            )
            for number, material in enumerate(self._materials)
        ]
        return or_(found, *without)

    def counted(
        self, connection: Connection, found: Sequence[ColumnElement[bool]]
    ) -> tuple[int, Mapping[ScanState, int]]:
        """Return how many applications are found, and how many of them have each state."""
        columns = [func.sum(_flag(self.material_in(state))) for state in ScanState]
        query = self.beside(joined(func.count(), *columns)).where(*found)
        numbers = [int(number or 0) for number in connection.execute(query).one()]
        return numbers[0], dict(zip(ScanState, numbers[1:], strict=True))


def _states(sitting_id: str, materials: Sequence[str]) -> Subquery:
    """Return who has scans: whether any material is in each state, and which have scans."""
    state = _state()
    each = (
        select(scans.c.candidate_id, scans.c.material, state.label("state"))
        .where(scans.c.sitting_id == sitting_id, scans.c.replaced_at.is_(None))
        .where(scans.c.material.in_(materials))
        .group_by(scans.c.candidate_id, scans.c.material)
        .subquery()
    )
    in_state = (
        func.max(_flag(each.c.state == state.value)).label(state.value) for state in ScanState
    )
    has_scans = (
        func.max(_flag(each.c.material == material)).label(f"of_{number}")
        for number, material in enumerate(materials)
    )
    query = select(each.c.candidate_id, *in_state, *has_scans)
    return query.group_by(each.c.candidate_id).subquery()


def _state() -> ColumnElement[str]:
    """Return the state of a material, of its scans in one group."""
    sides = func.max(_flag(scans.c.part == FRONT)) + func.max(_flag(scans.c.part == BACK))
    return case(
        (_any(scans.c.state == ScanState.RETURNED.value), ScanState.RETURNED.value),
        (_any(scans.c.state == ScanState.NEW.value), ScanState.NEW.value),
        (sides == 1, ScanState.MISSING.value),
        else_=ScanState.ACCEPTED.value,
    )


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.max(_flag(condition)) == 1


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _scans(
    connection: Connection, sitting_id: str, candidates: Sequence[str]
) -> Mapping[str, Sequence[ScanView]]:
    query = (
        select(scans)
        .where(scans.c.sitting_id == sitting_id, scans.c.candidate_id.in_(candidates))
        .order_by(scans.c.uploaded_at, scans.c.material, scans.c.part, scans.c.id)
    )
    found: dict[str, list[ScanView]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["candidate_id"], []).append(scan_view(row))
    return found


def _row(
    applicant: ApplicationView, materials: Sequence[str], own: Sequence[ScanView]
) -> MaterialRow:
    states = states_of(materials, own)
    by_hand = {
        material
        for material, (_state, found) in states.items()
        if not found and material not in applicant.materials_missing
    }
    return MaterialRow(applicant, states, frozenset(by_hand))
