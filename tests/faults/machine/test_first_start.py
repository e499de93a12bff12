"""The mains end at any moment of a first start: it can be begun again, and what was done is done.

The steps of `kiosk init`, `kiosk enrol` and the first `kiosk serve` (of headquarters: `hq init`
and `hq serve`) are recorded once. Then the disk is made as a power cut may leave it, and whoever
set the machine up goes on with the step that had not finished.
"""

import shutil
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from kiosk.exam.errors import ExamError
from tests.faults.counts import count
from tests.faults.first_start import STEPS
from tests.faults.power_cut import Disk, Kept, record, traceable

CUTS = count("first_cuts", 6, 300)
RECORD_SECONDS = 300


def go_on(kind: str, base: Path, done: list[str]) -> str:
    """Repeat the steps that were not finished; says how that ended."""
    for name, step in STEPS[kind].items():
        if name in done and name != "serve":
            continue
        try:
            result = step(base)
        except ExamError as error:
            return f"{name}: {error}"
        if result is None or result.exit_code == 0 or "already" in result.output:
            continue
        assert isinstance(result.exception, SystemExit), result.exception
        return f"{name}: {result.output.strip().splitlines()[-1]}"
    return "serves"


CARELESS = """
import os, sys
folder = sys.argv[1]
with open(f"{folder}/part", "wb") as file:
    file.write(b"a secret")
os.rename(f"{folder}/part", f"{folder}/key")
"""


@pytest.mark.parametrize(
    ("kept", "found"),
    [(Kept.NOTHING, {}), (Kept.NAMES, {"key": b""}), (Kept.HALF, {"key": b"a se"}),
     (Kept.ALL, {"key": b"a secret"})],
)  # fmt: skip
def test_the_replay_forgets_what_nobody_waited_for(
    tmp_path: Path, kept: Kept, found: dict[str, bytes]
) -> None:
    if not traceable():
        pytest.skip("system calls cannot be recorded here")
    folder, after = tmp_path / "recorded", tmp_path / "after"
    folder.mkdir()
    after.mkdir()
    disk = Disk(folder)
    for call in record([sys.executable, "-c", CARELESS, str(folder)], tmp_path / "trace", 60):
        if disk.concerns(call):
            disk.apply(call)
    disk.write_to(after, kept)
    assert {path.name: path.read_bytes() for path in after.iterdir()} == found


@pytest.mark.parametrize("kind", ["centre", "hq"])
def test_a_first_start_survives_a_power_cut_at_any_moment(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.wire.delivery.emergency.KEY_BITS", 2048)  # made very often here
    if not traceable():
        pytest.skip("system calls cannot be recorded here")
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    command = [sys.executable, "-m", "tests.faults.first_start", kind, str(recorded)]
    calls = record(command, tmp_path / "trace", RECORD_SECONDS)
    calls = [call for call in calls if Disk(recorded / "data").concerns(call)]
    random, ends = Random(7), Counter[str]()  # noqa: S311  # only where to cut
    for number in range(CUTS):
        kept = list(Kept)[number % len(Kept)]
        at = random.randrange(1, len(calls))
        disk, base = Disk(recorded / "data"), tmp_path / f"cut-{number}"
        for call in calls[:at]:
            disk.apply(call)
        (base / "data").mkdir(parents=True)
        disk.write_to(base / "data", kept)
        end = go_on(kind, base, disk.done)
        ends[end] += 1
        if end != "serves":
            print(f"cut {at} of {len(calls)} ({kept.value}): {end}", file=sys.stderr)
        assert end == "serves" or not disk.done, (at, kept, end)
        shutil.rmtree(base)
    print(f"\n{kind}: {CUTS} cuts at {len(calls)} requests: {dict(ends)}", file=sys.stderr)
    assert ends["serves"] == CUTS
