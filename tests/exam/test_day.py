"""The guide through the day: steps in order, and never "off" while anything is open."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.day import Delivery, SittingDay, open_points, steps
from kiosk.exam.readiness import Level
from kiosk.exam.states import SittingStatus

NOW = datetime(2026, 4, 25, 6, 0, tzinfo=UTC)
SENT = Delivery(unsealed=False, waiting=0, confirmed=True)
FEW = st.integers(0, 3)

days = st.builds(
    SittingDay,
    id=st.just("S1"),
    starts_at=st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda span: NOW + span),
    state=st.sampled_from(SittingStatus),
    readiness=st.sampled_from(Level),
    absent=FEW,
    checking_in=FEW,
    ready=FEW,
    writing=FEW,
    ended=FEW,
    late_answers=FEW,
    held_answers=FEW,
)
deliveries = st.builds(Delivery, st.booleans(), FEW, st.booleans(), st.booleans())


def day(state: SittingStatus, **numbers: int) -> SittingDay:
    return SittingDay("S1", NOW, state, Level.OK, **numbers)


def states(found: SittingDay, delivery: Delivery = SENT) -> dict[str, str]:
    return {step.id: step.state for step in steps(found, delivery)}


@given(st.lists(days, max_size=3), deliveries)
def test_the_machine_may_go_off_only_when_nothing_at_all_is_open(
    found: list[SittingDay], delivery: Delivery
) -> None:
    if open_points(found, delivery, NOW):
        return
    assert not any(
        sitting.writing or sitting.late_answers or sitting.held_answers for sitting in found
    )
    assert not {sitting.state for sitting in found} & {
        SittingStatus.STARTED,
        SittingStatus.UNLOCKED,
    }
    soon = [sitting for sitting in found if sitting.state is SittingStatus.IMPORTED]
    assert not any(
        timedelta(hours=-24) <= sitting.starts_at - NOW <= timedelta(hours=12) for sitting in soon
    )
    assert not delivery.unsealed
    assert delivery.waiting == 0
    assert delivery.confirmed or delivery.alone


@given(st.lists(days, min_size=1, max_size=3), deliveries)
def test_whoever_writes_keeps_it_on_whatever_headquarters_has(
    found: list[SittingDay], delivery: Delivery
) -> None:
    kinds = [point.kind for point in open_points(found, delivery, NOW)]
    assert kinds.count("writing") == sum(sitting.writing > 0 for sitting in found)


@given(days, deliveries)
def test_at_most_one_step_is_next_and_it_is_the_first_that_is_open(
    found: SittingDay, delivery: Delivery
) -> None:
    shown = [step.state for step in steps(found, delivery)]
    first = next((n for n, state in enumerate(shown) if state != "done"), None)
    assert shown.count("now") + shown.count("missing") == (first is not None)
    assert first is None or shown[first] in ("now", "missing")


def test_a_day_from_the_package_to_headquarters() -> None:
    bad = SittingDay("S1", NOW, SittingStatus.IMPORTED, Level.BAD, absent=4)
    assert states(bad)["prepared"] == "missing"
    assert states(day(SittingStatus.IMPORTED, absent=4))["unlocked"] == "now"
    entering = day(SittingStatus.UNLOCKED, absent=1, ready=3)
    assert states(entering)["checked_in"] == "now"
    assert [(step.n, step.of) for step in steps(entering, SENT)][2] == (3, 4)
    assert states(day(SittingStatus.UNLOCKED, ready=4))["started"] == "now"
    assert states(day(SittingStatus.STARTED, writing=3, absent=1))["written"] == "now"
    assert states(day(SittingStatus.STARTED, ended=3, absent=1))["closed"] == "now"
    closed = day(SittingStatus.CLOSED, ended=4)
    assert states(closed, Delivery(True, 0, False))["sent"] == "now"
    assert set(states(closed).values()) == {"done"}


def test_a_centre_without_headquarters_waits_for_no_confirmation() -> None:
    closed = day(SittingStatus.CLOSED, ended=4)
    assert open_points([closed], Delivery(False, 0, False, alone=True), NOW) == ()
    (point,) = open_points([closed], Delivery(False, 2, False, alone=True), NOW)
    assert (point.kind, point.n) == ("waiting", 2)
