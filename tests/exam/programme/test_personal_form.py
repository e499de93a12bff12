"""The personal data form (R14): what each field may hold, and what contradicts what."""

from collections.abc import Mapping
from datetime import date

import pytest
from pydantic import ValidationError

from kiosk.exam.identity.identity_number import check_character
from kiosk.exam.programme.personal_form import (
    PersonalField,
    PersonalFormRules,
    differing,
    masked,
    read_form,
)

F = PersonalField
TODAY = date(2026, 4, 25)
RULES = PersonalFormRules()
NUMBER = "99000119900101001" + check_character("99000119900101001")  # a man
SOUND = {
    F.NAME: "王小明", F.SEX: "male", F.IDENTITY_TYPE: "resident", F.IDENTITY_NO: NUMBER,
    F.BIRTH_DATE: "1990-01-01", F.SCHOOLING: "bachelor",
}  # fmt: skip


def faults(typed: Mapping[PersonalField, str], rules: PersonalFormRules = RULES) -> dict[str, str]:
    return {fault.field: fault.code for fault in read_form(typed, rules, TODAY)[1]}


def value(field: PersonalField, text: str) -> str | None:
    return read_form({**SOUND, field: text}, RULES, TODAY)[0].get(field)


def test_what_is_asked_by_default_is_the_list_of_r14() -> None:
    assert RULES.asked == tuple(PersonalField)
    assert faults(SOUND) == {}


def test_a_programme_leaves_fields_out_and_requires_others() -> None:
    rules = PersonalFormRules(fields=(F.EMPLOYER, F.NAME), required=(F.EMPLOYER,))
    assert rules.asked == (F.NAME, F.EMPLOYER)
    assert faults({F.SCHOOL: "ignored"}, rules) == {F.EMPLOYER: "missing"}
    assert read_form({F.SCHOOL: "x", F.EMPLOYER: "y"}, rules, TODAY)[0] == {F.EMPLOYER: "y"}


@pytest.mark.parametrize(
    "table",
    [
        {"fields": []},
        {"fields": ["name"], "required": ["post"]},
        {"fields": ["name", "favourite_colour"]},
        {"hidden": ["name"]},
    ],
)
def test_rules_that_cannot_be_followed_are_refused(table: dict[str, list[str]]) -> None:
    with pytest.raises(ValidationError):
        PersonalFormRules.model_validate(table)


@pytest.mark.parametrize("field", RULES.required)
def test_a_required_field_must_be_filled_in(field: PersonalField) -> None:
    assert faults({**SOUND, field: " \u200b\u3000"}) == {field: "missing"}


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        (F.NAME, "  王\u200b小明\u202e ", "王小明"),
        (F.NAME, "阿依古丽·买买提", "阿依古丽·买买提"),
        (F.IDENTITY_NO, f" ９９０００１ 19900101 {NUMBER[-4:]}", NUMBER),
        (F.BIRTH_DATE, "1990年1月1日", "1990-01-01"),
        (F.BIRTH_DATE, "19900101", "1990-01-01"),
        (F.BIRTH_DATE, "1990/1/1", "1990-01-01"),
        (F.BIRTH_DATE, "1990.01.01", "1990-01-01"),
        (F.GRADUATED, "2012年7月", "2012-07"),
        (F.GRADUATED, "2012.7", "2012-07"),
        (F.GRADUATED, "201207", "2012-07"),
        (F.GRADUATED, "2012", "2012"),
        (F.GRADUATED, "2012-07-01", "2012-07-01"),
        (F.WORK_YEARS, "5年", "5"),
        (F.WORK_YEARS, "３．５", "3.5"),
        (F.WORK_YEARS, "10", "10"),
        (F.EMPLOYER, "某某\n有限公司", "某某 有限公司"),
        (F.CERTIFICATES, "碳排放管理员四级；电工证", "碳排放管理员四级；电工证"),
    ],
)
def test_what_people_type_has_one_stored_form(
    field: PersonalField, typed: str, stored: str
) -> None:
    assert value(field, typed) == stored


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (F.SEX, "unknown", "unknown"),
        (F.SCHOOL, "某\ue000大学", "unusable"),
        (F.SCHOOLING, "本科", "unknown"),
        (F.IDENTITY_NO, "99/0001", "characters"),
        (F.BIRTH_DATE, "1990-02-30", "not_a_date"),
        (F.BIRTH_DATE, "yesterday", "not_a_date"),
        (F.BIRTH_DATE, "1990-01", "whole_day"),
        (F.BIRTH_DATE, "2027-01-01", "date_out_of_range"),
        (F.GRADUATED, "1066", "date_out_of_range"),
        (F.GRADUATED, "1989-07", "before_birth"),
        (F.WORK_YEARS, "many", "not_a_number"),
        (F.WORK_YEARS, "NaN", "not_a_number"),
        (F.WORK_YEARS, "-1", "out_of_range"),
        (F.WORK_YEARS, "61", "out_of_range"),
        (F.EMPLOYER, "x" * 201, "too_long"),
        (F.SEX, "female", "identity_differs"),
        (F.BIRTH_DATE, "1990-01-02", "identity_differs"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(field: PersonalField, typed: str, code: str) -> None:
    assert faults({**SOUND, field: typed}) == {field: code}
    assert value(field, typed) is None


def test_the_number_of_another_document_says_nothing() -> None:
    passport = {**SOUND, F.IDENTITY_TYPE: "passport", F.IDENTITY_NO: "E12345678", F.SEX: "female"}
    assert faults(passport) == {}


def test_a_number_is_shown_masked() -> None:
    assert masked(NUMBER) == f"990***********{NUMBER[-4:]}"
    assert masked("E1234567") == "******67"
    assert masked("") == ""


def test_differences_count_a_field_that_was_empty() -> None:
    before, after = {F.NAME: "王", F.POST: "a"}, {F.NAME: "王", F.MAJOR: "b"}
    assert differing(before, after) == (F.MAJOR, F.POST)
