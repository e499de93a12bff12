"""``hq items import``: each item is shown before it is stored, and nothing is stored unsaid."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hq.cli.test_desk import Desk, bank

PROGRAMME = ("--programme", "carbon-manager")
HEAD = "题号,题型,科目,领域,题干,A,B,答案,解析\n"
CHOICE = "{id},单选,碳排放管理理论,双碳目标政策,{stem},甲,乙,{key},因为\n"

FIRST, OTHER, THIRD = (
    {"id": "A1", "stem": "碳排放配额是什么"},
    {"id": "A1", "stem": "谁负责核查温室气体报告"},
    {"id": "A2", "stem": "第三题"},
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sheet(desk: Desk, *rows: dict[str, str], name: str = "bank.csv") -> str:
    lines = [CHOICE.format(**{"key": "B", **row}) for row in rows]
    return desk.file(name, (HEAD + "".join(lines)).encode())


def run(desk: Desk, path: str, *more: str) -> Any:
    return desk.run("items", "import", path, *PROGRAMME, *more)


def ids(desk: Desk) -> list[str]:
    return [item["id"] for item in desk.json("items", "list", *PROGRAMME)]


def test_a_check_shows_each_item_as_a_candidate_will_see_it(desk: Desk) -> None:
    done = run(desk, sheet(desk, {"id": "A1", "stem": "水是 H<sub>2</sub>O"}), "--check")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:6] == [
        "[1] A1  new  row 2",
        "    single choice · 2 points · theory · policy",
        "    水是 H_(2)O",
        "      A. 甲",
        "    * B. 乙",
        "    Rationale: 因为",
    ]
    assert "Nothing was stored. The file has: 1 new" in done.stdout
    assert ids(desk) == []


def test_a_changed_item_is_shown_old_and_new(desk: Desk) -> None:
    desk.ok("items", "import", sheet(desk, {"id": "A1", "stem": "第一个问题"}), *PROGRAMME)
    done = run(desk, sheet(desk, {"id": "A1", "stem": "第一个问题？", "key": "A"}), "--check")
    assert "[1] A1  changed  row 2" in done.stdout
    assert "  - 第一个问题\n  + 第一个问题？" in done.stdout
    assert "  - * B. 乙" in done.stdout


def test_what_is_left_out_is_shown_with_its_problems(desk: Desk) -> None:
    path = sheet(desk, {"id": "A1", "stem": "一"}, {"id": "A2", "stem": "二", "key": "C"})
    done = run(desk, path, "--check", "--state", "left_out")
    assert done.exit_code == 1
    assert "[2] A2  LEFT OUT  row 3\n    type: single_choice\n    二" in done.stdout
    assert "! row 3" in done.stdout
    assert "A1" not in done.stdout


def test_an_item_with_a_problem_keeps_the_file_out_until_something_is_said(desk: Desk) -> None:
    path = sheet(desk, {"id": "A1", "stem": "一"}, {"id": "A2", "stem": "二", "key": "C"})
    done = run(desk, path)
    assert (done.exit_code, ids(desk)) == (1, [])
    assert "Nothing was stored" in done.stdout
    assert "1 new, 0 changed, 0 as before, 1 left out" in run(desk, path, "--leave-out").stdout
    assert ids(desk) == ["A1"]


def test_only_what_was_named_is_stored(desk: Desk) -> None:
    path = sheet(desk, *({"id": f"A{n}", "stem": "一二三四五"[n:]} for n in range(3)))
    assert run(desk, path, "--only", "A1").exit_code == 0
    assert ids(desk) == ["A1"]
    assert run(desk, path, "--only", "nothing").exit_code == 2


def test_only_an_item_with_a_problem_stores_nothing(desk: Desk) -> None:
    path = sheet(desk, {"id": "A1", "stem": "一"}, {"id": "A2", "stem": "二", "key": "C"})
    done = run(desk, path, "--only", "A2")
    assert (done.exit_code, ids(desk)) == (1, [])


@pytest.mark.parametrize("more", [[], ["--leave-out"]])
def test_success_is_not_said_where_nothing_was_stored(desk: Desk, more: list[str]) -> None:
    for path in (
        sheet(desk, {"id": "A2", "stem": "二", "key": "C"}),
        desk.file("empty.gift", b""),
        desk.file("unsupported.gift", "::Q:: 配对 {=a -> b =c -> d}\n".encode()),
    ):
        done = run(desk, path, *more)
        assert done.exit_code == 1, path
        assert "Nothing was stored" in done.output


def test_a_file_that_is_in_the_bank_already_is_fine(desk: Desk) -> None:
    bank(desk)
    done = desk.run("items", "import", str(Path("config/items/carbon-manager.toml").resolve()))
    assert done.exit_code == 0
    assert "Nothing was stored. The file has: 0 new, 0 changed, 95 as before" in done.stdout


def test_clashes_are_listed_and_store_nothing_until_decided(desk: Desk) -> None:
    run(desk, sheet(desk, FIRST))
    done = run(desk, sheet(desk, OTHER, THIRD))
    assert (done.exit_code, ids(desk)) == (1, ["A1"])
    assert "! A1: the bank has another item with this id" in done.stderr
    assert "--clashes" in done.stderr


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        ("replace", ["A1", "A2"]),
        ("separate", ["A1", "A1-2", "A2"]),
        ("skip", ["A1", "A2"]),
    ],
)
def test_clashes_are_decided_for_all(desk: Desk, decision: str, expected: list[str]) -> None:
    run(desk, sheet(desk, FIRST))
    assert run(desk, sheet(desk, OTHER, THIRD), "--clashes", decision).exit_code == 0
    assert ids(desk) == expected


def test_json_has_everything(desk: Desk) -> None:
    path = sheet(desk, {"id": "A1", "stem": "一"}, {"id": "A2", "stem": "二", "key": "C"})
    found = json.loads(run(desk, path, "--check", "--json").stdout)
    assert (found["added"], found["left_out"], found["stored"]) == (1, 1, False)
    new, out = found["items"]
    assert (new["id"], new["new"]["stem"], new["new"]["key"]) == ("A1", "一", ["B"])
    assert (out["state"], out["at"], out["values"]["stem"]) == ("left_out", "3", "二")
    assert out["problems"][0]["text"].startswith("row 3")


def test_an_import_is_listed_and_undone(desk: Desk) -> None:
    desk.ok("items", "import", sheet(desk, {"id": "A1", "stem": "一"}), *PROGRAMME)
    (stored,) = desk.json("items", "imports", *PROGRAMME)
    assert (stored["batch"], stored["counts"]["added"]) == ("bank", 1)
    asked = desk.run("items", "undo", stored["id"], "--reason", "wrong file")
    assert "A1  leaves the bank" in asked.stderr
    assert ids(desk) == ["A1"]
    desk.ok("items", "undo", stored["id"], "--reason", "wrong file", "--yes")
    assert ids(desk) == []
    assert "undone: wrong file" in desk.ok("items", "imports", *PROGRAMME)
    assert desk.run("items", "undo", stored["id"], "--reason", "again", "--yes").exit_code == 1


def test_columns_are_listed_and_chosen_and_the_choice_is_remembered(desk: Desk) -> None:
    path = desk.file("a.csv", "考核内容,A,B,答案\n单位是,吨,千克,A\n".encode())
    given = ("--subject", "theory", "--domain", "policy")
    listed = [line.split("\t") for line in run(desk, path, "--columns").stdout.splitlines()]
    assert [line[1:] for line in listed] == [
        ["考核内容", "–", "单位是"],
        ["A", "A", "吨"],
        ["B", "B", "千克"],
        ["答案", "key", "A"],
    ]
    assert run(desk, path, *given).exit_code == 1
    assert run(desk, path, *given, "--column", "考核内容=what").exit_code == 2
    assert run(desk, path, *given, "--column", "考核内容=stem").exit_code == 0
    done = run(desk, path, *given, "--check")
    assert "unchanged" in done.stdout or "as before" in done.stdout


def test_an_encoding_that_cannot_be_told_is_asked_about(desk: Desk) -> None:
    text = "Question,A,B,Answer\nLa capitale de la Suède?,Malmö,Göteborg,A\n"
    path = desk.file("a.csv", text.encode("latin-1"))
    given = ("--subject", "theory", "--domain", "policy", "--check")
    assert "windows-1252: La capitale de la Suède" in run(desk, path, *given).stderr
    assert "La capitale de la Suède?" in run(desk, path, *given, "--encoding", "latin-1").stdout
