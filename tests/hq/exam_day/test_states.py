"""The state of a place says what headquarters knows, and never more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sync.hq.exam_day.listing import DayOrder, DayWanted, day_page
from sync.hq.exam_day.places import Place, Report
from sync.hq.exam_day.states import DELIVERY, SILENT_AFTER, DayState, state_of

START = datetime(2026, 5, 23, 1, tzinfo=UTC)
END = START + timedelta(hours=2)
MINUTE = timedelta(minutes=1)


def place(**changed: object) -> Place:
    """A place whose package is there and that has just called."""
    usual = Place(
        sitting_id="s1", title="2026年5月", starts_at=START, ends_at=END,
        unlock_not_before=START - 30 * MINUTE, cancelled=False, centre_code="C1",
        centre_name="考点一", branch="北京/海淀", heard_at=START, seats=10, package=1,
        built_at=START - timedelta(days=1), released_at=None, arrived=0, absent=0,
        found_incidents=0, log_here=False,
    )  # fmt: skip
    return replace(usual, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "changed", "state"),
    [
        (START - timedelta(hours=5), {}, DayState.AHEAD),
        (START - timedelta(hours=5), {"heard_at": None}, DayState.AHEAD),
        (START - 20 * MINUTE, {"heard_at": None}, DayState.NO_CONTACT),
        (START, {}, DayState.IN_TIME),
        (START + SILENT_AFTER, {}, DayState.IN_TIME),
        (START + SILENT_AFTER + MINUTE, {}, DayState.NO_CONTACT),
        (START, {"package": None}, DayState.NO_PACKAGE),
        (START, {"package": None, "cancelled": True}, DayState.CANCELLED),
        (END, {"arrived": 9, "log_here": True}, DayState.ARRIVING),
        (END, {"arrived": 10}, DayState.ARRIVING),
        (END + DELIVERY, {"arrived": 10}, DayState.OVERDUE),
        (END + DELIVERY, {"arrived": 10, "log_here": True}, DayState.ARRIVED),
        (END, {"arrived": 11, "log_here": True}, DayState.ARRIVED),
    ],
)
def test_the_state_follows_from_time_contact_and_what_has_arrived(
    now: datetime, changed: dict[str, object], state: DayState
) -> None:
    assert state_of(place(**changed), now) is state


def report(state: str, **changed: object) -> Report:
    """A report of the newest package."""
    usual = Report(version=1, state=state, started_at=None, closed_at=None, present=0, writing=0,
                   ended=0, incidents=0, reported_at=START)  # fmt: skip
    return replace(usual, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "said", "state"),
    [
        (START - timedelta(hours=5), report("imported"), DayState.AHEAD),
        (START - timedelta(hours=5), report("not_there", version=0), DayState.NOT_FETCHED),
        (START, report("unlocked"), DayState.IN_TIME),
        (START + 10 * MINUTE, report("unlocked"), DayState.NOT_STARTED),
        (START + 10 * MINUTE, report("started"), DayState.RUNNING),
        # Candidates with extra time write after the planned end.
        (END + 5 * MINUTE, report("started"), DayState.RUNNING),
        (START + 40 * MINUTE, report("stopped"), DayState.ARRIVING),
        (END + DELIVERY, report("closed"), DayState.OVERDUE),
    ],
)
def test_what_a_centre_reports_makes_the_state_exact(
    now: datetime, said: Report, state: DayState
) -> None:
    assert state_of(place(report=said, heard_at=now), now) is state


def test_a_report_of_a_centre_that_is_silent_since_is_not_believed() -> None:
    now = START + timedelta(hours=1)
    assert state_of(place(report=report("started")), now) is DayState.NO_CONTACT


def test_incidents_are_those_of_the_report_until_results_have_more() -> None:
    said = report("started", incidents=3)
    assert place(report=said).incidents == 3
    assert place(report=said, found_incidents=5).incidents == 5


def many() -> list[Place]:
    """Thirty places in three branches, some without a package."""
    branches = ("北京/海淀", "北京/朝阳", "")
    return [
        place(
            centre_code=f"C{number:02}",
            branch=branches[number % 3],
            seats=number,
            package=None if number % 5 == 0 else 1,
        )
        for number in range(30)
    ]


@pytest.mark.parametrize("wanted", [DayWanted(), DayWanted(branch="北京"), DayWanted(text="c1")])
def test_each_figure_counts_what_its_filter_lists(wanted: DayWanted) -> None:
    counts = day_page(many(), wanted, START).counts
    for state, count in counts.items():
        page = day_page(many(), replace(wanted, state=state, size=100), START)
        assert len(page.shown) == count
        assert sum(len(group.shown) for group in page.groups) == count
        assert sum(sum(group.counts.values()) for group in page.groups) == count
    assert counts[None] == sum(count for state, count in counts.items() if state)


def test_a_branch_has_all_below_it_and_centres_without_one_come_last() -> None:
    page = day_page(many(), DayWanted(), START)
    assert [group.branch for group in page.groups] == ["北京/朝阳", "北京/海淀", ""]
    assert day_page(many(), DayWanted(branch="北京"), START).chosen == 20
    assert day_page(many(), DayWanted(branch="北"), START).chosen == 0


def test_pages_together_have_every_place_once() -> None:
    pages = [day_page(many(), DayWanted(page=page, size=25), START) for page in (1, 2, 99)]
    codes = [each.place.centre_code for page in pages[:2] for each in page.shown]
    assert sorted(codes) == [f"C{number:02}" for number in range(30)]
    assert pages[2].page == 2
    # Those that need somebody first.
    assert codes[:6] == ["C00", "C05", "C10", "C15", "C20", "C25"]


@pytest.mark.parametrize("order", DayOrder)
def test_each_order_can_be_turned_round(order: DayOrder) -> None:
    places = [
        place(
            centre_code=f"C{number}",
            sitting_id=f"s{number}",
            starts_at=START + number * MINUTE,
            heard_at=START - number * MINUTE,
            **dict.fromkeys(("seats", "arrived", "found_incidents"), number),
        )
        for number in range(3)
    ]
    up = day_page(places, DayWanted(order=order), END)
    down = day_page(places, DayWanted(order=order, descending=True), END)
    if order is not DayOrder.STATE:  # one state: the order is that of attention
        assert [each.place for each in down.shown] == [each.place for each in up.shown][::-1]
