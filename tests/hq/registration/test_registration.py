"""Applications are judged by the notice's clauses, seats are drawn by lot, people may decide."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sync.hq.errors import BadImport, NotFound, ReasonMissing
from sync.hq.problems import Problem
from sync.hq.registration.allocation import NotEnoughSeats
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.candidate_file import read_candidates, template
from sync.hq.registration.portrait_files import PortraitFiles, archived_portraits
from sync.hq.registration.portrait_pictures import normalised
from sync.hq.registration.roster_file import read_roster
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.sealing.keys import KeyPair
from tests.hq.applicants import JPEG, MATERIALS, archive, number, table
from tests.hq.applicants import picture as a_picture
from tests.hq.desk import BY, CODE, NOW, OTHER, PROGRAMME, Desk
from tests.hq.items import PROGRAMME as CARBON_MANAGER

TODAY = date(2026, 4, 25)


def problems_of(*rows: Mapping[str, str], files: PortraitFiles | None = None) -> list[Problem]:
    return read_candidates(table(*rows), CARBON_MANAGER, TODAY, files)[1]


def take(
    desk: Desk, *rows: Mapping[str, str], portraits: Sequence[int] = (), picture: bytes = JPEG
) -> Mapping[str, int]:
    files = archive({f"p/{number(n)}.jpg": picture for n in portraits})
    source = archived_portraits(files)
    found, problems = read_candidates(table(*rows), CARBON_MANAGER, TODAY, source)
    return desk.hq.applications.take(desk.sitting, found, problems, BY)


def only(desk: Desk, name: str) -> ApplicationView:
    (found,) = [one for one in desk.hq.applications.list(desk.sitting) if one.name == name]
    return found


def face_check(desk: Desk, findings: Mapping[str, Sequence[str]] | None = None) -> None:
    """What a vision pack says of every portrait: nothing wrong, unless it is said."""
    for candidate, portrait in desk.hq.people.unchecked(desk.sitting):
        found = (findings or {}).get(candidate, ())
        desk.hq.people.note_findings(candidate, portrait, found)


def test_who_fulfils_a_clause_and_handed_in_everything_is_admitted(desk: Desk) -> None:
    assert take(desk, {}, portraits=[1])["incomplete"] == 1
    face_check(desk)
    one = only(desk, "考生1")
    assert (one.state, one.clause, one.materials_missing) == ("admitted", "1", [])
    assert (one.sex, one.birth_date) == ("male", date(1990, 1, 1))


def test_who_fulfils_none_is_told_what_each_clause_asks_for(desk: Desk) -> None:
    take(desk, {"学历": "高中", "相关工作年限": "2", "相关专业": "否"}, portraits=[1])
    one = only(desk, "考生1")
    assert (one.state, one.clause) == ("not_eligible", None)
    assert list(one.shortfalls) == ["1", "2", "3", "4", "5", "6"]
    assert {"what": "work_years", "need": "8", "have": "2"} in one.shortfalls["6"]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ({"培训学时": "30"}, {"hours_missing": 6}),
        ({"培训学时": "35.5"}, {"hours_missing": Decimal("0.5")}),
        ({"已交材料": "报名审核表"}, {"materials_missing": [
            "identity_card", "school_certificate", "degree_certificate", "proof_of_work"]}),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(
    desk: Desk, row: Mapping[str, str], missing: Mapping[str, object]
) -> None:
    take(desk, row, portraits=[1])
    face_check(desk)
    one = only(desk, "考生1")
    assert one.state == "incomplete"
    assert {name: getattr(one, name) for name in missing} == dict(missing)


def test_a_portrait_with_findings_waits_for_a_person(desk: Desk) -> None:
    take(desk, {}, portraits=[1])
    candidate = only(desk, "考生1").candidate_id
    face_check(desk, {candidate: ["not_blue"]})
    assert only(desk, "考生1").state == "incomplete"
    with pytest.raises(ReasonMissing):
        desk.hq.people.accept_portrait(candidate, "", BY)
    desk.hq.people.accept_portrait(candidate, "taken at the desk, the light is warm", BY)
    assert only(desk, "考生1").state == "admitted"


def test_only_another_portrait_is_checked_again(desk: Desk) -> None:
    take(desk, {}, portraits=[1])
    candidate = only(desk, "考生1").candidate_id
    face_check(desk)
    desk.hq.people.accept_portrait(candidate, "fine", BY)
    take(desk, {}, portraits=[1])
    assert (only(desk, "考生1").portrait_findings, only(desk, "考生1").portrait_accepted) == (
        [],
        True,
    )
    take(desk, {}, portraits=[1], picture=a_picture(size=(60, 84)))
    assert only(desk, "考生1").portrait_findings is None
    assert not only(desk, "考生1").portrait_accepted


def test_a_person_decides_against_the_rules_with_a_reason(desk: Desk) -> None:
    take(desk, {"学历": "高中", "相关工作年限": "2", "相关专业": "否"})
    candidate = only(desk, "考生1").candidate_id
    with pytest.raises(ReasonMissing):
        desk.hq.applications.decide(desk.sitting, candidate, "admitted", " ", BY)
    with pytest.raises(NotFound):
        desk.hq.applications.decide(desk.sitting, "nobody", "admitted", "x", BY)
    for decision, state in (("admitted", "admitted"), ("refused", "refused"), ("", "not_eligible")):
        desk.hq.applications.decide(desk.sitting, candidate, decision, "appeal", BY)
        assert only(desk, "考生1").state == state
    take(desk, {"学历": "高中", "相关专业": "否"})
    assert only(desk, "考生1").decision == ""


def test_a_decision_survives_a_corrected_file(desk: Desk) -> None:
    take(desk, {})
    candidate = only(desk, "考生1").candidate_id
    desk.hq.applications.decide(desk.sitting, candidate, "refused", "forged certificate", BY)
    take(desk, {"相关工作年限": "9"})
    assert only(desk, "考生1").state == "refused"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"证件号码": "11010519491231002"}, "证件号码", "identity_length"),
        ({"证件号码": "110105194912310021"}, "证件号码", "identity_check"),
        ({"证件号码": "110105194902300025"}, "证件号码", "identity_birth"),
        ({"性别": "男"}, "性别", "identity_differs"),
        ({"出生日期": "1991-01-01"}, "出生日期", "identity_differs"),
        ({"出生日期": "soon"}, "出生日期", "not_a_date"),
        ({"学历": "幼儿园"}, "学历", "word_unknown"),
        ({"相关工作年限": "many"}, "相关工作年限", "not_years"),
        ({"相关工作年限": "-1"}, "相关工作年限", "out_of_range"),
        ({"培训学时": "lots"}, "培训学时", "not_a_number"),
        ({"相关专业": "maybe"}, "相关专业", "unknown_value"),
        ({"已交材料": "照相机"}, "已交材料", "word_unknown"),
        ({"已有证书": "diploma"}, "已有证书", "certificate"),
        ({"姓名": ""}, "姓名", "missing"),
        ({"照片": "gone.jpg"}, "照片", "portrait_missing"),
        ({"证件类型": "月票"}, "证件类型", "word_unknown"),
    ],
)
def test_each_mistake_is_named_by_row_and_column(
    row: Mapping[str, str], column: str, code: str
) -> None:
    found = problems_of({}, row)
    assert [(p.kind, p.at, p.code) for p in found] == [("row", "3", code)]
    assert found[0].column.endswith(column)


def test_a_passport_needs_no_check_digit_and_says_sex_and_birth(desk: Desk) -> None:
    passport = {"证件号码": "E12345678", "证件类型": "护照", "性别": "女", "出生日期": "1988/2/3"}
    take(desk, passport)
    one = only(desk, "考生1")
    assert (one.identity_no, one.sex, one.birth_date) == (
        "E12345678",
        "female",
        date(1988, 2, 3),
    )


def test_a_number_that_stands_twice_is_named_with_both_rows() -> None:
    (problem,) = problems_of({"证件号码": number(7)}, {}, {"证件号码": number(7)})
    assert (problem.at, problem.code, problem.params["first"]) == ("4", "twice", 2)


def test_a_bad_row_keeps_the_whole_file_out_and_no_portrait_behind(desk: Desk) -> None:
    before = sorted((desk.data / "hq" / "objects").rglob("*"))
    with pytest.raises(BadImport):
        take(desk, {}, {"学历": "幼儿园"}, portraits=[1])
    assert desk.hq.applications.list(desk.sitting) == []
    assert sorted((desk.data / "hq" / "objects").rglob("*")) == before


def test_a_wish_for_a_centre_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(BadImport, match="XX99"):
        take(desk, {"意向考点": "XX99"})


def test_a_wished_centre_may_be_named_as_people_call_it(desk: Desk) -> None:
    take(desk, {"意向考点": f"考点{CODE}"}, {"意向考点": CODE.lower()})
    assert {one.centre for one in desk.hq.applications.list(desk.sitting)} == {CODE}


def test_a_portrait_that_is_named_by_its_person_is_stored(desk: Desk) -> None:
    files = archived_portraits(archive({"全部/考生1.png": a_picture("PNG"), "全部/猫.jpg": JPEG}))
    found, problems = read_candidates(table({}, {}), CARBON_MANAGER, TODAY, files)
    desk.hq.applications.take(desk.sitting, found, problems, BY)
    assert [one.has_portrait for one in desk.hq.applications.list(desk.sitting)] == [True, False]
    assert [(p.code, p.at) for p in problems][1:] == [
        ("portrait_surplus", "全部/猫.jpg"),
        ("portrait_none", "3"),
    ]


def test_portraits_lie_sealed(desk: Desk) -> None:
    take(desk, {}, portraits=[1])
    objects = (path for path in (desk.data / "hq" / "objects").rglob("*") if path.is_file())
    assert not [path for path in objects if b"JFIF" in path.read_bytes()]
    assert desk.hq.people.portrait(only(desk, "考生1").candidate_id) == normalised(JPEG)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_read_back(language: str) -> None:
    with pytest.raises(BadImport) as refused:
        read_candidates(template(CARBON_MANAGER, language), CARBON_MANAGER, TODAY)
    assert [problem.code for problem in refused.value.problems] == ["empty"]


def test_admitted_candidates_get_seats_and_numbers_once(desk: Desk) -> None:
    desk.enrol(OTHER, KeyPair.generate(desk.hq.entropy))
    rows = [{"意向考点": CODE if n % 2 else OTHER} for n in range(1, 9)]
    refused = {"学历": "高中", "相关专业": "否", "相关工作年限": "1"}
    take(desk, *rows, refused, portraits=range(1, 10))
    face_check(desk)
    desk.hq.registration.offer(desk.sitting, CODE, 3, BY)
    applications = desk.hq.applications.list(desk.sitting)
    with pytest.raises(NotEnoughSeats):
        desk.hq.registration.allocate(desk.sitting, applications, BY)
    desk.hq.registration.offer(desk.sitting, CODE, 4, BY)
    desk.hq.registration.offer(desk.sitting, OTHER, 20, BY)
    new = desk.hq.registration.allocate(desk.sitting, applications, BY)
    assert len(new.seats) == 8
    assert Counter(seat.centre_code for seat in new.seats) == {CODE: 3, OTHER: 5}
    assert len({seat.admission_no for seat in new.seats}) == 8
    assert not desk.hq.registration.allocate(desk.sitting, applications, BY).seats


def test_a_roster_names_its_mistakes_by_row_and_column() -> None:
    data = b"identity_no,name,seat,extra_minutes\nA1234,Ann,1,x\n,Bob,1,5\n!!!!,Eve,3,5\n"
    with pytest.raises(BadImport) as refused:
        read_roster(data)
    assert [(p.at, p.column, p.code) for p in refused.value.problems] == [
        ("2", "D extra_minutes", "not_a_number"),
        ("3", "A identity_no", "missing"),
        ("4", "A identity_no", "characters"),
        ("3", "C seat", "twice"),
    ]


def test_a_seat_that_somebody_has_is_refused(desk: Desk) -> None:
    entries, _ = read_roster(b"identity_no,name,seat\nA1234,Ann,01\n")
    with pytest.raises(BadImport, match="01"):
        desk.hq.registration.import_roster(desk.sitting, CODE, entries, BY)


def test_class_hours_and_level_follow_the_programme(desk: Desk) -> None:
    later = NewSitting("later", NOW + timedelta(days=90), [NewPaper(PROGRAMME)])
    sitting = desk.hq.sittings.create(later, BY).id
    assert desk.hq.applications.programme(sitting).class_hours == 36
    assert MATERIALS.count(";") == len(desk.hq.applications.programme(sitting).materials) - 2


def test_what_the_work_plan_has_closed_is_told(desk: Desk) -> None:
    eighth = NewSitting("第八期", datetime(2023, 12, 23, 6, tzinfo=UTC), [NewPaper(PROGRAMME)])
    codes = ["registration_closed", "material_closed", "hours_closed"]
    desk.clock.pass_time((datetime(2023, 12, 20, tzinfo=UTC) - NOW).total_seconds())
    sitting = desk.hq.sittings.create(eighth, BY).id
    assert [one.code for one in desk.hq.applications.closed(sitting)] == codes[:2]
    desk.clock.pass_time((NOW - datetime(2023, 12, 20, tzinfo=UTC)).total_seconds())
    assert [one.code for one in desk.hq.applications.closed(sitting)] == codes
    assert not any(one.is_error for one in desk.hq.applications.closed(sitting))
    assert desk.hq.applications.closed(desk.sitting) == []


def test_a_number_that_is_known_under_another_name_is_told(desk: Desk) -> None:
    take(desk, {})
    found, _ = read_candidates(table({"姓名": "别人"}, {}), CARBON_MANAGER, TODAY)
    (problem,) = desk.hq.applications.renamed(found)
    assert (problem.code, problem.at, problem.is_error) == ("known_as", "2", False)
    assert problem.params["name"] == "考生1"
