"""What headquarters knows of each sitting at each centre: read from what it has stored."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from kiosk.system import entropy
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.exam_day.places import Place
from sync.hq.registration.roster_file import RosterEntry
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, NOW, OTHER, Desk

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
START = NOW + timedelta(days=1)


def places(desk: Desk, scope: Scope = EVERYTHING) -> Sequence[Place]:
    hour = timedelta(hours=1)
    return desk.hq.exam_days.places(START - hour, START + hour, scope)


def test_a_place_has_its_newest_package_that_is_not_revoked(desk: Desk) -> None:
    (place,) = places(desk)
    assert (place.centre_code, place.seats, place.package) == (CODE, 1, 1)
    assert (place.built_at, place.released_at, place.heard_since_built) == (NOW, None, False)
    desk.hq.packages.build(desk.sitting, CODE, BY)
    assert places(desk)[0].package == 2
    desk.hq.packages.revoke(desk.sitting, CODE, "wrong", BY)
    assert places(desk)[0].package is None


def test_a_call_and_a_result_are_seen(desk: Desk) -> None:
    desk.clock.pass_time(60)
    desk.hq.centres.seen_nonce(CODE, "n", desk.clock.now())
    assert places(desk)[0].heard_since_built
    sealed = desk.bundle({})
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    place = places(desk)[0]
    assert (place.arrived, place.absent, place.log_here) == (1, 0, False)


def test_only_sittings_of_the_time_are_read(desk: Desk) -> None:
    days = desk.hq.exam_days
    assert days.places(START + timedelta(seconds=1), START + timedelta(days=1), EVERYTHING) == []
    assert len(days.places(START, START + timedelta(seconds=1), EVERYTHING)) == 1
    hour = timedelta(hours=1)
    assert days.neighbours(START - hour, START + hour, EVERYTHING) == (None, None)
    assert days.neighbours(START - hour, START, EVERYTHING) == (None, START)
    assert days.neighbours(START + hour, START + 2 * hour, EVERYTHING) == (START, None)


@pytest.mark.parametrize(
    ("grants", "seen"),
    [
        ([Grant(Role.REGISTRAR)], {CODE, OTHER}),
        ([Grant(Role.REGISTRAR, branch="北京")], {CODE}),
        ([Grant(Role.REGISTRAR, branch=f"北京/海淀/{CODE}")], {CODE}),
        ([Grant(Role.REGISTRAR, branch="北")], set()),
        ([Grant(Role.REGISTRAR, programme_id="another")], set()),
        ([], set()),
    ],
)
def test_only_places_that_the_rights_cover_are_seen(
    desk: Desk, grants: Sequence[Grant], seen: set[str]
) -> None:
    desk.hq.branches.set(CODE, "北京/海淀", BY)
    desk.enrol(OTHER, KeyPair.generate(entropy))
    entry = RosterEntry("99000119900101002X", "考生二", "2026A0002")
    desk.hq.registration.import_roster(desk.sitting, OTHER, [entry], BY)
    found = places(desk, Scope(frozenset(grants)))
    assert {place.centre_code for place in found} == seen
    days, scope = desk.hq.exam_days, Scope(frozenset(grants))
    before, after = START - timedelta(hours=1), START + timedelta(hours=1)
    assert days.neighbours(before, before, scope) == (None, START if seen else None)
    assert days.neighbours(after, after, scope) == (START if seen else None, None)
