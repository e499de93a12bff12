"""A change of headquarters' keys is killed between any two steps that it makes durable."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.faults.counts import count
from tests.faults.process import killed_at
from tests.hq.desk import BY, CODE, Desk, open_again, open_desk

STEPS = ("prepare", "switch", "retire", "withdraw")
CALLS = [("rename", 1), ("fsync", 4), ("unlink", 1), ("fdatasync", 2), ("rename", 2), ("fsync", 9)]
REST = [("rename", 3), ("unlink", 2), *(("fsync", at) for at in range(1, 13))]
REST += [("fdatasync", at) for at in range(1, 6)]
SHORT = [(step, *point) for step, point in zip(("prepare", "switch"), CALLS, strict=False)]
ALL = [(step, *point) for point in (*CALLS, *REST) for step in STEPS]
POINTS = SHORT + [point for point in ALL if point not in SHORT]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    assert shutil.which("strace"), "strace is needed: sh tools/debian-packages faults"
    desk = open_desk(tmp_path)
    yield desk
    desk.hq.close()


def bring_before(desk: Desk, step: str) -> list[str]:
    """Do what comes before a step; gives the words of its command."""
    first = desk.hq.public_keys.key_id
    if step in ("switch", "retire"):
        desk.hq.key_changes.prepare(BY)
    if step == "retire":
        desk.hq.key_changes.switch(BY, anyway=True)
    more = {"prepare": [], "switch": ["--anyway"], "retire": [first, "--yes", "--anyway"]}
    return ["keys", step, *more.get(step, [first, "--yes"]), "--data", str(desk.data / "hq")]


def run(words: Sequence[str], trace: Sequence[str] = ()) -> int:
    command = [*trace, sys.executable, "-m", "sync.hq.cli", *words]
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.mark.parametrize(("step", "call", "number"), POINTS[: count("key_kills", 2, 84)])
def test_a_step_has_happened_or_it_has_not(desk: Desk, step: str, call: str, number: int) -> None:
    words, sealed = bring_before(desk, step), desk.bundle({})
    before = desk.hq.key_changes.view().number
    desk.hq.close()
    code = run(words, killed_at(call, number))
    desk.hq = open_again(desk)
    after = desk.hq.key_changes.view()
    assert after.number in (before, before + 1)
    if code == 0:
        assert after.number == before + 1
    elif after.number == before:
        desk.hq.close()
        assert run(words) == 0, "the step can be done again"
        desk.hq = open_again(desk)
    assert desk.hq.key_changes.view().number == before + 1
    assert desk.hq.audit_log.verify().broken_at is None
    assert desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
