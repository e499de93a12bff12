"""The benchmark of the camera's rules: its scripts, its counting, and a short run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.bench.proctoring.figures import summary, text
from kiosk.bench.proctoring.honest import BEHAVIOURS, honest
from kiosk.bench.proctoring.script import Cue, Expect, Sequence, Shot
from kiosk.bench.proctoring.staged import staged
from kiosk.bench.proctoring.watching import judged
from kiosk.exam.proctoring import Observation
from kiosk.exam.proctoring.machine import RuleEvent
from kiosk.exam.proctoring.rules import FollowUp, RuleId

PEOPLE = ["sample-0", "sample-1", "sample-2", "sample-3"]


@pytest.fixture(scope="module")
def report(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One short run of the command."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "kiosk", "bench", "proctoring", "--json"]
    command += ["--minutes", "0.75", "--weights", str(weights), "--pictures", "look"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def _said(report: dict[str, Any], name: str) -> set[str]:
    found = [one for one in report["sequences"] if one["name"].startswith(name)]
    assert len(found) == 1
    return {said["rule"] for said in found[0]["said"]}


def test_a_short_run_counts_misses_and_false_incidents(report: dict[str, Any]) -> None:
    assert report["honest_minutes"] == pytest.approx(0.75, abs=0.06)
    assert report["staged_minutes"] > 1
    assert report["rules"]["face_covered"]["staged"] == 1
    assert report["rules"]["nobody"]["staged"] == 1
    assert report["false_incidents_per_minute"] >= 0


def test_no_honest_person_is_reported_as_urgent(report: dict[str, Any]) -> None:
    assert report["urgent_false_incidents"] == 0


def test_a_mask_is_noticed(report: dict[str, Any]) -> None:
    assert "face_covered" in _said(report, "mask_blue")
    assert report["rules"]["face_covered"]["missed"] == 0


def test_an_empty_seat_before_a_plain_wall_is_no_covered_lens(report: dict[str, Any]) -> None:
    said = _said(report, "empty seat")
    assert "nobody" in said
    assert "covered" not in said
    assert "covered" in _said(report, "lens, tape")


def test_a_head_on_the_desk_is_nobody_else(report: dict[str, Any]) -> None:
    said = _said(report, "head on the desk")
    assert "turned_away" in said
    assert "another_person" not in said


def test_honest_scripts_show_every_behaviour_and_last_as_long_as_asked() -> None:
    scripts = honest(PEOPLE, 36, PEOPLE)
    assert sum(one.seconds for one in scripts) == pytest.approx(36 * 60, rel=0.02)
    assert {one.name.split(" · ")[0] for one in scripts} == set(BEHAVIOURS)
    assert len({one.reference for one in scripts}) == len(PEOPLE)
    assert all(one.honest for one in scripts)


def test_every_staged_scene_is_shown_by_two_people() -> None:
    scripts = staged(PEOPLE, [("sample-0", "sample-1")], 2)
    names = [one.name for one in scripts]
    assert len(names) == len(set(names))
    kinds = [name.split(" · ")[0] for name in names]
    assert {kinds.count(kind) for kind in set(kinds)} == {1, 2}
    assert kinds.count("another person, sample-1") == 1


def test_a_cue_goes_there_and_back() -> None:
    cue = Cue(10, 10, {"yaw": 40.0, "props": ("cup",)}, ramp=4.0)
    script = Sequence("a script", 30, Shot("sample-0"), "sample-0", (cue,))
    yaws = [script.at(second).yaw - 4 * script.sway[second][3] for second in range(30)]
    assert yaws[9] == pytest.approx(0)
    assert yaws[10] == pytest.approx(10)
    assert yaws[14] == pytest.approx(40)
    assert yaws[19] == pytest.approx(10)
    assert yaws[20] == pytest.approx(0)
    assert [script.at(second).props for second in (9, 10, 19, 20)] == [(), ("cup",), ("cup",), ()]


def _started(rule: RuleId, at: float, follow_up: FollowUp = "warn") -> RuleEvent:
    return RuleEvent(rule, "started", at, at - 3, 1.0, 0.5, follow_up)


def test_too_early_too_late_and_wrong_are_told_apart() -> None:
    seen = [Observation(float(at), 1, 120, 40) for at in range(60)]
    expects = (Expect("nobody", 20, 10, ("out_of_frame",)),)
    events = [
        _started("nobody", 12),
        _started("out_of_frame", 25),
        _started("another_person", 30, "staff_urgent"),
        _started("too_dark", 31, "advice"),
        _started("nobody", 40),
    ]
    wrong = judged("left · somebody", expects, seen, events, [])
    good = judged("left · somebody", expects, seen, [_started("nobody", 26)], [])
    quiet = judged("sitting · somebody", (), seen, [_started("nobody", 26)], [])
    figures = summary([wrong, good, quiet])
    assert [notice.right for notice in wrong.notices] == [False, True, False, False, True]
    assert figures["rules"]["nobody"] == {
        "staged": 2, "missed": 1, "median_s": 6, "worst_s": 6,
        "false": 1, "false_beside": 1, "advice": 0,
    }  # fmt: skip
    assert figures["urgent_false_incidents"] == 1
    assert figures["false_incidents_per_minute"] == 1.0
    assert figures["rules"]["too_dark"]["advice"] == 1
    assert "false   sitting · somebody: nobody at 26 s" in text(figures)
    assert "missed  left · somebody: nobody" in text(figures)
