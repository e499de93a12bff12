"""A file changes what it says and nothing else; every change is noted and can be undone."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest

from sync.hq.errors import AlreadyUndone, BadImport, NamesUndecided, NothingToUndo, ReasonMissing
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.candidate_file import Application, read_candidates
from sync.hq.registration.planning import FILE, KEEP, Answers
from sync.hq.registration.roster_file import RosterEntry, read_roster
from tests.hq.applicants import MATERIALS, SOUND, number
from tests.hq.desk import BY, CODE
from tests.hq.items import PROGRAMME as CARBON_MANAGER
from tests.hq.registration.office import Office

TODAY = date(2026, 4, 25)


@pytest.fixture
def office() -> Office:
    return Office()


def read(*rows: Mapping[str, str]) -> list[Application]:
    """What a CSV file with the columns of its first row says."""
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    found, problems = read_candidates("\n".join(lines).encode(), CARBON_MANAGER, TODAY)
    assert not problems
    return found


def roster(data: bytes) -> Sequence[RosterEntry]:
    return read_roster(data)[0]


def person(order: int, **more: str) -> dict[str, str]:
    return {"姓名": f"考生{order}", "证件号码": number(order), **more}


def take(office: Office, *rows: Mapping[str, str], answers: Answers | None = None) -> None:
    office.applications.take(
        office.sittings[0], read(*rows), [], BY, answers=answers or Answers(), file_name="a.csv"
    )


def only(office: Office, order: int = 1) -> ApplicationView:
    found = office.applications.list(office.sittings[0])
    return next(one for one in found if one.identity_no == number(order))


def claims(office: Office) -> Mapping[str, object]:
    (row,) = office.rows("applications")
    said = row["claims"]
    assert isinstance(said, dict)
    return said


def test_a_file_with_class_hours_changes_the_hours_and_nothing_else(office: Office) -> None:
    more = {"培训学时": "30", "加时（分钟）": "10", "意向考点": CODE}
    whole = {**person(1), **SOUND, **more}
    take(office, whole)
    before = claims(office)
    take(office, person(1, 培训学时="36.5"))
    assert claims(office) == {**before, "class_hours": "36.5"}
    one = only(office)
    assert (one.clause, one.hours_missing, one.extra_minutes, one.centre) == (
        "1",
        Decimal(0),
        10,
        CODE,
    )
    assert one.materials_missing == ["portrait"]


def test_an_empty_cell_clears_only_if_staff_say_so(office: Office) -> None:
    take(office, person(1, **SOUND))
    empty = person(1, 培训学时="", 已交材料="")
    (planned,) = office.applications.plan(office.sittings[0], read(empty))
    assert (planned.state, planned.empty) == ("same", ("class_hours", "materials"))
    take(office, empty)
    assert claims(office)["class_hours"] == "36"
    take(office, empty, answers=Answers(clear=frozenset({"class_hours"})))
    assert claims(office)["class_hours"] == "0"
    assert only(office).materials_missing == ["portrait"]


def test_a_preview_names_each_field_before_and_after_and_stores_nothing(office: Office) -> None:
    take(office, person(1, **SOUND), person(2, **SOUND))
    rows = [person(1, 培训学时="40"), person(2, 培训学时="36"), person(3, 培训学时="36")]
    planned = office.applications.plan(office.sittings[0], read(*rows))
    assert [one.state for one in planned] == ["changed", "same", "new"]
    assert planned[0].fields == [("claims.class_hours", "36", "40")]
    assert len(office.rows("applications")) == 2


def test_rows_that_are_not_chosen_are_left_out(office: Office) -> None:
    take(office, person(1), person(2), answers=Answers(chosen=frozenset({3})))
    assert [row["name"] for row in office.rows("candidates")] == ["考生2"]


def test_a_name_that_differs_is_asked_about(office: Office) -> None:
    take(office, person(1, **SOUND))
    other = {**person(1), "姓名": "考生甲", "培训学时": "40"}
    with pytest.raises(NamesUndecided):
        take(office, other)
    take(office, other, answers=Answers(names=KEEP))
    assert (only(office).name, claims(office)["class_hours"]) == ("考生1", "40")
    take(office, other, answers=Answers(name_of={2: FILE}))
    assert only(office).name == "考生甲"


def test_years_that_are_corrected_count_instead_of_earlier_periods(office: Office) -> None:
    take(office, person(1, **{**SOUND, "相关工作年限": "", "相关工作起止时间": "2020.01-2021.12"}))
    take(office, person(1, 相关工作年限="9"))
    assert (claims(office)["work_years"], claims(office)["periods"]) == ("9", [])
    take(office, person(1, 相关工作年限="2020.01-2021.12"))
    assert claims(office)["periods"]


def test_an_import_is_undone_exactly(office: Office) -> None:
    take(office, person(1, **SOUND))
    before = [office.rows(name) for name in ("candidates", "applications", "seats")]
    office.clock.pass_time(60)
    take(office, person(1, 培训学时="3"), person(2, 培训学时="3"))
    number_ = office.history.of_sitting(office.sittings[0])[0].id
    with pytest.raises(ReasonMissing):
        office.undo.undo(number_, " ", BY)
    done = office.undo.undo(number_, "wrong file", BY)
    assert (done.restored, done.staying) == (3, ())
    after = [office.rows(name) for name in ("candidates", "applications", "seats")]
    assert [without_times(rows) for rows in after] == [without_times(rows) for rows in before]
    with pytest.raises(AlreadyUndone):
        office.undo.undo(number_, "again", BY)


def without_times(rows: list[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{name: row[name] for name in row if name != "updated_at"} for row in rows]


def test_what_was_changed_since_stays_and_the_rest_is_undone(office: Office) -> None:
    take(office, person(1, **SOUND))
    take(office, person(1, 培训学时="3", 相关工作年限="9"))
    imported = office.history.of_sitting(office.sittings[0])[0].id
    take(office, person(1, 培训学时="40"))
    done = office.undo.undo(imported, "wrong file", BY)
    assert [(one.table, one.why) for one in done.staying] == [("applications", "changed")]
    assert (claims(office)["class_hours"], claims(office)["work_years"]) == ("40", "6")


def test_nothing_is_undone_once_the_ticket_is_out(office: Office) -> None:
    entries = roster(b"identity_no,name\nA1234,Ann\n")
    office.registration.import_roster(office.sittings[0], CODE, entries, BY)
    office.tickets.issue(office.sittings[0], "", BY)
    (imported,) = office.history.of_sitting(office.sittings[0])
    assert {one.why for one in office.undo.consequences(imported.id).staying} == {"ticket"}
    with pytest.raises(NothingToUndo):
        office.undo.undo(imported.id, "wrong file", BY)


def test_a_history_says_who_when_why_and_what(office: Office) -> None:
    take(office, person(1, **SOUND))
    office.lives.correct(only(office).candidate_id, {"name": "考生甲"}, "passport shown", BY)
    last, first = office.history.of_person(only(office).candidate_id)
    assert (first.kind, first.username, first.file_name) == ("applications_imported", BY, "a.csv")
    assert (last.kind, last.reason) == ("person_corrected", "passport shown")
    (change,) = office.history.changes(last.id)
    assert change.fields == [("name", "考生1", "考生甲")]


def test_a_roster_changes_only_what_it_says(office: Office) -> None:
    columns = b"identity_no,name,seat,extra_minutes,admission_no\n"
    first = columns + b"A1234,Ann,02,30,N1\nB1234,Bob,01,,\n"
    office.registration.import_roster(office.sittings[0], CODE, roster(first), BY)
    again = roster(b"identity_no,name,seat\nA1234,Ann,01\nB1234,Bob,02\n")
    planned = office.registration.plan_roster(office.sittings[0], CODE, again)
    assert [one.fields for one in planned] == [[("seat", "02", "01")], [("seat", "01", "02")]]
    office.registration.import_roster(office.sittings[0], CODE, again, BY)
    seats = {one.name: one for one in office.registration.seats(office.sittings[0])}
    assert (seats["Ann"].seat, seats["Ann"].extra_minutes, seats["Ann"].admission_no) == (
        "01", 30, "N1",
    )  # fmt: skip
    assert seats["Bob"].seat == "02"
    other = roster(b"identity_no,name\nA1234,Anna\n")
    with pytest.raises(NamesUndecided):
        office.registration.import_roster(office.sittings[0], CODE, other, BY)


def test_an_admission_number_is_not_given_twice(office: Office) -> None:
    twice = roster(b"identity_no,name,admission_no\nA1234,Ann,N1\n")
    office.registration.import_roster(office.sittings[0], CODE, twice, BY)
    other = roster(b"identity_no,name,admission_no\nB1234,Bob,N1\n")
    with pytest.raises(BadImport, match="N1"):
        office.registration.import_roster(office.sittings[0], CODE, other, BY)


def test_material_is_kept_where_the_file_has_no_such_column(office: Office) -> None:
    take(office, person(1, **{**SOUND, "已交材料": MATERIALS.split(";")[0]}))
    missing = only(office).materials_missing
    take(office, person(1, 培训学时="40"))
    assert only(office).materials_missing == missing
