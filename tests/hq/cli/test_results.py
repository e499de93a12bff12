"""Results at the command line: all of them, and the proof that they follow from what is stored."""

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from sync.hq.cli import main
from sync.hq.persistence.result_tables import result_versions
from tests.hq.desk import Desk
from tests.hq.release.hall import key_of, right_answers, seat_people, send


@pytest.fixture
def sat(desk: Desk) -> Desk:
    """Two candidates whose results have arrived."""
    seat_people(desk)
    for number in range(2):
        send(desk, number, right_answers(desk))
    return desk


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--data", str(desk.data / "hq")])


def alter(desk: Desk) -> None:
    """Change a stored result as whoever controls the database can."""
    with desk.hq.storage.database.write() as connection:
        mine = result_versions.c.attempt_id == key_of(1).attempt_id
        connection.execute(update(result_versions).where(mine).values(digest="0" * 64))


def test_results_that_follow_from_what_is_stored_are_proved(sat: Desk) -> None:
    done = run(sat, "recompute")
    assert (done.exit_code, "Every result follows" in done.stdout) == (0, True)
    assert json.loads(run(sat, "recompute", "--json").stdout) == {"changed": 0, "differing": []}


def test_a_result_that_differs_is_named_and_gets_a_new_version(sat: Desk) -> None:
    alter(sat)
    done = run(sat, "recompute")
    assert done.exit_code == 1
    assert key_of(1).attempt_id in done.stdout
    assert key_of(0).attempt_id not in done.stdout
    stored = run(sat, "recompute", "--store")
    assert (stored.exit_code, "1 results" in stored.stdout) == (0, True)
    assert [version.cause for version in sat.hq.results.versions(key_of(1))] == [
        "recomputed",
        "received",
    ]
    assert run(sat, "recompute").exit_code == 0


def test_the_list_has_every_result(sat: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.hq.results.listing.MOST", 1)
    assert len(json.loads(run(sat, "results", "--json").stdout)) == 2
