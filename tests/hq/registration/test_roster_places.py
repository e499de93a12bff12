"""One roster file for a sitting with many papers and rooms."""

from datetime import timedelta

import pytest

from kiosk.settings import read_text, resource
from sync.hq.authoring.programmes import Programmes
from sync.hq.errors import BadImport
from sync.hq.registration.paper_choice import PaperChoice
from sync.hq.registration.roster_file import RosterEntry, read_roster
from sync.hq.registration.roster_places import KnownPlaces
from sync.hq.sittings import NewPaper, NewSitting, Sittings
from tests.hq.desk import BY, CODE, NOW, PROGRAMME
from tests.hq.registration.office import Office

SKILLS = "carbon-skills"
ROOMS = {"1": "1", "2": "三楼机房"}


class Slot(Office):
    """An office with a sitting of three papers."""

    def __init__(self) -> None:
        super().__init__()
        programmes = Programmes(self.context)
        programmes.take(read_text(resource(f"config/programmes/{SKILLS}.toml")), BY)
        papers = [NewPaper(PROGRAMME)]
        papers += [NewPaper(SKILLS, "trading", level) for level in ("junior", "senior")]
        new = NewSitting("many", NOW + timedelta(days=5), papers)
        self.many = Sittings(self.context).create(new, BY)
        editions = {one.id: programmes.get(*one.edition) for one in self.many.papers}
        self.known = KnownPlaces(PaperChoice(self.many.papers, editions), ROOMS)

    def read(self, text: str) -> list[RosterEntry]:
        return list(read_roster(text.encode(), known=self.known)[0])


@pytest.fixture(scope="module")
def slot() -> Slot:
    return Slot()


def test_room_and_paper_come_from_the_file(slot: Slot) -> None:
    trade = slot.known.choice.programmes["2"].trades  # type: ignore[union-attr]
    trading = next(one.name.zh for one in trade if one.id == "trading")
    entries = slot.read(
        "身份证号,姓名,考场,座位号,项目,工种,等级\n"
        f"A1111,甲,第1考场,1,,{trading},初级\n"
        f"B1111,乙,三楼机房,1,,{trading},高级\n"
        f"C1111,丙,第二考场,2,{PROGRAMME},,\n"
    )
    assert [(one.room, one.seat, one.paper) for one in entries] == [
        ("1", "1", "2"),
        ("2", "1", "3"),
        ("2", "2", "1"),
    ]


@pytest.mark.parametrize(
    "said", ["2", "trading junior", "junior-trading", "carbon-skills · trading · junior"]
)
def test_a_paper_is_named_by_number_or_title(slot: Slot, said: str) -> None:
    (entry,) = slot.read(f"identity_no,name,试卷\nA1111,Ann,{said}\n")
    assert entry.paper == "2"


@pytest.mark.parametrize(
    ("row", "column", "code", "known"),
    [
        ("A1111,Ann,五楼,1,2", "C 考场", "unknown_value", "三楼机房"),
        ("A1111,Ann,3,1,2", "C 考场", "unknown_value", "三楼机房"),
        ("A1111,Ann,1,1,9", "E 试卷", "paper_unknown", "碳"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(
    slot: Slot, row: str, column: str, code: str, known: str
) -> None:
    with pytest.raises(BadImport) as refused:
        slot.read(f"identity_no,name,考场,座位号,试卷\n{row}\n")
    (problem,) = refused.value.problems
    assert (problem.at, problem.column, problem.code) == ("2", column, code)
    assert known in str(problem)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ("1,1", "1,01", True),
        (",1", "第1考场,１", True),
        ("2,a1", "三楼机房,A1", True),
        ("1,1", "2,1", False),
        ("1,", "1,", False),
    ],
)
def test_two_rows_on_one_seat_of_one_room_are_named(
    slot: Slot, first: str, second: str, refused: bool
) -> None:
    text = f"identity_no,name,room,seat,paper\nA1111,Ann,{first},2\nB1111,Bob,{second},2\n"
    if not refused:
        assert len(slot.read(text)) == 2
        return
    with pytest.raises(BadImport) as told:
        slot.read(text)
    (problem,) = told.value.problems
    assert (problem.at, problem.column, problem.params["first"]) == ("3", "D seat", 2)


def test_a_row_without_its_paper_is_refused_with_the_papers() -> None:
    slot = Slot()
    entries = slot.read("identity_no,name,等级\nA1111,Ann,初级\nB1111,Bob,\n")
    with pytest.raises(BadImport) as refused:
        slot.registration.import_roster(slot.many.id, CODE, entries, BY)
    (problem,) = refused.value.problems
    assert (problem.at, problem.column, problem.code) == ("3", "paper", "paper_unclear")
    assert "carbon-skills · trading · senior" in str(problem)
    assert slot.registration.seats(slot.many.id) == []
    slot.registration.import_roster(slot.many.id, CODE, entries[:1], BY)
    again = slot.read("identity_no,name\nA1111,Ann\n")  # who has a paper keeps it
    slot.registration.import_roster(slot.many.id, CODE, again, BY)
    assert [one.paper for one in slot.registration.seats(slot.many.id)] == ["2"]


def test_empty_cells_clear_only_what_staff_name() -> None:
    office, table = Office(), "identity_no,name,extra_minutes\nA1111,Ann,{}\n"
    at = office.sittings[0]

    def minutes(said: str, clear: frozenset[str] = frozenset()) -> int:
        entries, _ = read_roster(table.format(said).encode())
        office.registration.import_roster(at, CODE, entries, BY, clear=clear)
        return office.registration.seats(at)[0].extra_minutes

    assert minutes("30") == 30
    empty, _ = read_roster(table.format("").encode())
    assert office.registration.plan_roster(at, CODE, empty)[0].empty == ("extra_minutes",)
    assert minutes("") == 30
    assert minutes("", frozenset({"extra_minutes"})) == 0


def test_a_free_seat_is_none_that_the_file_names_in_another_form() -> None:
    office = Office()
    entries = [RosterEntry("A1111", "A", seat="1"), RosterEntry("B1111", "B")]
    office.registration.import_roster(office.sittings[0], CODE, entries, BY)
    assert {one.name: one.seat for one in office.registration.seats(office.sittings[0])} == {
        "A": "1",
        "B": "02",
    }
