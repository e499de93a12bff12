"""This version opens what each released version has stored, with all that is in it.

``tests/data/VERSION`` was made by that version: see CONTRIBUTING. It is never made again by a later
one.
"""

import json
import re
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from packaging.version import Version
from sqlite_utils import Database

from kiosk import __version__
from kiosk.cli import main as kiosk
from kiosk.exam.attempt.states import AttemptState
from kiosk.store.exam import attempts
from kiosk.store.sqlite.database import DATABASE
from kiosk.store.sqlite.opening import open_reader
from kiosk.system import entropy, new_id
from sync.hq.cli import main as hq
from sync.hq.services import open_headquarters
from tools.data_directory import (
    STAFF,
    Clock,
    centre_contents,
    exchange,
    headquarters_contents,
    make,
    open_centre,
    unpack,
)

DATA = Path(__file__).parent / "data"
VERSIONS = sorted((path.name for path in DATA.iterdir()), key=Version)
CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
RELEASED = re.compile(r"^## \[?(\d+\.\d+\.\d+)\]?", re.MULTILINE)
FIRST = Version("0.2.0")


class Directories:
    """A version's two data directories, unpacked, and what was in them."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.centre = unpack(source / "centre.tar.xz", folder)
        self.hq = unpack(source / "headquarters.tar.xz", folder)
        self.expected: dict[str, Any] = json.loads((source / "expected.json").read_text("utf-8"))
        self.stick = folder / "stick"
        self.stick.mkdir()

    def clock(self) -> Clock:
        """Some minutes after the last thing that happened, in another boot."""
        made = datetime.fromisoformat(self.expected["made_at"])
        return Clock(made + timedelta(minutes=5), 60, "later")


@pytest.fixture(params=VERSIONS)
def directories(request: pytest.FixtureRequest, tmp_path: Path) -> Directories:
    return Directories(DATA / request.param, tmp_path)


def run(command: object, *words: object) -> str:
    result = CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.stdout


def stored(data: Path) -> dict[str, Any]:
    with closing(open_reader(data / DATABASE).conn) as conn:
        found: dict[str, Any] = json.loads(json.dumps(centre_contents(Database(conn))))
    return found


def test_every_released_version_has_its_directories() -> None:
    released = RELEASED.findall(CHANGELOG.read_text("utf-8"))
    assert {version for version in released if Version(version) >= FIRST} <= set(VERSIONS)
    assert [version for version in VERSIONS if Version(version) > Version(__version__)] == []


def test_a_centre_of_that_version_is_opened_and_whole(directories: Directories) -> None:
    assert STAFF in run(kiosk, "staff", "list", "--data", directories.centre)  # migrates
    said = json.loads(run(kiosk, "check", "--thorough", "--json", "--data", directories.centre))
    levels = {(found["what"], found["level"]) for found in said}
    wanted = (
        "settings",
        "keys",
        "certificate",
        "database",
        "package",
        "keys of sittings",
        "pictures",
    )
    assert {(what, "ok") for what in wanted} <= levels
    assert stored(directories.centre) == directories.expected["centre"]


def test_headquarters_of_that_version_is_opened_and_whole(directories: Directories) -> None:
    place = ("--data", directories.hq, "--json")
    report = json.loads(run(hq, "storage", "check", *place))
    assert (report["database"]["problem"], report["blobs"]["problem"]) == ("", "")
    expected = directories.expected["headquarters"]
    results = [
        {name: str(result[name]) for name in expected["results"][0]}
        for result in json.loads(run(hq, "results", *place))
    ]
    assert results == expected["results"]
    assert json.loads(run(hq, "audit", "verify", *place))["whole"]
    log = json.loads(run(hq, "audit", "list", *place))
    assert expected["audit_log"]["head"] in {event["hash"] for event in log}


def test_an_account_of_that_version_keeps_what_it_could_do(directories: Directories) -> None:
    place = ("--data", directories.hq, "--json")
    (account,) = json.loads(run(hq, "accounts", "list", *place))
    roles = {grant["role"] for grant in account["grants"]}
    assert {"author", "registrar", "administrator"} <= roles


def test_the_exam_goes_on_and_the_waiting_result_is_confirmed(directories: Directories) -> None:
    clock, expected = directories.clock(), directories.expected["centre"]
    (candidates,) = [sitting["candidates"] for sitting in expected["sittings"]]
    (waiting,) = expected["outbox"]["waiting"]
    with (
        closing(open_headquarters(directories.hq, clock, new_id, entropy)) as headquarters,
        open_centre(directories.centre, clock) as centre,
    ):
        (sitting,) = centre.hall.sittings.list()
        answering = [
            centre.hall.attempts.view(attempt.id)
            for attempt in attempts.of_sitting(centre.context.store.read(), sitting.id)
            if attempt.state is AttemptState.IN_PROGRESS
        ]
        assert {view.admission_no: view.answers for view in answering} == {
            number: candidate["answers"]
            for number, candidate in candidates.items()
            if candidate["state"] == "in_progress"
        }
        exchange(directories.stick, centre, headquarters)
        received = headquarters_contents(headquarters)
    assert waiting in {result["bundle_id"] for result in received["results"]}
    assert stored(directories.centre)["outbox"]["waiting"] == []


def test_this_version_makes_directories_of_its_own(tmp_path: Path) -> None:
    made = make(tmp_path / "made")
    assert made.name == __version__
    found = Directories(made, tmp_path)
    assert stored(found.centre) == found.expected["centre"]
