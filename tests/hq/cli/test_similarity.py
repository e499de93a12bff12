"""``hq similarity``: run, list, show, report; and measure, which needs no headquarters."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.hq.cli import main
from sync.hq.similarity import measure
from sync.hq.similarity.simulation import World
from tests.hq.desk import Desk
from tests.hq.similarity.world import Examined


def run(desk: Desk, command: str, *rest: str) -> Result:
    arguments = ["similarity", command, "--data", str(desk.data / "hq"), *rest]
    return CliRunner().invoke(main, arguments)


def test_from_run_to_report(examined: Examined, tmp_path: Path) -> None:
    desk, exam = examined.desk, examined.exam
    made = run(desk, "run", "--sitting", exam.sitting)
    assert made.exit_code == 0, made.output
    assert "30 candidates  1 strong, 0 notable, 1 with shared passages" in made.output
    (listed,) = json.loads(run(desk, "list", "--json").output)
    assert listed["id"] in made.output
    shown = run(desk, "show", listed["id"], "--pair", "1").output
    assert "same_wrong" in shown
    assert "2026S0008  2026S0009  neighbours" in shown
    assert "2026S0021" not in shown
    for name in ("r.pdf", "r.json", "r.csv"):
        written = run(desk, "report", listed["id"], "--out", str(tmp_path / name))
        assert written.output.startswith("2 pairs written"), written.output
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    refused = run(desk, "report", listed["id"], "--out", str(tmp_path / "r.doc"))
    assert refused.exit_code == 2
    assert not (tmp_path / "r.doc").exists()


def test_a_sitting_without_answers_is_an_error(desk: Desk) -> None:
    refused = run(desk, "run", "--sitting", desk.sitting)
    assert refused.exit_code == 1
    assert "No results with answers" in refused.output
    assert run(desk, "show", "nothing").exit_code == 1


def test_a_seed_gives_the_same_figures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(measure, "HONEST", (("20 candidates", World(20, items=20), 3),))
    monkeypatch.setattr(measure, "COPYING", ((20, 2),))
    monkeypatch.setattr(measure, "SHARES", (1.0,))
    monkeypatch.setattr(measure, "TIMED", (40, 20))
    first, again = (measure.measure(5, 1) for _ in range(2))
    assert replace(first, seconds=0) == replace(again, seconds=0)
    assert first.false_alarms[0].strong == 0
    assert [power.way for power in first.power] == list(measure._WAYS)
    plot = tmp_path / "plot.svg"
    printed = CliRunner().invoke(main, ["similarity", "measure", "--plot", str(plot)])
    assert printed.exit_code == 0, printed.output
    assert "1,000 candidates, 100 questions" in printed.output
    assert plot.read_text(encoding="utf-8").startswith("<svg ")
