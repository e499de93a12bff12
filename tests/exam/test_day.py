"""The guide through the day: steps in order, and never "off" while anything is open."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.day import (
    Backups,
    Delivery,
    Machine,
    SittingDay,
    open_points,
    remarks,
    steps,
)
from kiosk.exam.readiness import Level
from kiosk.exam.states import SITTING_OVER, SittingStatus

NOW = datetime(2026, 4, 25, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENT = Machine(Delivery(unsealed=False, waiting=0, confirmed=True))
FEW = st.integers(0, 2)
MOMENTS = st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda span: NOW + span)


@st.composite
def sitting_days(draw: st.DrawFn) -> SittingDay:
    """Any sitting, also ones that no hall could bring about."""
    state, waiting = draw(st.sampled_from(SittingStatus)), draw(FEW)
    over = state in SITTING_OVER
    return SittingDay(
        id="S1",
        starts_at=draw(MOMENTS),
        state=state,
        readiness=draw(st.sampled_from(Level)),
        absent=draw(FEW),
        checking_in=draw(FEW),
        ready=draw(FEW),
        writing=draw(FEW),
        ended=draw(FEW),
        paused=draw(FEW),
        undecided=draw(FEW),
        incidents=draw(FEW),
        late_answers=draw(FEW),
        held_answers=draw(FEW),
        damaged=draw(st.booleans()),
        unsealed=draw(st.booleans()),
        waiting=waiting,
        on_stick=draw(st.integers(0, waiting)),
        closed_at=draw(MOMENTS.filter(lambda at: at <= NOW)) if over else None,
    )


@st.composite
def machines(draw: st.DrawFn) -> Machine:
    """Any machine."""
    waiting = draw(FEW)
    delivery = Delivery(
        unsealed=draw(st.booleans()),
        waiting=waiting,
        confirmed=draw(st.booleans()),
        alone=draw(st.booleans()),
        on_stick=draw(st.integers(0, waiting)),
    )
    used = draw(st.booleans())
    backups = Backups(
        used=used,
        place=used and draw(st.booleans()),
        running=used and draw(st.booleans()),
        newest_at=draw(st.none() | MOMENTS) if used else None,
    )
    return Machine(delivery, backups, held_answers=draw(FEW))


days = sitting_days()


def day(state: SittingStatus, **facts: Any) -> SittingDay:
    return SittingDay("S1", NOW, state, Level.OK, **facts)


def states(found: SittingDay, machine: Machine = SENT) -> dict[str, str]:
    return {step.id: step.state for step in steps(found, machine)}


@given(st.lists(days, max_size=3), machines())
def test_the_machine_may_go_off_only_when_nothing_at_all_is_open(
    found: list[SittingDay], machine: Machine
) -> None:
    if open_points(found, machine, NOW):
        return
    for sitting in found:
        assert sitting.state not in (SittingStatus.STARTED, SittingStatus.UNLOCKED)
        assert not sitting.writing
        assert not sitting.undecided
        assert not sitting.late_answers
        assert not sitting.held_answers
        being_prepared = sitting.state is SittingStatus.IMPORTED
        assert not (being_prepared and -24 * HOUR <= sitting.starts_at - NOW <= 12 * HOUR)
    assert not machine.held_answers
    assert not machine.delivery.unsealed
    assert machine.delivery.waiting == machine.delivery.on_stick
    assert machine.delivery.confirmed or machine.delivery.alone or machine.delivery.on_stick
    assert not machine.backups.running


@given(st.lists(days, max_size=3), machines())
def test_a_day_that_just_ended_is_backed_up_where_a_folder_is_there(
    found: list[SittingDay], machine: Machine
) -> None:
    if open_points(found, machine, NOW) or not machine.backups.place:
        return
    newest = machine.backups.newest_at
    for sitting in found:
        if sitting.closed_at and NOW - sitting.closed_at <= 24 * HOUR:
            assert newest is not None
            assert newest >= sitting.closed_at


@given(st.lists(days, min_size=1, max_size=3), machines())
def test_whoever_writes_keeps_it_on_whatever_headquarters_has(
    found: list[SittingDay], machine: Machine
) -> None:
    kinds = [point.kind for point in open_points(found, machine, NOW)]
    assert kinds.count("writing") == sum(sitting.writing > 0 for sitting in found)


@given(days, machines())
def test_at_most_one_step_is_next_and_it_is_the_first_that_is_open(
    found: SittingDay, machine: Machine
) -> None:
    shown = [step.state for step in steps(found, machine)]
    first = next((n for n, state in enumerate(shown) if state != "done"), None)
    assert shown.count("now") + shown.count("missing") == (first is not None)
    assert first is None or shown[first] in ("now", "missing")


def test_a_day_from_the_package_to_headquarters() -> None:
    damaged = day(SittingStatus.IMPORTED, absent=4, damaged=True)
    assert states(damaged)["imported"] == "missing"
    bad = SittingDay("S1", NOW, SittingStatus.IMPORTED, Level.BAD, absent=4)
    assert states(bad)["prepared"] == "missing"
    assert states(day(SittingStatus.IMPORTED, absent=4))["unlocked"] == "now"
    entering = day(SittingStatus.UNLOCKED, absent=1, ready=3)
    assert states(entering)["checked_in"] == "now"
    (check_in,) = [step for step in steps(entering, SENT) if step.id == "checked_in"]
    assert (check_in.n, check_in.of) == (3, 4)
    assert [(note.kind, note.n) for note in check_in.notes] == [("absent", 1)]
    assert states(day(SittingStatus.UNLOCKED, ready=4))["started"] == "now"
    assert states(day(SittingStatus.STARTED, writing=3, absent=1))["written"] == "now"
    assert states(day(SittingStatus.STARTED, ended=3, absent=1))["closed"] == "now"
    assert states(day(SittingStatus.CLOSED, ended=4, unsealed=True))["sealed"] == "now"
    assert states(day(SittingStatus.CLOSED, ended=4, waiting=2))["sent"] == "now"
    assert set(states(day(SittingStatus.CLOSED, ended=4)).values()) == {"done"}


def test_while_it_runs_the_guide_counts_who_needs_somebody() -> None:
    running = day(SittingStatus.STARTED, writing=4, paused=1, undecided=2, incidents=3)
    (written,) = [step for step in steps(running, SENT) if step.id == "written"]
    assert [(note.kind, note.n) for note in written.notes] == [
        ("paused", 1), ("undecided", 2), ("incidents", 3),
    ]  # fmt: skip


def test_a_centre_without_headquarters_waits_for_no_confirmation() -> None:
    closed = day(SittingStatus.CLOSED, ended=4)
    assert open_points([closed], Machine(Delivery(False, 0, False, alone=True)), NOW) == ()
    (point,) = open_points([closed], Machine(Delivery(False, 2, False, alone=True)), NOW)
    assert (point.kind, point.n) == ("waiting", 2)


def test_files_on_a_stick_let_the_machine_go_off_with_a_remark() -> None:
    closed = day(SittingStatus.CLOSED, ended=4, waiting=2, on_stick=2)
    machine = Machine(Delivery(False, 2, False, on_stick=2))
    assert states(closed, machine)["sent"] == "done"
    assert open_points([closed], machine, NOW) == ()
    assert [(remark.kind, remark.n) for remark in remarks([closed], machine, NOW)] == [
        ("on_stick", 2)
    ]
    (point,) = open_points([closed], Machine(Delivery(False, 3, False, on_stick=2)), NOW)
    assert (point.kind, point.n) == ("waiting", 1)


def test_a_backup_after_closing_is_the_last_step_where_one_can_be_made() -> None:
    closed = day(SittingStatus.CLOSED, ended=4, closed_at=NOW - HOUR)
    assert "backed_up" not in states(closed)
    old = Backups(used=True, place=True, newest_at=NOW - 2 * HOUR)
    assert states(closed, Machine(SENT.delivery, old))["backed_up"] == "now"
    (point,) = open_points([closed], Machine(SENT.delivery, old), NOW)
    assert point.kind == "no_backup"
    new = Backups(used=True, place=True, newest_at=NOW)
    assert states(closed, Machine(SENT.delivery, new))["backed_up"] == "done"
    assert open_points([closed], Machine(SENT.delivery, new), NOW) == ()
    nowhere = Machine(SENT.delivery, Backups(used=True))
    assert open_points([closed], nowhere, NOW) == ()
    assert [remark.kind for remark in remarks([closed], nowhere, NOW)] == ["no_backup_place"]
