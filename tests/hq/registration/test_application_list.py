"""The list of applications is searched, sorted and counted by the database, as the views say."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, update

from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.persistence import tables
from sync.hq.registration.application_list import (
    ApplicationFilter,
    ApplicationOrder,
    ApplicationPage,
    ApplicationsWanted,
)
from tests.hq.desk import CODE, Desk
from tests.hq.registration.test_seat_list import database

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
CASES: Sequence[tuple[Any, ...]] = list(
    product(
        ("", "admitted", "refused", "withdrawn"),  # decision
        (None, "a"),  # clause
        (Decimal(0), Decimal("0.00"), Decimal("1.5")),  # hours missing
        ([], ["portrait"], ["card"], ["portrait", "card"]),  # material missing
        ((None, None, False), ("kept", None, False), ("kept", [], False),
         ("kept", ["tilted"], False), ("kept", ["tilted"], True), ("kept", None, True)),  # portrait
    )
)  # fmt: skip
"""Everything that the state of an application depends on, in every combination."""


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk with an application for each case; every third has a seat."""
    at, people, applied, seated = desk.clock.now(), [], [], []
    for number, (decision, clause, hours, missing, portrait) in enumerate(CASES):
        person = f"P{number:03}"
        people.append({"id": person, "identity_no": f"T{number:08}", "name": f"考生{number:04}",
                       "identity_type": "other", "portrait_reason": "", "created_at": at,
                       "portrait": portrait[0], "portrait_findings": portrait[1],
                       "portrait_accepted": portrait[2]})  # fmt: skip
        applied.append({"sitting_id": desk.sitting, "candidate_id": person, "claims": {},
                        "clause": clause, "hours_missing": hours, "shortfalls": {},
                        "materials_missing": missing, "centre": CODE if number % 2 else "",
                        "extra_minutes": 0, "decision": decision, "reason": "", "updated_at": at,
                        "reserve": number if number and number % 50 == 0 else None})  # fmt: skip
        if number % 3 == 0:
            seated.append({"sitting_id": desk.sitting, "candidate_id": person,
                           "centre_code": CODE, "admission_no": f"N{number:06}",
                           "seat": str(number + 100), "extra_minutes": 0})  # fmt: skip
    with database(desk) as opened, opened.write() as connection:
        connection.execute(insert(tables.candidates), people)
        connection.execute(insert(tables.applications), applied)
        connection.execute(insert(tables.seats), seated)
    return desk


def page(desk: Desk, scope: Scope = EVERYTHING, **wanted: Any) -> ApplicationPage:
    return desk.hq.application_list.page(desk.sitting, ApplicationsWanted(**wanted), scope)


def everybody(desk: Desk, **wanted: Any) -> list[str]:
    """The candidates of all pages, in order."""
    pages = page(desk, size=200, **wanted).pages
    found = [page(desk, size=200, page=number + 1, **wanted) for number in range(pages)]
    return [each.candidate_id for part in found for each in part.applications]


def test_the_database_finds_the_states_that_the_views_have(filled: Desk) -> None:
    views = filled.hq.applications.list(filled.sitting)
    assert len(views) == len(CASES)
    seated = {seat.candidate_id for seat in filled.hq.registration.seats(filled.sitting)}
    for chosen in ApplicationFilter:
        expected = {
            ApplicationFilter.ALL: bool,
            ApplicationFilter.UNFIT: lambda each: each.candidate_id in seated and not each.admitted,
        }.get(chosen, lambda each, state=chosen.value: each.state == state)
        wanted = [each.candidate_id for each in views if expected(each)]
        assert everybody(filled, chosen=chosen) == wanted
        assert page(filled).counts[chosen] == len(wanted)


def test_a_page_has_the_seats_of_its_own_people(filled: Desk) -> None:
    found = page(filled, size=25)
    assert [each.name for each in found.applications][:2] == ["考生0000", "考生0001"]
    assert set(found.seats) == {f"P{number:03}" for number in range(0, 25, 3)}
    assert found.seats["P003"].seat == "103"
    assert found.any_seat


@pytest.mark.parametrize("order", ApplicationOrder)
def test_each_order_can_be_turned_round(filled: Desk, order: ApplicationOrder) -> None:
    up, down = everybody(filled, order=order), everybody(filled, order=order, descending=True)
    assert len(set(up)) == len(CASES)
    if order is not ApplicationOrder.SEAT:  # who has none has no room either, on both databases
        assert down == up[::-1]


def test_a_search_takes_signs_as_they_are(filled: Desk) -> None:
    assert everybody(filled, text="考生0007") == ["P007"]
    assert everybody(filled, text="n000009") == ["P009"]
    assert everybody(filled, text="t00000011") == ["P011"]
    for text in ("%", "_", "'; DROP TABLE seats; --"):
        assert everybody(filled, text=text) == []
    counts = page(filled, text="考生000").counts
    assert counts[ApplicationFilter.ALL] == 10


def test_new_portraits_are_counted(filled: Desk) -> None:
    views = filled.hq.applications.list(filled.sitting)
    new = sum(each.has_portrait and each.portrait_findings is None for each in views)
    assert page(filled, text="考生0007").unchecked == new


def test_the_reserve_list_has_its_order_and_an_end(filled: Desk) -> None:
    first, count = filled.hq.application_list.reserve(filled.sitting, 3)
    assert [each.reserve for each in first] == [50, 100, 150]
    assert count == (len(CASES) - 1) // 50


@pytest.mark.parametrize(
    "grant",
    [
        Grant(Role.REGISTRAR, branch="北京"),
        Grant(Role.REGISTRAR, branch="上海"),
        Grant(Role.REGISTRAR, programme_id="another"),
        None,
    ],
)
def test_only_people_whom_the_rights_cover_are_listed_and_counted(
    filled: Desk, grant: Grant | None
) -> None:
    centres = tables.centres
    with database(filled) as opened, opened.write() as connection:
        connection.execute(update(centres).where(centres.c.code == CODE).values(branch="北京"))
    scope = Scope(frozenset({grant} if grant else set()))
    covered = filled.hq.coverage.candidates(filled.sitting, scope)
    applied = {each.candidate_id for each in filled.hq.applications.list(filled.sitting)}
    found = page(filled, scope, size=200)
    assert found.counts[ApplicationFilter.ALL] == len(covered & applied)
    assert {each.candidate_id for each in found.applications} <= covered
