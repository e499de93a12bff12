"""All tests in three runs; each run's result is among the last lines."""

import pytest

from tests.tools.conftest import Machine

RUNS = ("all but browsers", "headquarters, on PostgreSQL and S3", "in a real browser")


@pytest.fixture
def python(machine: Machine) -> Machine:
    """An interpreter that writes down what it should do, and fails where FAIL is mentioned."""
    machine.program("initdb")
    machine.program(
        "python",
        f'echo "$*" >> {machine.path}/python.log',
        'case "$*" in *FAIL*) exit 1 ;; *NONE*) exit 5 ;; esac',
    )
    return machine


def asked(machine: Machine) -> list[str]:
    return (machine.path / "python.log").read_text().splitlines()


def test_all_tests_are_three_runs(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"))
    first, backends, browser = asked(python)
    assert done.returncode == 0
    assert "--ignore tests/e2e" in first
    assert backends.startswith("-m tests.servers")
    assert backends.endswith(" tests/hq")
    assert browser.endswith(" --dist loadfile tests/e2e")
    last = done.stdout.splitlines()[-3:]
    assert all(name in line for name, line in zip(RUNS, last, strict=True))


def test_a_path_is_one_run(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "-x", "tests/faults")
    assert (done.returncode, len(asked(python))) == (0, 1)
    assert asked(python)[0].endswith("-x tests/faults")


def test_a_failed_run_is_named_and_the_others_still_run(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "-k", "FAIL")
    assert (done.returncode, len(asked(python))) == (1, 3)
    assert [line.split()[0] for line in done.stdout.splitlines()[-3:]] == ["FAILED"] * 3


def test_no_test_at_all_is_a_failure(python: Machine) -> None:
    done = python.run("run-tests", str(python.path / "python"), "-k", "NONE")
    assert done.returncode == 1
