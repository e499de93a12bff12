"""From an empty folder to a sealed package and tickets, command by command."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.settings import resource
from kiosk.system import entropy
from kiosk.vision.samples import sample_portrait
from sync.hq.cli import main as hq
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.hq.applicants import number, table
from tests.hq.desk import CODE, NOW
from tests.hq.items import PICTURES, png

NEXT = datetime.now(UTC).year + 1
"""A year in which sittings can be created."""
PASSWORD = "correct horse battery"


class Desk:
    """Runs ``hq`` over one data directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "hq"
        (folder / "password").write_text(PASSWORD)
        self.ok("init", "--password-file", str(folder / "password"))

    def run(self, *arguments: str) -> Result:
        command, rest = arguments[: self._depth(arguments)], arguments[self._depth(arguments) :]
        return CliRunner().invoke(hq, [*command, "--data", str(self.data), *rest])

    def ok(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    def json(self, *arguments: str) -> Any:
        return json.loads(self.ok(*arguments, "--json"))

    @staticmethod
    def _depth(arguments: tuple[str, ...]) -> int:
        return 1 if arguments[0] in ("init", "code", "approve", "tickets", "event_log") else 2

    def file(self, name: str, data: bytes) -> str:
        """Write a file; gives its path."""
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def bank(desk: Desk) -> None:
    desk.ok("items", "import", str(resource("config/items/carbon-manager.toml")))


def sitting(desk: Desk, *more: str) -> str:
    what = ("--programme", "carbon-manager", "--title", "考试")
    start = ("--starts-at", f"{NEXT}-04-25T14:00")
    return desk.ok("sittings", "create", *what, *start, *more).strip()


def centre(desk: Desk) -> None:
    request = make_request(CODE, "考点", KeyPair.generate(entropy), NOW)
    path = desk.file("request.json", request)
    desk.ok("centres", "approve", path, "--yes", "--out", str(desk.folder / "c.json"))
    desk.ok("centres", "address", CODE, "海淀区")


def test_a_check_lists_problems_and_stores_nothing(desk: Desk) -> None:
    sheet = desk.file("bad.csv", "题号,题型,题干\nA,判断题,x\n".encode())
    done = desk.run("items", "import", sheet, "--programme", "carbon-manager", "--check")
    assert done.exit_code == 1
    assert "! row 2, subject: is missing" in done.stdout
    assert desk.json("items", "list", "--programme", "carbon-manager") == []


def test_items_leave_in_every_format_and_come_back_unchanged(desk: Desk) -> None:
    bank(desk)
    for name in ("xlsx", "gift", "moodle", "qti2.1", "qti2.2", "qti3.0"):
        out = desk.folder / "out" / name
        out.mkdir(parents=True)
        arguments = ("--programme", "carbon-manager", "--format", name, "--out", str(out))
        path = desk.ok("items", "export", *arguments).strip()
        report = desk.json("items", "import", path, "--programme", "carbon-manager")
        assert (report["unchanged"], report["problems"]) == (95, [])


def test_pictures_come_in_a_zip_beside_the_list(desk: Desk) -> None:
    items = 'programme = "carbon-manager"\n[[items]]\nid = "P"\ntype = "true_false"\n'
    items += 'subject = "theory"\ndomain = "policy"\nstem = "![a](a.png)"\nkey = ["true"]\n'
    path = desk.folder / "items.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("items.toml", items)
        archive.writestr("a.png", png())
    report = desk.json("items", "import", str(path), "--programme", "carbon-manager")
    assert (report["stored"], report["added"]) == (True, 1)
    (item,) = desk.json("items", "list", "--programme", "carbon-manager")
    assert item["stem"] == f"![a]({next(iter(PICTURES))})"


@pytest.mark.parametrize("name", ["gift", "moodle", "qti2.1", "xlsx"])
def test_pictures_of_explanations_leave_and_come_back(desk: Desk, name: str) -> None:
    items = 'programme = "carbon-manager"\n[[items]]\nid = "P"\ntype = "true_false"\n'
    items += 'subject = "theory"\ndomain = "policy"\nstem = "?"\nkey = ["true"]\n'
    path = desk.folder / "items.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("items.toml", items + 'rationale = "![a](a.png)"\n')
        archive.writestr("a.png", png())
    desk.ok("items", "import", str(path), "--programme", "carbon-manager")
    out = desk.ok(
        "items", "export", "--programme", "carbon-manager", "--format", name,
        "--out", str(desk.folder),
    ).strip()  # fmt: skip
    report = desk.json("items", "import", out, "--programme", "carbon-manager")
    assert (report["unchanged"], report["problems"]) == (1, [])


def test_an_item_is_retired_and_reinstated(desk: Desk) -> None:
    bank(desk)
    for command, word in (("retire", "is retired"), ("reinstate", "in use")):
        arguments = ("CM-POL-001", "--programme", "carbon-manager", "--reason", "r")
        assert word in desk.ok("items", command, *arguments)


def test_a_template_is_written_in_both_languages(desk: Desk) -> None:
    for lang in ("zh", "en"):
        out = str(desk.folder / f"{lang}.xlsx")
        desk.ok("items", "template", "--programme", "carbon-manager", "--lang", lang, "--out", out)
        assert Path(out).read_bytes().startswith(b"PK")


def test_from_applications_to_tickets(desk: Desk, weights: Path) -> None:
    bank(desk)
    centre(desk)
    one = sitting(desk)
    folder = desk.folder / "portraits"
    folder.mkdir()
    for order in (1, 2):
        (folder / f"{number(order)}.jpg").write_bytes(sample_portrait(order))
    refused = {"学历": "高中", "相关专业": "否", "相关工作年限": "1"}
    sheet = desk.file("c.csv", table({}, {}, refused))
    arguments = (sheet, "--sitting", one, "--portraits", str(folder))
    assert desk.json("candidates", "import", *arguments)["incomplete"] == 2
    looked = desk.json("portraits", "check", "--sitting", one, "--weights", str(weights))
    assert looked["checked"] == 2
    assert all("not_blue" in findings for findings in looked["findings"].values())
    for candidate in looked["findings"]:
        desk.ok("portraits", "accept", candidate, "--reason", "seen at the desk")
    states = [a["state"] for a in desk.json("candidates", "list", "--sitting", one)]
    assert sorted(states) == ["admitted", "admitted", "not_eligible"]
    letters = desk.folder / "letters"
    rejected = ("--state", "not_eligible", "--as", "html", "--lang", "en")
    told = desk.ok("candidates", "letter", "--sitting", one, *rejected, "--out", str(letters))
    assert told.startswith("1 letters")
    (letter,) = letters.iterdir()
    assert letter.name.startswith("考生3-")
    assert "do not fulfil the entry conditions" in letter.read_text(encoding="utf-8")
    desk.ok("candidates", "letter", "--sitting", one, "--out", str(letters))
    assert len(list(letters.glob("*.txt"))) == 3
    desk.ok("seats", "offer", "--sitting", one, "--centre", CODE, "--seats", "5")
    assert len(desk.json("seats", "allocate", "--sitting", one)["seats"]) == 2
    listed = ("candidates", "list", "--sitting", one, "--state", "seated_not_admitted")
    assert desk.json(*listed) == []
    (seated, *_) = desk.json("candidates", "list", "--sitting", one, "--state", "admitted")
    fix = ("candidates", "correct", seated["candidate_id"], "--sitting", one, "--reason", "x")
    assert "1 have a seat and are not admitted" in desk.run(*fix, "--set", "class_hours=3").stderr
    assert "keeps the seat BJ01" in desk.ok(*listed)
    desk.ok(*fix, "--set", f"class_hours={seated['claims']['class_hours']}")
    assert desk.json(*listed) == []
    pdf = desk.folder / "t.pdf"
    assert desk.json("tickets", "--sitting", one, "--out", str(pdf))["lacking"] == []
    assert pdf.read_bytes().startswith(b"%PDF")
    assert desk.json("package", "build", "--sitting", one, "--centre", CODE)["candidates"] == 2


def test_tickets_that_lack_something_are_written_only_if_wanted(desk: Desk) -> None:
    centre(desk)
    one = sitting(desk)
    roster = desk.file("r.csv", b"identity_no,name\nA12345,Ann\n")
    desk.ok("roster", "import", roster, "--sitting", one, "--centre", CODE)
    pdf = desk.folder / "t.pdf"
    wanted = ("tickets", "--sitting", one, "--out", str(pdf))
    asked = desk.run(*wanted)
    assert "1 × no portrait" in asked.stderr
    assert asked.exit_code == 1
    assert desk.run(*wanted, "--check").exit_code == 1
    done = desk.run(*wanted, "--json")
    assert (done.exit_code, json.loads(done.stdout)["lacking"][0]["name"]) == (1, "Ann")
    assert not pdf.exists()
    desk.ok(*wanted, "--yes")
    assert pdf.read_bytes().startswith(b"%PDF")


def test_a_bad_row_of_applications_is_named(desk: Desk) -> None:
    sheet = desk.file("c.csv", table({}, {"学历": "幼儿园"}))
    done = desk.run("candidates", "import", sheet, "--sitting", sitting(desk))
    assert done.exit_code == 1
    assert "! row 3, C 学历: 幼儿园 is not a known word; known are 无, 高中" in done.stderr


def test_parallel_papers_are_drawn_and_forgotten(desk: Desk) -> None:
    bank(desk)
    one = sitting(desk)
    done = desk.run("papers", "draw", "--sitting", one, "--count", "2")
    assert done.exit_code == 1
    assert "4 of 6" in done.output
    assert [p["label"] for p in desk.json("papers", "draw", "--sitting", one)] == ["A"]
    desk.ok("papers", "discard", "--sitting", one, "--yes")


def test_a_revoked_package_has_no_code(desk: Desk) -> None:
    bank(desk)
    centre(desk)
    one = sitting(desk, "--unlock-from", "now")
    roster = desk.file("r.csv", b"identity_no,name\nA12345,Ann\n")
    desk.ok("roster", "import", roster, "--sitting", one, "--centre", CODE)
    where = ("--sitting", one, "--centre", CODE)
    desk.ok("package", "build", *where)
    assert "-" in desk.ok("code", *where)
    desk.ok("package", "revoke", *where, "--reason", "leak", "--yes")
    assert "revoked: leak" in desk.run("code", *where).output


def test_an_export_says_which_format_keeps_the_other_language(desk: Desk) -> None:
    bank(desk)
    arguments = ("items", "export", "--programme", "carbon-manager", "--out", str(desk.folder))
    done = desk.run(*arguments, "--format", "gift")
    assert "95 items have a text in another language, which gift cannot contain" in done.stderr
    assert "--format xlsx" in done.stderr
    assert desk.run(*arguments, "--format", "xlsx").stderr == ""
