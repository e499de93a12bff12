"""What a centre reports of its day, and that a report delays nothing."""

from sync.agent.day_report import DayReports
from tests.hall.conftest import BY, Room


def test_a_report_counts_the_incidents_of_a_sitting(room: Room) -> None:
    (attempt_id,) = room.begin()
    reports = DayReports(room.store, "BJ01", room.clock)
    assert reports.report(room.clock.now()).sittings[0].incidents == 0
    room.hall.proctoring.mark(attempt_id, "phone", "手机在手里", BY)
    assert reports.report(room.clock.now()).sittings[0].incidents == 1
