"""Packages whose roster has changed are found, and no others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.exam.programme.personal_form import PersonalField
from kiosk.system import entropy
from sync.hq.persistence import tables
from sync.hq.registration.lives import Accommodation, Place
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk

WHY = "as asked"
FIRST = "99000119900101001X"
BESIDE = "990001199001010028"
AWAY = "990001199001010036"


@pytest.fixture
def built(desk: Desk) -> Desk:
    """Two centres with packages; two people sit at the first."""
    desk.enrol(OTHER, KeyPair.generate(entropy))
    desk.hq.registration.import_roster(desk.sitting, CODE, [RosterEntry(BESIDE, "考生二")], BY)
    desk.hq.registration.import_roster(desk.sitting, OTHER, [RosterEntry(AWAY, "考生三")], BY)
    for code in (CODE, OTHER):
        desk.hq.packages.build(desk.sitting, code, BY)
    return desk


def who(desk: Desk, number: str = FIRST) -> str:
    return next(
        candidate
        for candidate in (seat.candidate_id for seat in desk.hq.registration.seats(desk.sitting))
        if desk.hq.people.get(candidate)["identity_no"] == number
    )


def withdraw(desk: Desk) -> None:
    desk.hq.lives.withdraw(desk.sitting, who(desk), WHY, BY)


def take_back(desk: Desk) -> None:
    withdrawn = desk.hq.lives.withdraw(desk.sitting, who(desk), WHY, BY)
    assert withdrawn is not None
    desk.hq.undo.undo(withdrawn, WHY, BY)


def move(desk: Desk) -> None:
    desk.hq.lives.move(desk.sitting, who(desk), Place(centre_code=OTHER), WHY, BY)


def rename(desk: Desk) -> None:
    desk.hq.lives.correct(who(desk), {"name": "考生壹"}, WHY, BY)


def grant(desk: Desk) -> None:
    desk.hq.lives.grant(desk.sitting, who(desk), Accommodation(30, ""), WHY, BY)


def fill_in(desk: Desk) -> None:
    given = {PersonalField.SCHOOL: "某大学"}
    desk.hq.personal_data.correct(desk.sitting, who(desk, AWAY), given, BY)


def add(desk: Desk) -> None:
    entry = RosterEntry("990001199001010044", "考生四")
    desk.hq.registration.import_roster(desk.sitting, OTHER, [entry], BY)


def seat_elsewhere(desk: Desk) -> None:
    new = NewSitting("later", NOW + timedelta(days=3), [NewPaper(PROGRAMME)])
    desk.seat(desk.hq.sittings.create(new, BY).id)


def build_again(desk: Desk) -> None:
    rename(desk)
    desk.hq.packages.build(desk.sitting, CODE, BY)


def empty(desk: Desk) -> None:
    desk.hq.lives.withdraw(desk.sitting, who(desk, AWAY), WHY, BY)


def found(desk: Desk) -> set[str]:
    return {package.centre_code for package in desk.hq.outdated.of_sitting(desk.sitting)}


@pytest.mark.parametrize(
    ("act", "outdated"),
    [
        (withdraw, {CODE}),
        (take_back, set()),
        (move, {CODE, OTHER}),
        (rename, {CODE}),
        (grant, {CODE}),
        (fill_in, {OTHER}),
        (add, {OTHER}),
        (seat_elsewhere, set()),
        (build_again, set()),
        (empty, {OTHER}),
    ],
)
def test_a_change_concerns_the_packages_that_contain_it(
    built: Desk, act: Callable[[Desk], None], outdated: set[str]
) -> None:
    assert found(built) == set()
    act(built)
    assert found(built) == outdated
    # As in packages of earlier versions, whose rosters are compared in any case.
    with built.hq.storage.database.write() as connection:
        connection.execute(update(tables.packages).values(change_set=None))
    assert found(built) == outdated


def test_a_package_of_a_centre_without_candidates_says_so(built: Desk) -> None:
    empty(built)
    (outdated,) = built.hq.outdated.of_sitting(built.sitting)
    assert (outdated.centre_code, outdated.version, outdated.empty) == (OTHER, 1, True)


def test_a_change_while_a_package_is_built_is_found(built: Desk) -> None:
    roster = built.hq.registration.roster(built.sitting, CODE)
    rename(built)
    assert built.hq.registration.roster(built.sitting, CODE).change_set > roster.change_set
