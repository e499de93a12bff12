"""Applicants are found and counted by the states of their material, as their scans say."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any

import pytest
from sqlalchemy import insert, update

from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.persistence import tables
from sync.hq.persistence.material_tables import scans
from sync.hq.registration.material_list import PAGE, MaterialPage, MaterialWanted
from sync.hq.registration.scan_states import ScanState
from tests.hq.desk import CODE, Desk
from tests.hq.registration.test_seat_list import database

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
CARD, WORK = MATERIALS = ("identity_card", "proof_of_work")
_SCANS = list(product(("", "front", "back"), ("new", "returned", "accepted"), (False, True)))
"""Part, state, and whether a newer scan took its place."""
CASES: Sequence[tuple[tuple[tuple[str, str, bool], ...], Sequence[str]]] = [
    (some, missing)
    for count in range(3)
    for some in combinations(_SCANS, count)
    for missing in ([], [CARD], [WORK, "card"], [CARD, WORK])
]
"""Scans of the card, and the materials that are missing."""


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk with an applicant for each case."""
    at, people, applied, scanned = desk.clock.now(), [], [], []
    for number, (own, missing) in enumerate(CASES):
        person = f"P{number:04}"
        people.append({"id": person, "identity_no": f"T{number:08}", "name": f"考生{number:04}",
                       "identity_type": "other", "portrait_reason": "",
                       "created_at": at})  # fmt: skip
        applied.append({"sitting_id": desk.sitting, "candidate_id": person, "claims": {},
                        "hours_missing": 0, "shortfalls": {}, "materials_missing": missing,
                        "centre": CODE, "extra_minutes": 0, "decision": "", "reason": "",
                        "updated_at": at})  # fmt: skip
        scanned += [
            {"id": f"{person}-{place}", "sitting_id": desk.sitting, "candidate_id": person,
             "material": CARD, "part": part, "file_name": "a.pdf", "kind": "pdf", "sha256": "",
             "size": 1, "uploaded_at": at, "uploaded_by": "chief", "state": state, "reason": "",
             "replaced_at": at if replaced else None}
            for place, (part, state, replaced) in enumerate(own)
        ]  # fmt: skip
    with database(desk) as opened, opened.write() as connection:
        connection.execute(insert(tables.candidates), people)
        connection.execute(insert(tables.applications), applied)
        connection.execute(insert(scans), scanned)
    return desk


def page(desk: Desk, scope: Scope = EVERYTHING, **wanted: Any) -> MaterialPage:
    return desk.hq.material_list.page(desk.sitting, MATERIALS, MaterialWanted(**wanted), scope)


def everybody(desk: Desk, **wanted: Any) -> dict[str, set[ScanState]]:
    """All applicants, with the states of what nobody has ticked by hand."""
    pages = [page(desk, page=number + 1, **wanted) for number in range(page(desk, **wanted).pages)]
    return {
        row.applicant.candidate_id: {
            state for material, (state, _) in row.states.items() if material not in row.by_hand
        }
        for part in pages
        for row in part.rows
    }


def test_the_database_finds_the_states_that_the_scans_have(filled: Desk) -> None:
    states = everybody(filled)
    assert list(states) == [f"P{number:04}" for number in range(len(CASES))]
    counted = Counter(state for found in states.values() for state in found)
    assert page(filled).counts == {state: counted[state] for state in ScanState}
    assert min(counted[state] for state in ScanState) > 10
    for state in ScanState:
        wanted = [candidate for candidate, found in states.items() if state in found]
        assert list(everybody(filled, state=state)) == wanted


def test_a_search_takes_signs_as_they_are_and_counts_what_it_finds(filled: Desk) -> None:
    found = page(filled, text="考生000")
    assert (len(found.rows), found.every) == (10, 10)
    assert page(filled, text="t00000011").rows[0].applicant.name == "考生0011"
    for text in ("%", "_"):
        assert (page(filled, text=text).every, page(filled, text=text).pages) == (0, 1)


def test_a_page_behind_the_last_is_the_last(filled: Desk) -> None:
    found = page(filled, page=10**12)
    assert found.page == found.pages == -(-len(CASES) // PAGE)
    assert len(found.rows) == len(CASES) % PAGE


def test_scans_wait_in_the_order_of_the_list(filled: Desk) -> None:
    waiting = filled.hq.material_list.waiting(filled.sitting, EVERYTHING)
    new = [
        scan for scan in filled.hq.scans.list(filled.sitting) if scan.counts and scan.state == "new"
    ]
    ordered = sorted(new, key=lambda scan: (scan.candidate_id, scan.part, scan.id))
    assert waiting == [scan.id for scan in ordered]


@pytest.mark.parametrize(("branch", "seen"), [("北京", len(CASES)), ("上海", 0)])
def test_only_applicants_whom_the_rights_cover_are_listed(
    filled: Desk, branch: str, seen: int
) -> None:
    centres = tables.centres
    with database(filled) as opened, opened.write() as connection:
        connection.execute(update(centres).where(centres.c.code == CODE).values(branch="北京"))
    scope = Scope(frozenset({Grant(Role.REGISTRAR, branch=branch)}))
    assert page(filled, scope).every == seen
    assert bool(filled.hq.material_list.waiting(filled.sitting, scope)) is bool(seen)
