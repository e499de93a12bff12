"""Forms offer the next regular slots of the calendars, none of today."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.exam.programme.programme_file import read_programme
from kiosk.settings import read_text, resource
from sync.hq.planning.slots import next_slots

ZONE = ZoneInfo("Asia/Shanghai")


def test_the_next_slots_are_those_of_the_calendar_in_order() -> None:
    skills = read_programme(read_text(resource("config/programmes/carbon-skills.toml")))
    found = next_slots([skills, skills], datetime(2026, 5, 15, 17, tzinfo=UTC), ZONE, most=4)
    days = {start.date() for start in found}
    assert all(skills.calendar.includes(day) for day in days)
    assert [start.time() for start in found[: len(skills.calendar.starts)]] == sorted(
        skills.calendar.starts
    )
    assert min(days).isoformat() == "2026-05-17"  # the 16th is today in Shanghai
    assert found == sorted(set(found))
