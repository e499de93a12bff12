"""Programmes are data: both notices' as they say, a third one without code, mistakes by line."""

from decimal import Decimal

import pytest

from kiosk.exam.errors import NoSuchExamination, ProgrammeError
from kiosk.exam.items.item import ItemType
from kiosk.exam.papers.paper import make_form
from kiosk.exam.papers.scoring import score_attempt
from kiosk.exam.programme.programme import load_programme
from kiosk.exam.programme.programme_file import read_programme
from kiosk.settings import read_text, resource
from tests.exam.programmes import INVENTED, bank, drawn, invented, schemes, shipped

MANAGER = read_text(resource("config/programmes/carbon-manager.toml"))


def test_the_carbon_manager_programme_is_what_its_notice_says() -> None:
    programme = shipped("carbon-manager")
    (examination,) = programme.examinations
    assert (examination.total, examination.pass_mark) == (Decimal(150), Decimal(90))
    assert examination.duration_minutes == 120
    assert programme.class_hours == 36
    assert programme.calendar.months == (1, 4, 7, 10)
    assert len(programme.domains) == 5
    assert len(programme.subjects) == 2
    assert {line.type for line in examination.sections} == set(ItemType) - {ItemType.ESSAY}
    assert (programme.conduct.leave_limit, programme.conduct.at_limit) == (5, "end")
    assert [condition.clause for condition in programme.entry_conditions] == list("123456")
    assert len(programme.materials) == 6
    (edition,) = programme.editions
    assert edition.exam.isoformat() == "2023-12-23"
    assert edition.class_hours_until.isoformat() == "2023-12-21T23:30:00"


def test_the_carbon_skills_programme_is_what_its_notice_says() -> None:
    programme = shipped("carbon-skills")
    assert len(programme.trades) == 7
    assert programme.level_ids == ("junior", "intermediate", "senior")
    parts = {e.level: [part.id for part in e.parts] for e in programme.examinations}
    assert parts["junior"] == parts["intermediate"] == ["theory", "technique"]
    assert parts["senior"] == ["technique", "essay"]
    assert {(e.total, e.pass_mark) for e in programme.examinations} == {(Decimal(100), Decimal(60))}
    assert programme.calendar.months == (1, 3, 5, 7, 9, 11)
    clauses = [(c.level, c.clause) for c in programme.entry_conditions]
    assert len([level for level, _ in clauses if level == "junior"]) == 5
    assert len([level for level, _ in clauses if level == "intermediate"]) == 7
    assert len([level for level, _ in clauses if level == "senior"]) == 7


@pytest.mark.parametrize("trade", [None, "trading"])
@pytest.mark.parametrize("level", [None, "junior", "senior"])
def test_a_programme_with_trades_and_levels_wants_both_named(
    trade: str | None, level: str | None
) -> None:
    programme = shipped("carbon-skills")
    if trade and level:
        assert programme.examination(trade, level).level == level
    else:
        with pytest.raises(NoSuchExamination):
            programme.examination(trade, level)


def test_an_unknown_trade_or_level_is_refused() -> None:
    with pytest.raises(NoSuchExamination):
        shipped("carbon-skills").examination("baking", "junior")
    with pytest.raises(NoSuchExamination):
        shipped("carbon-manager").examination(level="junior")


def test_a_higher_level_covers_the_lower_ones() -> None:
    covers = shipped("carbon-skills").covers
    assert covers("senior", "junior")
    assert covers("senior", None)
    assert not covers("junior", "intermediate")


def test_a_third_programme_is_drawn_and_scored_without_code() -> None:
    programme = invented()
    items = bank(programme, each=45)
    paper = drawn(items, programme, "P", b"seed", level="master")
    answers = {
        item.id: ["A"] if item.type is ItemType.MULTIPLE_CHOICE else "<p>港</p>"
        for item in paper.items
    }
    assert len(make_form(paper, b"c").items) == 27
    written = [item.id for item in paper.items if item.type is ItemType.ESSAY]
    marks = dict(zip(written, (Decimal(18), Decimal("17.5")), strict=True))
    sheet = score_attempt(paper, schemes(items), answers, programme, marks)
    assert sheet.parts == {"charts": Decimal("17.5"), "law": Decimal("35.5")}
    assert sheet.total == Decimal("60.25")
    assert sheet.passed is False


MISTAKES = [
    ("total = 150 ", "total = 100 ", "the parts add up to 150 points, not 100", "[[examinations]]"),
    ("pass_mark = 90", "pass_mark = 151", "pass_mark 151 is above total", "[[examinations]]"),
    ("class_hours = 36", "class_hour = 36", "class_hour", "class_hour = 36"),
    ('leave_limit = 5', 'leave_limit = "five"', "conduct.leave_limit", 'leave_limit = "five"'),
    ("months = [1, 4, 7, 10]", "months = [1, 4, 13]", "calendar.months.2", "months = [1, 4, 13]"),
    ("late_entry_minutes = 30", "late_entry_minutes = 130", "longer than 120", "[[examinations]]"),
    ("points = 8", "points = 0", "sections.3.points", "points = 0"),
    ("results_published = 2024-02-01", "results_published = 2024-05-01", "order", "[[editions]]"),
    ('rule = "month_end"', 'rule = "monthly"', "calendar.rule", 'rule = "monthly"'),
    ("per_domain = 1", "count = 1\nper_domain = 1", "exactly one of", "type = "),
    ("warn_minutes = [15, 5]", "warn_minutes = [5, 15]", "descending order", "[time]"),
    ("= [{ work_years = 8 }]", "= [{}]", "ask for", "alternatives = [{}]"),
    ('rule = "month_end"', 'rule = "month_end"\nthird_week = "row"',
     "only where rule is third_weekend", "[calendar]"),
    ('rule = "month_end"', 'rule = "third_weekend"\nthird_week = "sunday"',
     "'saturday' or 'row'", 'third_week = "sunday"'),
    ('years_on = "exam_day"', 'years_on = "someday"', "entry.years_on", 'years_on = "someday"'),
    ("[entry]", '[synonyms.schooling]\nkindergarten = ["幼儿园"]\n[entry]',
     "synonyms.schooling.kindergarten", "kindergarten = "),
    ("[entry]", '[synonyms.schooling]\ncollege = ["技师班"]\nbachelor = ["技师班"]\n[entry]',
     "技师班 is under college and under bachelor", "[synonyms.schooling]"),
    ("[entry]", '[synonyms.materials]\npassport = ["护照"]\n[entry]',
     "there is no passport among the materials", 'passport = ["护照"]'),
    ("[entry]", '[synonyms.levels]\nsenior = ["三级"]\n[entry]',
     "there is no senior among the levels", 'senior = ["三级"]'),
    ("[entry]", '[synonyms.materials]\nidentity_card = ["学历证复印件"]\n[entry]',
     "学历证复印件 is the name of school_certificate", "identity_card = "),
    ("[entry]", '[synonyms.schooling]\ncollege = ["\\u200b"]\n[entry]',
     "a word of college has no visible character", "[synonyms.schooling]"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "reason", "at"), MISTAKES)
def test_a_mistake_is_told_with_its_line_and_reason(
    right: str, wrong: str, reason: str, at: str
) -> None:
    assert right in MANAGER
    text = MANAGER.replace(right, wrong)
    with pytest.raises(ProgrammeError) as caught:
        read_programme(text)
    (problem,) = caught.value.problems
    assert reason in str(problem)
    nearby = "\n".join(text.splitlines()[problem.line - 1 : problem.line + 1])
    assert at in nearby


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("related_degree_needs_years = true", "related_degree_needs_years"),
        ('years_on = "registration_closes"', "years_on"),
    ],
)
def test_a_rule_that_can_never_apply_is_told_with_its_line(rule: str, place: str) -> None:
    text = f"{INVENTED}\n[entry]\n{rule}\n"
    with pytest.raises(ProgrammeError) as caught:
        read_programme(text)
    (problem,) = caught.value.problems
    assert problem.place == ("entry", place)
    assert text.splitlines()[problem.line - 1] == rule


def test_a_missing_key_is_told_at_the_table_that_lacks_it() -> None:
    text = INVENTED.replace("pass_mark = 6\n", "")
    with pytest.raises(ProgrammeError) as caught:
        read_programme(text)
    (problem,) = caught.value.problems
    assert problem.place == ("examinations", 0, "pass_mark")
    assert text.splitlines()[problem.line - 1] == "[[examinations]]"


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    text = INVENTED.replace("version = 3", "version = 0").replace("points = 20", "points = -1")
    with pytest.raises(ProgrammeError) as caught:
        read_programme(text)
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) == 2
    assert lines == sorted(lines)


def test_a_file_that_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(ProgrammeError) as caught:
        read_programme('id = "x"\nversion = \n')
    assert caught.value.problems[0].line == 2


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('level = "mate"', 'level = "captain"', "examinations are for"),
        ("counts = { coast = 10", "counts = { moon = 10", "no domain moon"),
        ('subject = "law"', 'subject = "stars"', "no subject stars"),
        ("{ law = 20 }", "{ sea = 20 }", "no subject sea"),
        ("alternatives = [{ work_years = 0 }]",
         'alternatives = [{ certificate = { of = "other", level = "cook" } }]', "no level cook"),
        ('id = "ocean"', 'id = "coast"', "occurs twice"),
    ],
)  # fmt: skip
def test_what_a_file_names_must_be_there(right: str, wrong: str, reason: str) -> None:
    with pytest.raises(ProgrammeError, match=reason):
        read_programme(INVENTED.replace(right, wrong, 1))


def test_settings_that_say_what_holds_anyway_leave_the_stored_programme_as_it_was() -> None:
    for programme in (shipped("carbon-manager"), shipped("carbon-skills")):
        document = programme.model_dump(mode="json")
        assert not {"entry", "synonyms"} & set(document)
        assert "third_week" not in document["calendar"]


def test_a_programme_survives_its_way_through_a_package() -> None:
    for programme in (shipped("carbon-manager"), shipped("carbon-skills"), invented()):
        assert load_programme(programme.model_dump(mode="json")) == programme
