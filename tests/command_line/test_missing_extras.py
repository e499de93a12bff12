"""Commands of a machine on which an extra is not installed: one line, no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT = """
import sys
for name in sys.argv.pop(1).split(","):
    sys.modules[name] = None  # as Python has it for a module that is not there
from {cli} import main
main()
"""
HQ = ("sqlalchemy", "scipy", "openpyxl", "boto3", "alembic")
VISION = ("cv2", "onnxruntime", "onnx")
PAIRS = "file_x,file_y,decision\na.jpg,b.jpg,Yes\n"


def run(cli: str, without: tuple[str, ...], *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command line in a process in which some modules cannot be imported."""
    code = WITHOUT.format(cli=cli)
    command = [sys.executable, "-c", code, ",".join(without), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    ("cli", "without", "words", "extra"),
    [
        ("kiosk.cli", VISION, ("serve",), "centre"),
        ("kiosk.cli", ("apscheduler", "sqlite_utils"), ("check",), "centre"),
        ("kiosk.cli", HQ, ("rehearse",), "rehearsal"),
        ("kiosk.cli", HQ, ("demo",), "rehearsal"),
        ("kiosk.cli", HQ, ("bench", "answers"), "rehearsal"),
        ("kiosk.cli", ("insightface",), ("models", "install", "buffalo_l"), "insightface"),
        (
            "kiosk.cli",
            ("insightface",),
            ("models", "install", "insightface-liveness"),
            "insightface",
        ),
        ("kiosk.cli", ("scipy", "matplotlib"), ("models", "evaluate", "PAIRS"), "evaluate"),
        ("sync.hq.cli", HQ, ("serve",), "hq"),
        ("sync.hq.cli", ("apscheduler",), ("bench",), "rehearsal"),
        ("sync.hq.cli", VISION, ("portraits", "check"), "hq,vision"),
    ],
)
def test_a_command_names_the_extra_that_it_lacks(
    tmp_path: Path, cli: str, without: tuple[str, ...], words: tuple[str, ...], extra: str
) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(PAIRS)
    said = run(cli, without, *(pairs if word == "PAIRS" else word for word in words))
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 1
    assert said.stderr.endswith(f"Run: pip install 'exam-kiosk[{extra}]'\n")


def test_headquarters_offers_the_check_of_portraits_where_it_can_be_done() -> None:
    code = "import sys\n{}\nfrom sync.hq.cli.portraits import can_judge\nprint(can_judge())"
    for prepare, answer in (("", "True"), ("sys.modules['cv2'] = None", "False")):
        command = [sys.executable, "-c", code.format(prepare)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        assert said.stdout.strip() == answer
