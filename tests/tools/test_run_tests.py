"""All tests in four runs; each run's result is among the last lines."""

import re
from pathlib import Path

import pytest

from tests.tools.conftest import Machine

ROOT = Path(__file__).parents[2]
RUNS = (
    "scripts of the pages",
    "all but browsers",
    "headquarters, on PostgreSQL and S3",
    "in a real browser",
)


@pytest.fixture
def python(machine: Machine) -> Machine:
    """An interpreter that writes down what it should do, and fails where FAIL is mentioned."""
    machine.program("initdb")
    machine.program(
        "python",
        f'echo "$*" >> {machine.path}/python.log',
        'case "$*" in *FAIL*) exit 1 ;; *NONE*) exit 5 ;; esac',
    )
    machine.program("node", f'echo "node $*" >> {machine.path}/python.log')
    return machine


def asked(machine: Machine) -> list[str]:
    return (machine.path / "python.log").read_text().splitlines()


def test_all_tests_are_four_runs(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"))
    scripts, first, backends, browser = asked(python)
    assert done.returncode == 0
    assert scripts == "node --test tests/js/**/*.test.js"
    assert "--ignore tests/e2e" in first
    assert backends.startswith("-m tests.servers")
    assert "tests/hq/persistence/test_workers.py" in first
    assert "test_workers" not in backends
    ignored = re.findall(r" --ignore (\S+)", backends)
    assert {"tests/hq/cli", "tests/hq/test_phrases.py"} < set(ignored)
    assert ignored == sorted(ignored)
    assert [path for path in ignored if not (ROOT / path).exists()] == []
    assert browser.endswith(" --no-loadscope-reorder --max-worker-restart 0 tests/e2e")
    last = done.stdout.splitlines()[-4:]
    assert all(name in line for name, line in zip(RUNS, last, strict=True))


def test_a_path_is_one_run(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "-x", "tests/faults")
    assert (done.returncode, len(asked(python))) == (0, 1)
    assert asked(python)[0].endswith("-x tests/faults")


def test_a_path_of_a_script_is_a_run_of_node(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "tests/js/common/x.test.js")
    assert (done.returncode, asked(python)) == (0, ["node --test tests/js/common/x.test.js"])


def test_a_failed_run_is_named_and_the_others_still_run(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "-k", "FAIL")
    assert (done.returncode, len(asked(python))) == (1, 3)
    assert [line.split()[0] for line in done.stdout.splitlines()[-3:]] == ["FAILED"] * 3


def test_no_test_at_all_is_a_failure(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "-k", "NONE")
    assert done.returncode == 1
