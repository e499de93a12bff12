"""The units name programs that exist where their own instructions install them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
NAMES = {"exam-kiosk": "kiosk", "exam-hq": "hq"}


@pytest.mark.parametrize(("unit", "program"), NAMES.items())
def test_a_unit_does_what_its_instructions_prepare(unit: str, program: str) -> None:
    text = (UNITS / f"{unit}.service").read_text(encoding="utf-8")
    state = f"/var/lib/{unit}"
    assert f"ExecStart=/opt/exam-kiosk/bin/{program} serve --data {state}\n" in text
    assert f"StateDirectory={unit}\n" in text
    assert "#   python3 -m venv /opt/exam-kiosk\n" in text
    assert re.findall(r"--data (\S+)", text) == [state] * len(re.findall("--data", text))
    runs = re.findall(r"runuser -u (\S+) -- (\S+)", text)
    assert {user for user, _ in runs} == {unit}
    assert {Path(command).parent for _, command in runs} == {Path("/opt/exam-kiosk/bin")}
    assert f"u {unit} - " in (UNITS / f"{unit}.sysusers").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", NAMES)
def test_systemd_takes_the_unit_and_finds_it_locked_up(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    text = (UNITS / f"{unit}.service").read_text(encoding="utf-8")
    path = tmp_path / f"{unit}.service"
    path.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", text))
    for words in (["verify"], ["security", "--offline=true", "--threshold=20"]):
        command = ["systemd-analyze", *words, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
