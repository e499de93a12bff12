"""Frames that the server, the analysis or the network keep away wrong no candidate."""

from datetime import timedelta

import pytest

from kiosk.hall.views.room import DisturbanceView
from tests.centres import ManualClock, Site
from tests.hall.conftest import SITTING, open_room
from tests.hall.halls import BusyHall, busy_hall

MINUTE = 60.0


def length(span: DisturbanceView) -> float:
    """Seconds of a span that is over."""
    assert span.ended_at is not None
    return (span.ended_at - span.started_at).total_seconds()


@pytest.mark.parametrize(("cost", "minutes"), [(0.16, 30), (0.05, 5), (0.3, 5)])
def test_thirty_honest_candidates_get_no_incident_when_the_analysis_is_half_as_fast(
    site: Site, clock: ManualClock, cost: float, minutes: int
) -> None:
    with busy_hall(site, clock, 30, cost) as hall:
        hall.run(MINUTE)
        hall.pool.cost = 2 * cost
        hall.run(minutes * MINUTE)
        assert hall.incidents == []


def test_a_room_whose_machine_cannot_keep_up_says_so(site: Site, clock: ManualClock) -> None:
    with busy_hall(site, clock, 30, 0.3) as hall:
        hall.run(MINUTE)
        assert hall.kinds == {"analysis_slow"}
        assert "analysis_slow" in hall.room.hall.proctoring.alerts(SITTING)
        hall.pool.cost = 0.02
        hall.run(3 * MINUTE)
        (span,) = hall.disturbances
        assert 20 < length(span) < 200
        assert hall.room.kinds().count("analysis_slow_over") == 1
        assert hall.room.hall.proctoring.alerts(SITTING) == []


def test_frames_that_come_while_none_is_analysed_are_an_alert_and_wrong_nobody(
    site: Site, clock: ManualClock
) -> None:
    with busy_hall(site, clock, 10, 0.02) as hall:
        hall.run(MINUTE)
        hall.run(2 * MINUTE, working=False)
        assert "frames_not_analysed" in hall.room.hall.proctoring.alerts(SITTING)
        hall.run(MINUTE)
        (span,) = hall.disturbances
        assert span.kind == "frames_not_analysed"
        assert length(span) == pytest.approx(120, abs=5)
        assert hall.incidents == []


def cut_off(hall: BusyHall, count: int, seconds: float) -> None:
    """The network of the first so many terminals is away for a while."""
    hall.run(MINUTE)
    hall.cut = set(hall.attempts[:count])
    hall.run(seconds)
    hall.cut = set()
    hall.run(MINUTE)


@pytest.mark.parametrize(
    ("count", "seconds", "cost"),
    [(30, 40, 0.05), (30, 40, 0.1), (8, 40, 0.05), (8, 40, 0.16), (3, 20, 0.05), (8, 400, 0.16)],
)
def test_terminals_that_fall_silent_together_are_an_event_of_the_room(
    site: Site, clock: ManualClock, count: int, seconds: float, cost: float
) -> None:
    with busy_hall(site, clock, 30, cost) as hall:
        cut_off(hall, count, seconds)
        assert hall.incidents == []
        (span,) = [span for span in hall.disturbances if span.kind == "terminals_silent"]
        assert len(span.terminals) == count
        assert span.ended_at is not None


def test_a_server_that_stood_still_wrongs_nobody(site: Site, clock: ManualClock) -> None:
    with busy_hall(site, clock, 5, 0.02) as hall:
        hall.run(MINUTE)
        hall.stall(45)
        hall.run(MINUTE)
        (span,) = hall.disturbances
        assert (span.kind, hall.incidents) == ("server_late", [])
        assert length(span) == pytest.approx(45, abs=2)


def test_one_camera_that_fails_in_a_healthy_room_is_an_incident(
    site: Site, clock: ManualClock
) -> None:
    with busy_hall(site, clock, 12, 0.03) as hall:
        cut_off(hall, 1, 20)
        (incident,) = hall.incidents
        assert (incident.rule, hall.kinds) == ("camera_lost", set())
        assert (incident.threshold, incident.frame_interval_ms) == (5.0, 1000)


def test_an_incident_shows_the_interval_and_the_threshold_that_were_in_force(
    site: Site, clock: ManualClock
) -> None:
    with busy_hall(site, clock, 30, 0.12) as hall:
        cut_off(hall, 1, 40)
        (incident,) = hall.incidents
        assert incident.frame_interval_ms is not None
        interval = timedelta(milliseconds=incident.frame_interval_ms).total_seconds()
        assert interval == pytest.approx(4.5, abs=0.1)
        assert incident.threshold == pytest.approx(2.5 * interval)
        assert incident.measured is not None
        assert incident.threshold is not None
        assert incident.measured > incident.threshold


def test_who_is_lost_while_the_analysis_is_only_slow_is_noticed(
    site: Site, clock: ManualClock
) -> None:
    with busy_hall(site, clock, 30, 0.3) as hall:
        cut_off(hall, 1, 60)
        assert [incident.rule for incident in hall.incidents] == ["camera_lost"]
        assert hall.kinds == {"analysis_slow"}


def test_cameras_that_fail_one_after_the_other_are_no_cut_of_the_network(
    site: Site, clock: ManualClock
) -> None:
    with busy_hall(site, clock, 30, 0.03) as hall:
        hall.run(MINUTE)
        for attempt in hall.attempts[:4]:
            hall.cut.add(attempt)
            hall.run(20)
        assert len(hall.incidents) == 4
        assert hall.kinds == set()


def test_a_span_that_a_killed_server_left_open_ends_with_the_next_start(
    site: Site, clock: ManualClock
) -> None:
    with busy_hall(site, clock, 5, 0.02) as hall:
        hall.run(MINUTE)
        hall.run(20, working=False)
    clock.pass_time(30)
    with open_room(site, clock) as room:
        (span,) = room.hall.proctoring.disturbances(SITTING)
        assert length(span) == pytest.approx(50, abs=3)
