"""Numbers in rosters as input methods and spreadsheets write them (B.5)."""

import pytest

from sync.hq.errors import BadImport
from sync.hq.registration.roster_file import RosterEntry, read_roster
from tests.hq.desk import BY, CODE, Desk

HEAD = "identity_no,name,admission_no,seat\n"


def read(*rows: str) -> list[RosterEntry]:
    """The entries of a CSV of these rows."""
    return list(read_roster((HEAD + "\n".join(rows) + "\n").encode())[0])


@pytest.mark.parametrize(
    "row",
    [
        "９９０００１１９９００１０１００１Ｘ,Ann,２０２６－ｔ０１,1",
        "990001 19900101 001x,Ann,2026-t 01,1",
        "99000119900101001\u200bX,Ann,\ufeff2026—T01,1",
        "99000119900101001ⅹ,Ann,2026\u3000-T01,1",
    ],
)
def test_numbers_are_stored_in_one_form(row: str) -> None:
    (entry,) = read(row)
    assert (entry.identity_no, entry.admission_no) == ("99000119900101001X", "2026-T01")


def test_names_keep_nothing_that_turns_the_text_around() -> None:
    (entry,) = read("A1234,\u202e张\u200b 三\u2066,T01,1")
    assert entry.name == "张三"


def test_the_same_number_typed_in_two_ways_stands_twice() -> None:
    with pytest.raises(BadImport) as refused:
        read("A1234,Ann,t01,1", "ａ１２３４,Bob,Ｔ０１,Ｂ1")
    assert {problem.column for problem in refused.value.problems} >= {
        "A identity_no",
        "C admission_no",
    }


def test_what_is_no_number_is_refused_as_before() -> None:
    with pytest.raises(BadImport) as refused:
        read("A1234,Ann,2026_01,1", "\u3000,Bob,3,2")
    assert [problem.code for problem in refused.value.problems] == ["characters", "missing"]


def test_an_import_without_a_file_stores_the_same_form(desk: Desk) -> None:
    entry = RosterEntry("ｂ１２３４", "考生", "ｂｊ-01", "9")
    desk.hq.registration.import_roster(desk.sitting, CODE, [entry], BY)
    numbers = {seat.admission_no for seat in desk.hq.registration.seats(desk.sitting, CODE)}
    assert "BJ-01" in numbers
