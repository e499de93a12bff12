"""Personal data: from the file into the roster, corrected, compared with check-in (R14)."""

from collections.abc import Sequence
from datetime import date

import pytest
from flask.testing import FlaskClient

from kiosk.exam.programme.personal_form import PersonalField
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import FormFaults, NotFound
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.registration.form_list import FormsWanted
from sync.hq.registration.personal_form import FormAtHeadquarters, employers_of
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import PersonalFormRecord
from sync.wire.sealing.sealed import Sealed
from tests.hq.applicants import table
from tests.hq.desk import BY, CODE, NOW, Desk
from tests.hq.items import PROGRAMME
from tests.hq.web.test_console import Staff

F = PersonalField
TODAY = date(2026, 4, 25)
OWN = {
    "学校": "某某大学",
    "毕业时间": "2012年7月",
    "专业": "环境工程",
    "单位": "某公司",
    "职称": "工程师",
}


def forms(desk: Desk) -> Sequence[FormAtHeadquarters]:
    """All forms of the sitting."""
    everything = Scope(frozenset({Grant(Role.REGISTRAR)}))
    return desk.hq.form_list.page(desk.sitting, FormsWanted(), everything).forms


def take(desk: Desk, **columns: str) -> str:
    """Import one applicant; returns the candidate."""
    found, problems = read_candidates(table(columns), PROGRAMME, TODAY)
    desk.hq.applications.take(desk.sitting, found, problems, BY)
    (one,) = desk.hq.applications.list(desk.sitting)
    return one.candidate_id


def sent(desk: Desk, **values: str) -> Sealed:
    """A result of the seated candidate, whose form says this."""
    given = {PersonalField(name): text for name, text in values.items()}
    form = PersonalFormRecord(state="confirmed", values=given, at=NOW)
    result = desk.result({}).model_copy(update={"personal_form": form})
    return seal_bundle(result, desk.keys, desk.hq.public_keys)


@pytest.mark.parametrize(
    ("column", "field", "typed", "stored"),
    [
        ("毕业院校", F.SCHOOL, "某某大学", "某某大学"),
        ("学校", F.SCHOOL, " 某某\u200b大学 ", "某某大学"),
        ("毕业时间", F.GRADUATED, "2012.07", "2012-07"),
        ("毕业日期", F.GRADUATED, "2012年7月1日", "2012-07-01"),
        ("专业", F.MAJOR, "环境工程", "环境工程"),
        ("工作单位", F.EMPLOYER, "某公司", "某公司"),
        ("单位", F.EMPLOYER, "某公司", "某公司"),
        ("岗位", F.POST, "科员", "科员"),
        ("职称", F.POST, "工程师", "工程师"),
        ("Employer", F.EMPLOYER, "Works", "Works"),
    ],
)
def test_columns_of_the_form_are_read_as_offices_call_them(
    column: str, field: PersonalField, typed: str, stored: str
) -> None:
    found, problems = read_candidates(table({column: typed}), PROGRAMME, TODAY)
    assert (found[0].personal, problems) == ({field: stored}, [])


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("毕业时间", "去年", "not_a_date"),
        ("毕业时间", "2031-07", "date_out_of_range"),
        ("工作单位", "长" * 201, "too_long"),
    ],
)
def test_what_cannot_be_stored_is_named_with_row_and_column(
    column: str, typed: str, code: str
) -> None:
    _found, (problem,) = read_candidates(table({column: typed}), PROGRAMME, TODAY)
    assert (problem.code, problem.at) == (code, "2")
    assert column in problem.column


def test_a_file_without_the_columns_changes_nothing_of_the_form(desk: Desk) -> None:
    candidate = take(desk, **OWN)
    take(desk, 专业="化学")
    take(desk)
    form = desk.hq.personal_data.form(desk.sitting, candidate)
    assert (form.registered[F.SCHOOL], form.registered[F.MAJOR]) == ("某某大学", "化学")


def test_it_travels_in_the_roster_as_far_as_the_programme_asks(desk: Desk) -> None:
    candidate = take(desk, **OWN)
    one = desk.hq.applications.list(desk.sitting)[0]
    desk.hq.applications.decide(desk.sitting, candidate, "admitted", "looked at", BY)
    desk.hq.registration.offer(desk.sitting, CODE, 10, BY)
    desk.hq.registration.allocate(desk.sitting, desk.hq.applications.list(desk.sitting), BY)
    roster = desk.hq.registration.roster(desk.sitting, CODE)
    (found,) = [entry for entry in roster.roster.candidates if entry.candidate_id == candidate]
    assert found.personal == {
        F.SEX: one.sex, F.IDENTITY_TYPE: "resident", F.BIRTH_DATE: "1990-01-01",
        F.SCHOOLING: "bachelor", F.SCHOOL: "某某大学", F.GRADUATED: "2012-07", F.MAJOR: "环境工程",
        F.WORK_YEARS: "6", F.EMPLOYER: "某公司", F.POST: "工程师",
    }  # fmt: skip


def test_a_correction_after_the_package_asks_for_a_new_one(desk: Desk) -> None:
    candidate = desk.hq.registration.seats(desk.sitting)[0].candidate_id
    assert desk.hq.outdated.of_sitting(desk.sitting) == []
    desk.hq.personal_data.correct(desk.sitting, candidate, {F.SCHOOL: "某大学"}, BY)
    assert [one.centre_code for one in desk.hq.outdated.of_sitting(desk.sitting)] == [CODE]


def test_an_undone_import_takes_the_data_back(desk: Desk) -> None:
    take(desk, **OWN)
    number = desk.hq.history.of_sitting(desk.sitting)[0].id
    desk.hq.undo.undo(number, "wrong file", BY)
    assert desk.hq.applications.list(desk.sitting) == []
    assert all(F.SCHOOL not in form.registered for form in forms(desk))


def test_staff_correct_it_and_the_audit_log_names_fields_only(desk: Desk) -> None:
    candidate = take(desk, **OWN)
    typed = {F.SCHOOL: "另一大学", F.GRADUATED: "2013", F.MAJOR: "环境工程", F.EMPLOYER: "某公司"}
    desk.hq.personal_data.correct(desk.sitting, candidate, typed, BY)
    form = desk.hq.personal_data.form(desk.sitting, candidate)
    assert form.registered[F.SCHOOL] == "另一大学"
    assert F.POST not in form.registered
    (event,) = [e for e in desk.hq.audit_log.newest() if e.kind == "personal_data_corrected"]
    assert event.data["fields"] == ["school", "graduated", "post"]
    assert "另一大学" not in str(event.data)


def test_a_correction_with_a_fault_stores_nothing(desk: Desk) -> None:
    candidate = take(desk, **OWN)
    with pytest.raises(FormFaults) as refused:
        desk.hq.personal_data.correct(desk.sitting, candidate, {F.GRADUATED: "soon"}, BY)
    assert [fault.field for fault in refused.value.faults] == [F.GRADUATED]
    assert desk.hq.personal_data.form(desk.sitting, candidate).registered[F.SCHOOL] == "某某大学"
    with pytest.raises(NotFound):
        desk.hq.personal_data.correct(desk.sitting, "NOBODY", {}, BY)


def test_what_a_candidate_changed_is_marked(desk: Desk) -> None:
    sealed = sent(desk, name="考生一", identity_no="99000119900101001X", school="某某大学")
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    (form,) = forms(desk)
    assert (form.state, form.changed) == ("confirmed", (F.SCHOOL,))


def test_programs_get_it_with_its_own_scope_only(desk: Desk, client: FlaskClient) -> None:
    sealed = sent(desk, name="考生一", school="某某大学")
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    for scopes in (("attempts:read",), ("attempts:read", "personal:read")):
        secret = desk.hq.tokens.create("office", scopes, BY)
        reply = client.get("/api/v1/attempts", headers={"Authorization": f"Bearer {secret}"})
        (entry,) = reply.get_json()["entries"]
        assert (entry["personal_form"] is not None) is ("personal:read" in scopes)
    only = desk.hq.tokens.create("other", ("personal:read",), BY)
    reply = client.get("/api/v1/attempts", headers={"Authorization": f"Bearer {only}"})
    assert reply.status_code == 403


def test_the_console_shows_both_and_stores_a_correction(desk: Desk, client: FlaskClient) -> None:
    candidate = take(desk, **OWN)
    staff = Staff(client, desk)
    assert "考生1" in staff.get(f"/sittings/{desk.sitting}/forms").text
    address = f"/sittings/{desk.sitting}/candidates/{candidate}/form"
    refused = staff.post(address, graduated="soon", school="<b>")
    assert refused.status_code == 422
    assert "&lt;b&gt;" in refused.text
    assert "例如 2012-07" in refused.text or "such as 2012-07" in refused.text
    assert "某大学" in staff.told(address, school="某大学")
    assert client.post(address, data={"school": "x"}).status_code == 403


def test_the_seat_plan_compares_employers_however_they_are_spaced(desk: Desk) -> None:
    candidate = take(desk, 单位="北京 电厂")
    with desk.hq.intake._context.database.read() as connection:
        assert employers_of(connection, desk.sitting) == {candidate: "北京电厂"}
