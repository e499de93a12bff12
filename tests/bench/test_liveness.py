"""The liveness benchmark: real looks, few of them; its figures are judged by people."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.bench.liveness.attacks import Hand
from kiosk.bench.liveness.heads import heads_of_frames, sample_heads
from kiosk.bench.liveness.looks import Bench, Plan, Tally
from kiosk.bench.liveness.report import LABEL, report, text
from kiosk.exam.checkin.liveness import Ask, FaceCheckRules, FaceCheckSession
from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring import Observation
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.engine import FaceEngine
from kiosk.vision.samples import HEIGHT, WIDTH
from kiosk.vision.workers.loading import EngineSpec, load_engine


@pytest.fixture(scope="module")
def engine(weights: Path) -> FaceEngine:
    """The embedded pack."""
    return load_engine(EngineSpec(DEFAULT_PACK, weights))


def ended(late: bool) -> FaceCheckSession:
    """A face check without liveness that nobody came to, or that still goes on."""
    session = FaceCheckSession(FaceCheckRules(liveness="off"), Bands(0.4, 0.25), (), started_at=0.0)
    frames = [(100.0, None)] if late else [(n / 2, 0.6) for n in range(1, 5)]
    for at, match in frames:
        seen = Observation(at, 1, 120, 50, change=4.0, yaw=0.0, match=match)
        session.see(seen, 0.7)
    return session


def test_rates_count_the_right_looks() -> None:
    tally = Tally()
    for late in (False, False, False, True):
        tally.add(ended(late))
    assert (tally.face_checks, tally.through, tally.not_begun) == (4, 3, 1)
    assert tally.flaws == {"too_slow": 1}
    assert tally.bands == {"pass": 3}
    assert (tally.apcer.value, tally.bpcer.value) == (0.75, 0.25)
    assert tally.bpcer.at_most == pytest.approx(0.7514, abs=1e-4)


def test_the_report_sums_flat_pictures_and_says_what_it_is() -> None:
    print_, film = Tally(face_checks=10, through=1), Tally(face_checks=5, through=5)
    found = report(
        {"slow": Tally(face_checks=8, through=8)}, {"print, bent": print_, "screen": film}
    )
    assert found["prints_and_moved_pictures"] == {
        "face_checks": 10,
        "apcer": 0.1,
        "at_most": 0.3942,
    }
    assert found["people_in_all"]["bpcer"] == 0
    assert text(found).startswith(LABEL)
    assert "ISO/IEC 30107-3" in LABEL


def test_frames_of_a_head_are_read_by_the_angle_in_their_name(tmp_path: Path) -> None:
    for name, grey in (("00_+00", 10), ("05_-06", 20), ("24_+30", 30), ("note", 40)):
        (tmp_path / "head").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "head" / f"{name}.png"), np.full((48, 64, 3), grey, np.uint8))
    (tmp_path / "empty").mkdir()
    (head,) = heads_of_frames(tmp_path)
    assert [int(head.seen(yaw).mean()) for yaw in (0, 2, -4, 20, 90)] == [10, 10, 20, 30, 30]
    assert (head.name, head.furthest) == ("head", 6.0)
    assert head.seen().shape == (HEIGHT, WIDTH, 3)


def test_a_hand_follows_what_is_asked() -> None:
    hand = Hand(np.random.default_rng(1))
    sides = []
    for number in range(1, 17):
        hand.follow(Ask.LEFT if number <= 8 else Ask.FRONT, number / 2)
        sides.append(hand.side)
    assert max(sides) == 1.0
    assert (sides[-1], hand.asked) == (0.0, 2)


def test_people_come_through_and_prints_do_not(engine: FaceEngine) -> None:
    heads = sample_heads(engine)
    people = dict(Bench(engine, heads[2:3], Plan(1, kinds=("swings past",))).people())
    assert people["swings past"].through == 1
    short = Plan(1, rules=FaceCheckRules(stage_seconds=5), kinds=("print, turned",))
    attacks = dict(Bench(engine, heads[2:3], short).attacks())
    assert (attacks["print, turned"].face_checks, attacks["print, turned"].through) == (1, 0)


def test_the_command_prints_every_figure(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "bench", "liveness", "--json"]
    command += ["--face-checks", "1", "--kind", "film of other turns", "--kind", "swings past"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "ISO/IEC 30107-3" in found["label"]
    film = found["attacks"]["screen: film of other turns"]
    assert (film["face_checks"], film["apcer"], film["at_most"]) == (1, 0.0, 0.95)
    assert found["people"]["swings past"]["face_checks"] == 1
