"""What makes a centre ready for a sitting, and what somebody should look at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.exam.disk_space import DiskLevel, DiskSpace
from kiosk.exam.readiness import Facts, Level, PaperFacts, RoomFacts, findings, worst

NOW = datetime(2026, 4, 25, 4, tzinfo=UTC)
READY = Facts(
    now=NOW,
    starts_at=NOW + timedelta(hours=2),
    not_before=NOW - timedelta(days=1),
    not_after=NOW + timedelta(days=14),
    revoked=None,
    candidates=40,
    terminals=42,
    terminals_failed=(),
    portraits_checked=40,
    portraits_missing=(),
    portraits_unusable=(),
    lookalikes=0,
    doubles=(),
    disk=DiskSpace(DiskLevel.OK, 50_000, 64, 99.0),
    evidence_mb=4096,
    clock_offset_s=0.4,
)


def test_a_centre_with_everything_is_ready() -> None:
    found = findings(READY)
    assert {one.level for one in found} == {Level.OK}
    assert worst(found) is Level.OK


def test_each_room_and_paper_is_counted() -> None:
    title = {"zh": "高级", "en": "Senior"}
    rooms = [RoomFacts("Room 1", 30, 0), RoomFacts("Room 2", 10, 10)]
    found = findings(replace(READY, rooms=rooms, papers=[PaperFacts(title, 40, 90)]))
    counted = [
        (one.what, one.level, one.params["candidates"])
        for one in found
        if one.what in ("room", "paper")
    ]
    assert counted == [("room", Level.OK, 30), ("room", Level.OK, 10), ("paper", Level.OK, 40)]


@pytest.mark.parametrize(
    ("change", "what", "level"),
    [
        ({"revoked": "leak"}, "package_revoked", Level.BAD),
        ({"now": NOW + timedelta(days=20)}, "package_over", Level.BAD),
        ({"starts_at": NOW + timedelta(days=20)}, "package_window", Level.BAD),
        ({"terminals": 39}, "terminals", Level.WARN),
        ({"terminals_failed": ["T07"]}, "terminals_failed", Level.WARN),
        ({"portraits_checked": 12}, "portraits", Level.WAIT),
        ({"portraits_missing": ["Ann"]}, "portraits_missing", Level.WARN),
        ({"portraits_unusable": ["Bob"]}, "portraits_unusable", Level.WARN),
        ({"lookalikes": 1}, "lookalikes", Level.WARN),
        ({"clashes": ["Ann (A01)"]}, "clashes", Level.WARN),
        ({"off_roster": ["2026T0009"]}, "off_roster", Level.WARN),
        ({"unattended": ["Room 2"]}, "unattended", Level.WARN),
        ({"rooms": [RoomFacts("Room 1", 20, 20), RoomFacts("Room 2", 20, 9)]}, "room", Level.WARN),
        ({"doubles": ["Ann (01)", "Bob (01)"]}, "doubles", Level.WARN),
        ({"disk": DiskSpace(DiskLevel.OK, 3000, 64, 25.0)}, "disk", Level.WARN),
        ({"disk": DiskSpace(DiskLevel.LOW, 50_000, 64, 3.0)}, "disk", Level.WARN),
        ({"disk": DiskSpace(DiskLevel.OK, 300, 64, 5.0)}, "disk", Level.BAD),
        ({"disk": DiskSpace(DiskLevel.FULL, 2000, 0, 9.0)}, "disk", Level.BAD),
        ({"clock_offset_s": -7.0}, "clock", Level.WARN),
        ({"clock_offset_s": None}, "clock_unknown", Level.WAIT),
    ],
)
def test_what_is_not_in_order_is_named(change: dict[str, Any], what: str, level: Level) -> None:
    found = findings(replace(READY, **change))
    assert [(one.what, one.level) for one in found if one.level is not Level.OK] == [(what, level)]
    assert worst(found) is level
