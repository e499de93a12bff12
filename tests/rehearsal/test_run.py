"""The real thing, small: five candidates through real servers and back."""

import json
import subprocess
import sys
from pathlib import Path


def test_a_rehearsal_finds_nothing_lost(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "rehearse", "--candidates", "5", "--json"]
    command += ["--minutes", "0.1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["lost_answers"] == 0
    assert figures["bundles_delivered"] == figures["receipts_matched"] == 5
    assert figures["impostors_tried"] == 1
    assert figures["impostors_passed"] == 0
    assert figures["frames_sent"] > 0
    groups = [(group["room"], group["paper"]) for group in figures["groups"]]
    assert groups == [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]
    assert sum(group["scored"] for group in figures["groups"]) == 5
    assert figures["postponed_s"] >= figures["paused_s"] > 0
