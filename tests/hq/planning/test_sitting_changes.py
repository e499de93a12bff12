"""Sittings are moved, cancelled and repeated; packages, tickets and codes follow."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.exam.attempt.states import EndReason
from sync.hq.errors import (
    CodesOut,
    HqError,
    NobodyToRepeat,
    NotFound,
    PackageRevoked,
    ReasonMissing,
    SeatsClash,
    SittingAhead,
    SittingCancelled,
    SittingOver,
    SittingPast,
    SittingStands,
    TooLateToUndo,
)
from sync.hq.planning.repeats import Repeat, Who
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.delivery.bundle import seal_bundle
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk

DAY, LATER = timedelta(days=1), NOW + timedelta(days=8)


def kinds(desk: Desk) -> list[str]:
    """What the centre is told."""
    return [notice.kind for notice in desk.hq.inbox.page(CODE, desk.keys.public, 0).entries]


def test_a_sitting_is_moved_with_its_unlock_time_and_its_packages_are_revoked(desk: Desk) -> None:
    before = desk.hq.sittings.get(desk.sitting)
    desk.hq.tickets.issue(desk.sitting, CODE, BY)
    moved = desk.hq.changes.move(desk.sitting, LATER, "power cut", BY)
    after = desk.hq.sittings.get(desk.sitting)
    assert (moved.sitting, list(moved.revoked), moved.tickets) == (after, [CODE], 1)
    assert after.starts_at - before.starts_at == 7 * DAY
    assert after.unlock_not_before - before.unlock_not_before == 7 * DAY
    assert after.ends_at - before.ends_at == 7 * DAY
    assert (before.ticket_issue, after.ticket_issue) == (1, 2)
    assert kinds(desk) == ["package", "revocation"]
    desk.hq.batches.build(desk.sitting, BY, centres=moved.revoked)
    assert desk.hq.packages.newest(desk.sitting, CODE).version == 2
    (event,) = [e for e in desk.hq.audit_log.newest() if e.kind == "sitting_moved"]
    assert (event.who, event.data["reason"]) == (BY, "power cut")


def test_a_sitting_whose_code_may_be_out_is_not_moved(desk: Desk) -> None:
    unlock = desk.hq.sittings.get(desk.sitting).unlock_not_before
    desk.clock.pass_time((unlock - desk.clock.now()).total_seconds())
    with pytest.raises(CodesOut):
        desk.hq.changes.move(desk.sitting, LATER, "late", BY)
    assert desk.hq.changes.codes_out_since(desk.sitting) == unlock


def test_a_package_revoked_before_its_time_keeps_no_sitting_from_moving(desk: Desk) -> None:
    desk.hq.packages.revoke(desk.sitting, CODE, "leak", BY)
    unlock = desk.hq.sittings.get(desk.sitting).unlock_not_before
    desk.clock.pass_time((unlock - desk.clock.now()).total_seconds() + 60)
    assert desk.hq.changes.move(desk.sitting, LATER, "late", BY).revoked == []


def test_a_cancelled_sitting_has_no_package_until_that_is_undone(desk: Desk) -> None:
    desk.hq.changes.cancel(desk.sitting, "flood", BY)
    assert kinds(desk) == ["package", "revocation"]
    with pytest.raises(SittingCancelled, match="flood"):
        desk.hq.packages.build(desk.sitting, CODE, BY)
    with pytest.raises(PackageRevoked):
        desk.hq.unlocking.code(desk.sitting, CODE, BY)
    desk.hq.changes.reinstate(desk.sitting, "water is gone", BY)
    assert desk.hq.packages.build(desk.sitting, CODE, BY).version == 2


def test_a_cancellation_is_undone_until_the_start(desk: Desk) -> None:
    desk.hq.changes.cancel(desk.sitting, "flood", BY)
    desk.clock.pass_time(DAY.total_seconds())
    with pytest.raises(TooLateToUndo):
        desk.hq.changes.reinstate(desk.sitting, "dry", BY)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda d: d.hq.changes.move(d.sitting, LATER, " ", BY), ReasonMissing),
        (lambda d: d.hq.changes.move(d.sitting, NOW - DAY, "x", BY), SittingPast),
        (lambda d: d.hq.changes.reinstate(d.sitting, "x", BY), SittingStands),
        (lambda d: d.hq.repeats.repeat(d.sitting, Repeat("2", LATER), BY), SittingAhead),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    desk: Desk, act: Callable[[Desk], object], error: type[HqError]
) -> None:
    before = desk.hq.sittings.list()
    with pytest.raises(error):
        act(desk)
    assert desk.hq.sittings.list() == before


def test_a_sitting_that_is_over_is_neither_moved_nor_cancelled(desk: Desk) -> None:
    desk.clock.pass_time(2 * DAY.total_seconds())
    with pytest.raises(SittingOver):
        desk.hq.changes.move(desk.sitting, LATER, "x", BY)
    with pytest.raises(SittingOver):
        desk.hq.changes.cancel(desk.sitting, "x", BY)


def test_a_cancelled_sitting_is_repeated_with_seats_and_papers(desk: Desk) -> None:
    hq = desk.hq
    hq.changes.cancel(desk.sitting, "flood", BY)
    (old,) = hq.registration.seats(desk.sitting)
    repeated = hq.repeats.repeat(desk.sitting, Repeat("again", LATER), BY)
    (new,) = hq.registration.seats(repeated.sitting.id)
    assert (repeated.candidates, repeated.sitting.repeats) == (1, desk.sitting)
    assert (new.candidate_id, new.room, new.seat) == (old.candidate_id, old.room, old.seat)
    assert new.admission_no.startswith("202605")
    hq.packages.build(repeated.sitting.id, CODE, BY)
    before, after = (hq.papers.get(one).paper.items for one in (desk.sitting, repeated.sitting.id))
    assert {item.id for item in before} != {item.id for item in after}
    with pytest.raises(NobodyToRepeat):
        hq.repeats.repeat(desk.sitting, Repeat("third", LATER + DAY), BY)


@pytest.mark.parametrize(
    ("end", "who", "carried"),
    [
        (EndReason.STOPPED, Who.INTERRUPTED, True),
        (EndReason.ABSENT, Who.ABSENT, True),
        (EndReason.HANDED_IN, Who.INTERRUPTED, False),
        (EndReason.ABSENT, Who.INTERRUPTED, False),
    ],
)
def test_those_are_carried_over_whose_result_says_so(
    desk: Desk, end: EndReason, who: Who, *, carried: bool
) -> None:
    result = desk.result({}).model_copy(update={"end_reason": end})
    sealed = seal_bundle(result, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    desk.clock.pass_time(2 * DAY.total_seconds())
    repeat = Repeat("again", LATER, {who})
    if carried:
        assert desk.hq.repeats.repeat(desk.sitting, repeat, BY).candidates == 1
    else:
        with pytest.raises(NobodyToRepeat):
            desk.hq.repeats.repeat(desk.sitting, repeat, BY)


def test_nobody_is_moved_or_carried_into_two_sittings_at_one_time(desk: Desk) -> None:
    hq = desk.hq
    at_once = NewSitting("elsewhere", LATER, [NewPaper(PROGRAMME)])
    hq.registration.import_roster(
        hq.sittings.create(at_once, BY).id, CODE, [RosterEntry("99000119900101001X", "考生一")], BY
    )
    before = hq.sittings.get(desk.sitting)
    with pytest.raises(SeatsClash):
        hq.changes.move(desk.sitting, LATER, "late", BY)
    assert hq.sittings.get(desk.sitting) == before
    hq.changes.cancel(desk.sitting, "flood", BY)
    with pytest.raises(SeatsClash):
        hq.repeats.repeat(desk.sitting, Repeat("again", LATER), BY)
    assert len(hq.sittings.list()) == 2
    # The seats of a cancelled sitting are free.
    assert hq.repeats.repeat(desk.sitting, Repeat("at once", before.starts_at), BY).candidates == 1
    with pytest.raises(SeatsClash):
        hq.changes.reinstate(desk.sitting, "dry", BY)


def test_all_centres_get_packages_but_the_one_that_cannot(desk: Desk) -> None:
    hq = desk.hq
    desk.clock.pass_time((DAY - timedelta(minutes=10)).total_seconds())
    hq.inbox.page(CODE, desk.keys.public, 0)  # which releases the code
    outcomes = hq.batches.build(desk.sitting, BY, centres=[OTHER, CODE])
    assert [(one.centre_code, type(one.error)) for one in outcomes] == [
        (OTHER, NotFound),
        (CODE, type(None)),
    ]
    assert outcomes[1].code_is_out
