"""``hq review``: status for scripts, lists and exports without texts about people, deletion."""

import json
from pathlib import Path

from tests.hq.cli.test_scans import run
from tests.hq.desk import Desk
from tests.hq.review.board import NOTHING, REVIEWER, SECOND, Board
from tests.hq.review.test_handed_pictures import PHONE, Stick, sat


def test_the_status_fails_until_nothing_is_open(desk: Desk) -> None:
    board = Board(desk)
    board.attempt("phone")
    told = json.loads(run(desk, "review", "status", "--json", code=1))
    assert told["incidents"]["open"] == 1
    number = board.only().number
    shown = board.review.incidents.judge(number, NOTHING, REVIEWER)
    if shown.state == "second":  # it was drawn
        board.review.incidents.judge(number, NOTHING, SECOND)
    assert "1 incidents settled" in run(desk, "review", "status")


def test_incidents_are_listed_and_exported_with_their_history(desk: Desk, tmp_path: Path) -> None:
    board = Board(desk)
    case = board.decided()
    (listed,) = json.loads(run(desk, "review", "list", "--rule", "phone", "--json"))
    assert (listed["rule"], listed["measured"]) == ("phone", 0.82)
    assert "Phone in view" in run(desk, "review", "list")
    out = tmp_path / "review.json"
    assert run(desk, "review", "export", "--out", out) == "1 incidents, 1 cases\n"
    document = json.loads(out.read_text(encoding="utf-8"))
    assert [act["step"] for act in document["cases"][0]["acts"]][-1] == "decided"
    assert document["cases"][0]["id"] == case.id
    assert "手机" not in out.read_text(encoding="utf-8")


def test_texts_are_deleted_when_their_time_is_over_and_steps_stay(desk: Desk) -> None:
    board = Board(desk)
    case = board.decided()
    assert run(desk, "review", "delete", "--yes") == "0 texts deleted\n"
    settings = desk.data / "hq" / "hq.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("keep_days = 3650", "keep_days = 1"), encoding="utf-8")
    assert run(desk, "review", "delete", "--yes") == "3 texts deleted\n"
    assert len(board.review.cases.acts(case.id)) == 5
    assert all(one.deleted_at for one in board.review.documents.of_case(case.id))


def test_brought_pictures_are_attached_and_deleted_in_time(desk: Desk, tmp_path: Path) -> None:
    board = Board(desk)
    sat(board, PHONE)
    path = tmp_path / "pictures.zip"
    path.write_bytes(Stick(board).data())
    assert run(desk, "review", "pictures", path) == (
        "pictures.zip: 1 pictures of 2026A0001 at BJ01, 1 new\n"
    )
    assert run(desk, "review", "delete", "--yes") == "0 texts deleted\n"
