"""``hq marking``: opened, assigned, followed, paused and exported from the command line."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.hq.cli import main
from tests.hq.desk import Desk
from tests.hq.marking.room import Room


@pytest.fixture
def room(desk: Desk) -> Room:
    """Two answers and a marker; headquarters are the command's meanwhile."""
    room = Room(desk)
    room.people("ma")
    room.candidates(2)
    for place in (1, 2):
        room.send(place, {room.written()[0]: "答案"})
    return room


def run(room: Room, *words: str) -> Result:
    return CliRunner().invoke(main, ["marking", *words, "--data", str(room.desk.data / "hq")])


def test_marking_is_led_from_the_command_line(room: Room, tmp_path: Path) -> None:
    sitting = room.desk.sitting
    wrong = run(room, "plan", "--sitting", sitting, "--set", "speed=1")
    assert wrong.exit_code == 2
    assert "speed is none of" in wrong.output
    assert run(room, "plan", "--sitting", sitting, "--set", "threshold=-1").exit_code == 1
    opened = run(room, "plan", "--sitting", sitting, "--set", "control_percent=0",
                 "--set", "double_percent=0")  # fmt: skip
    assert opened.exit_code == 0, opened.output
    room.plan = opened.output.split()[-1]
    room.items = room.services.plans.items(room.plan)
    assert run(room, "assign", room.plan, "nobody").exit_code == 1
    assert run(room, "assign", room.plan, "ma", "--most-a-day", "5").exit_code == 0
    room.mark("ma")
    (found,) = json.loads(run(room, "status", room.plan, "--json").output)
    assert (found["final"], found["answers"], found["state"]) == (1, 2, "open")
    assert run(room, "pause", room.plan, "--why", "a pause", "--marker", "ma").exit_code == 0
    assert room.services.markers.list(room.plan)[0].why == "a pause"
    assert run(room, "resume", room.plan, "--marker", "ma").exit_code == 0
    assert run(room, "pause", room.plan, "--why", "a pause").exit_code == 0
    assert "paused" in run(room, "status").output
    assert run(room, "resume", room.plan).exit_code == 0
    assert "results looked at" in run(room, "refresh", room.plan).output
    assert run(room, "export", room.plan, "--out", str(tmp_path)).exit_code == 0
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["marker"], row["kind"]) == ("ma", "mark")
    assert "ATTEMPT" not in (tmp_path / "marks.csv").read_text(encoding="utf-8")
