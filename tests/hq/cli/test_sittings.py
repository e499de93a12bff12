"""A sitting from its papers to a move, a cancellation and a repeat, command by command."""

from pathlib import Path

import pytest

from tests.hq.applicants import number
from tests.hq.cli.test_desk import NEXT, Desk, bank, centre, sitting
from tests.hq.desk import CODE
from tests.hq.results.parts_office import programme

SKILLS = ("--programme", "carbon-skills")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An HQ with one centre."""
    desk = Desk(tmp_path)
    centre(desk)
    return desk


def test_papers_and_rooms_are_arranged(desk: Desk) -> None:
    one = sitting(desk)
    assert "22 papers" in desk.ok("sittings", "add-papers", one, *SKILLS, "--all-papers")
    assert "21 papers" in desk.ok("sittings", "remove-paper", one, "22")
    refused = desk.run("sittings", "add-papers", one, *SKILLS, "--trade", "welding")
    assert refused.exit_code == 1
    assert "trading (碳交易" in refused.output
    desk.ok("centres", "rooms", CODE, "--name", "三楼机房", "--seats", "40")
    desk.ok("centres", "rooms", CODE, "--room", "2", "--seats-per-row", "8")
    rooms = desk.json("centres", "rooms", CODE)
    assert rooms[1] == {"id": "2", "name": "三楼机房", "seats": 40, "seats_per_row": 8}
    where = ("--sitting", one, "--centre", CODE)
    assert f"{CODE}: 20" in desk.ok("seats", "offer", *where, "--room", "2", "--seats", "20")
    assert desk.run("seats", "offer", *where, "--room", "9", "--seats", "1").exit_code == 1
    assert "碳排放管理 · 初级" in desk.ok("sittings", "show", one)


def test_a_trade_and_a_level_are_called_by_their_names(desk: Desk) -> None:
    one = sitting(desk)
    desk.ok("sittings", "add-papers", one, *SKILLS, "--trade", "碳交易", "--level", "高级")
    desk.ok("sittings", "add-papers", one, *SKILLS, "--trade", "TRADING", "--level", "Junior")
    papers = desk.json("sittings", "show", one)["papers"][1:]
    assert [(paper["trade"], paper["level"]) for paper in papers] == [
        ("trading", "senior"),
        ("trading", "junior"),
    ]


def test_parts_are_named_that_a_programme_lets_be_sat_alone(desk: Desk) -> None:
    one, junior = sitting(desk), ("--trade", "trading", "--level", "junior")
    theory = ("sittings", "add-papers", one, *SKILLS, *junior, "--part", "theory")
    refused = desk.run(*theory, "--minutes", "60")
    assert (refused.exit_code, "[separate_parts]" in refused.output) == (1, True)
    path = desk.folder / "apart.toml"
    path.write_text(programme(), encoding="utf-8")
    desk.ok("programmes", "import", str(path))
    assert "State the minutes" in desk.run(*theory).output
    desk.ok(*theory, "--minutes", "60")
    paper = desk.json("sittings", "show", one)["papers"][1]
    assert (paper["parts"], paper["duration_minutes"]) == (["theory"], 60)


def test_a_sitting_without_seats_has_no_tickets(desk: Desk) -> None:
    one = sitting(desk)
    out = desk.folder / "none.pdf"
    for how in ("--check", "--yes"):
        done = desk.run("tickets", "--sitting", one, how, "--out", str(out))
        assert (done.exit_code, out.exists()) == (1, False)
        assert "Nobody has a seat" in done.output
    desk.ok("sittings", "cancel", one, "--reason", "power cut", "--yes")
    done = desk.run("tickets", "--sitting", one, "--check")
    assert done.exit_code == 1
    assert "cancelled: power cut" in done.output


def test_sittings_come_from_a_sheet_all_or_none(desk: Desk) -> None:
    head = "场次名称,开始时间,考试项目,工种,等级\n"
    morning = f"上午场,{NEXT}-05-16 09:00"
    good = head + f"{morning},carbon-skills,,\n{morning},carbon-manager,,\n"
    assert "22 papers" in desk.ok("sittings", "import", desk.file("s.csv", good.encode()))
    bad = good + f"下午场,{NEXT}-05-16 14:00,carbon-skills,焊工,\n"
    refused = desk.run("sittings", "import", desk.file("b.csv", bad.encode()))
    assert refused.exit_code == 1
    assert "row 4" in refused.output
    assert len(desk.json("sittings", "list")) == 1


def test_a_sitting_is_built_moved_cancelled_and_repeated(desk: Desk) -> None:
    bank(desk)
    one = sitting(desk)
    roster = desk.file("r.csv", f"identity_no,name\n{number(1)},考生一\n".encode())
    desk.ok("roster", "import", roster, "--sitting", one, "--centre", CODE)
    built = desk.json("package", "build", "--sitting", one, "--all")
    assert [outcome["centre"] for outcome in built] == [CODE]
    assert desk.run("package", "build", "--sitting", one).exit_code == 2
    printed = ("tickets", "--sitting", one, "--yes", "--out", str(desk.folder / "first.pdf"))
    desk.ok(*printed)
    why = ("--reason", "power cut")
    moved = desk.run("sittings", "move", one, "--to", f"{NEXT}-04-26T09:00", *why, "--yes")
    assert f"starts at {NEXT}-04-26T09:00. Packages revoked: {CODE}." in moved.output
    assert "file:" not in moved.output
    assert f"  {NEXT}-04-26T09:00  " in desk.ok("sittings", "list")
    assert "1 admission tickets are invalid: print issue 2" in moved.output
    assert f"{CODE}  version 2" in moved.output
    assert CODE in desk.ok("sittings", "cancel", one, *why, "--yes")
    assert desk.run("package", "build", "--sitting", one, "--all").exit_code == 1
    assert desk.run("tickets", "--sitting", one, "--yes").exit_code == 1
    desk.ok("sittings", "reinstate", one, *why)
    desk.ok("sittings", "cancel", one, *why, "--yes")
    again = ("--title", "again", "--starts-at", f"{NEXT}-05-01T09:00")
    repeated = desk.json("sittings", "repeat", one, *again)
    assert repeated["repeats"] == one
    out = desk.folder / "tickets"
    desk.ok("tickets", "--sitting", repeated["id"], "--by-centre", "--out", str(out), "--yes")
    assert [path.name for path in out.iterdir()] == [f"{repeated['id']}-{CODE}.pdf"]
