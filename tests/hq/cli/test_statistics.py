"""The commands of statistics: computed, shown, exported for people and programs."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from sync.hq.cli import main
from tests.hq.desk import Desk
from tests.hq.statistics.sat import Hall, two_centres


@pytest.fixture
def hall(desk: Desk) -> Hall:
    hall = two_centres(desk)
    hall.hand_in()
    return hall


def run(desk: Desk, *words: object, code: int = 0) -> str:
    given = ["statistics", *map(str, words), "--sitting", desk.sitting]
    done = CliRunner().invoke(main, [*given, "--data", str(desk.data / "hq")])
    assert done.exit_code == code, done.output
    return done.output


def test_figures_are_computed_shown_and_exported(hall: Hall, tmp_path: Path) -> None:
    desk = hall.desk
    assert "36 complete" in run(desk, "run")
    shown = run(desk, "show")
    assert "reliability" in shown
    assert "items to look at" in shown
    found = json.loads(run(desk, "show", "--json"))
    assert (found["stale"], len(found["items"])) == (False, found["figures"]["forms"][0]["items"])
    rows = list(csv.DictReader(run(desk, "export", "--table", "items", "--csv", "-").splitlines()))
    assert len(rows) == len(found["items"])
    everything = json.loads(run(desk, "export", "--json", "-"))
    assert len(everything["items"]) == len(rows)
    book = tmp_path / "figures.xlsx"
    run(desk, "export", "--xlsx", book)
    assert load_workbook(book).sheetnames == list(everything)


def test_what_cannot_be_done_says_so(desk: Desk) -> None:
    assert "no result of this paper counts yet" in run(desk, "run", code=1)
    run(desk, "show", code=1)
    assert "name it with --table" in run(desk, "export", "--csv", "-", code=2)
    assert "name a file" in run(desk, "export", code=2)
