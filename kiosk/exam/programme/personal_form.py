"""The candidate's personal data form (R14): which fields a programme asks, and what they may hold.

Values are texts in one stored form: codes for sex, document and schooling, ISO dates, decimals.
A field that was not filled in is absent.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.identity.identity_number import IdentityNumberInvalid, Sex, read_identity_number
from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import plain_name, plain_text, unusable_characters
from kiosk.exam.values import Table


class PersonalField(StrEnum):
    """The fields of R14, in the order in which they are asked."""

    NAME = "name"
    SEX = "sex"
    IDENTITY_TYPE = "identity_type"
    IDENTITY_NO = "identity_no"
    BIRTH_DATE = "birth_date"
    SCHOOLING = "schooling"
    SCHOOL = "school"
    GRADUATED = "graduated"
    MAJOR = "major"
    WORK_YEARS = "work_years"
    EMPLOYER = "employer"
    POST = "post"
    CERTIFICATES = "certificates"


Personal = Mapping[PersonalField, str]

F = PersonalField
CHOICES: Mapping[PersonalField, Sequence[str]] = {
    F.SEX: tuple(Sex),
    F.IDENTITY_TYPE: tuple(DocumentKind),
    F.SCHOOLING: tuple(Schooling),
}
"""Fields with a fixed list of values."""

_LONGEST = {F.NAME: 100, F.IDENTITY_NO: 32, F.CERTIFICATES: 500}
MOST_TYPED = 600
"""Longest text of a field before it is read, in characters; no stored value is longer."""
MOST_YEARS = Decimal(60)
_OLDEST = 130
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?\s*[月日]?")
_SHORT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_YEAR = re.compile(r"(\d{4})\s*年?")


class PersonalFormRules(Table):
    """``[personal_form]`` of a programme file. Without the table there is no form."""

    fields: tuple[PersonalField, ...] = tuple(PersonalField)
    required: tuple[PersonalField, ...] = (
        F.NAME, F.SEX, F.IDENTITY_TYPE, F.IDENTITY_NO, F.BIRTH_DATE, F.SCHOOLING,
    )  # fmt: skip

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.fields:
            raise ValueError("fields: name at least one, or leave out the table")
        if "required" in self.model_fields_set and set(self.required) - set(self.fields):
            raise ValueError("required: a field is not among the fields that are asked")
        return self

    @property
    def asked(self) -> tuple[PersonalField, ...]:
        """The fields that are asked, in the order of the form."""
        return tuple(name for name in PersonalField if name in self.fields)

    def is_required(self, name: PersonalField) -> bool:
        """Return whether the field must be filled in."""
        return name in self.required and name in self.fields


def longest(name: PersonalField) -> int:
    """Return how many characters a field may have."""
    return _LONGEST.get(name, 200)


@dataclass(frozen=True)
class FieldFault:
    """Why a field cannot be accepted; ``code`` names the sentence."""

    field: PersonalField
    code: str
    params: Mapping[str, str] = made(default_factory=dict)


def masked(number: str) -> str:
    """Return an identity number with its middle hidden; short ones are hidden but for the end."""
    shown = 4 if len(number) >= 12 else 2
    front = 3 if len(number) >= 12 else 0
    return number[:front] + "*" * max(0, len(number) - front - shown) + number[-shown:]


def differing(before: Personal, after: Personal) -> tuple[PersonalField, ...]:
    """Return the fields whose values differ, in the order of the form."""
    return tuple(name for name in PersonalField if before.get(name, "") != after.get(name, ""))


def tidy(typed: Mapping[PersonalField, str], rules: PersonalFormRules) -> dict[PersonalField, str]:
    """Return what was typed in the fields that are asked, cleaned and cut, not yet judged."""
    cleaned = {name: _clean(name, typed.get(name, ""))[:MOST_TYPED] for name in rules.asked}
    return {name: text for name, text in cleaned.items() if text}


def _clean(name: PersonalField, text: str) -> str:
    return plain_name(text) if name is F.NAME else plain_text(text)


def read_form(
    typed: Mapping[PersonalField, str], rules: PersonalFormRules, today: date
) -> tuple[dict[PersonalField, str], list[FieldFault]]:
    """Return the values of the fields that are asked, in stored form, and every fault.

    Values with a fault are left out.
    """
    values: dict[PersonalField, str] = {}
    faults: list[FieldFault] = []
    for name, text in tidy(typed, rules).items():
        try:
            values[name] = _read(name, text, today)
        except _Unreadable as error:
            faults.append(FieldFault(name, error.code, error.params))
    faulty = {fault.field for fault in faults}
    faults += [
        FieldFault(name, "missing")
        for name in rules.asked
        if rules.is_required(name) and name not in values and name not in faulty
    ]
    faults += _contradictions(values, today)
    order = list(PersonalField)
    wrong = {fault.field for fault in faults}
    sound = {name: value for name, value in values.items() if name not in wrong}
    return sound, sorted(faults, key=lambda fault: order.index(fault.field))


class _Unreadable(Exception):
    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _read(name: PersonalField, text: str, today: date) -> str:
    if unusable_characters(text):
        raise _Unreadable("unusable")
    reader: Callable[[str, date], str] | None = _READERS.get(name)
    if name in CHOICES:
        if text not in CHOICES[name]:
            raise _Unreadable("unknown")
        return text
    value = reader(text, today) if reader else text
    if len(value) > longest(name):
        raise _Unreadable("too_long", most=str(longest(name)))
    return value


def _identity_no(text: str, _today: date) -> str:
    number = plain_number(text)
    if not re.fullmatch(r"[0-9A-Z]+", number):
        raise _Unreadable("characters")
    return number


def _birth_date(text: str, today: date) -> str:
    value = _day(text, today)
    if len(value) < len("2000-01-01"):
        raise _Unreadable("whole_day")
    return value


def _day(text: str, today: date) -> str:
    """Return a date in ISO form, as exact as it was typed: a year, a month or a day."""
    found = _DAY.fullmatch(text) or _SHORT_DAY.fullmatch(text) or _YEAR.fullmatch(text)
    if found is None:
        raise _Unreadable("not_a_date")
    parts = [int(part) for part in found.groups() if part]
    try:
        day = date(*[*parts, 1, 1][:3])
    except ValueError as error:
        raise _Unreadable("not_a_date") from error
    if day > today or day.year < today.year - _OLDEST:
        raise _Unreadable("date_out_of_range")
    return "-".join(f"{part:0{width}}" for part, width in zip(parts, (4, 2, 2), strict=False))


def _years(text: str, _today: date) -> str:
    try:
        value = Decimal(plain_number(text.removesuffix("年")))
    except InvalidOperation as error:
        raise _Unreadable("not_a_number") from error
    if not value.is_finite():
        raise _Unreadable("not_a_number")
    if not 0 <= value <= MOST_YEARS:
        raise _Unreadable("out_of_range", most=str(MOST_YEARS))
    return format(value.normalize(), "f")


_READERS: Mapping[PersonalField, Callable[[str, date], str]] = {
    F.IDENTITY_NO: _identity_no,
    F.BIRTH_DATE: _birth_date,
    F.GRADUATED: _day,
    F.WORK_YEARS: _years,
}


def _contradictions(values: Personal, today: date) -> list[FieldFault]:
    """Return where values contradict each other: the number of a resident card says sex and birth.

    A number that is not a resident's valid one proves nothing; it was checked at registration.
    """
    faults = []
    said = says(values, today)
    for name in (F.SEX, F.BIRTH_DATE):
        if name in said and values.get(name, said[name]) != said[name]:
            faults.append(FieldFault(name, "identity_differs", {"expected": said[name]}))
    born, graduated = values.get(F.BIRTH_DATE), values.get(F.GRADUATED)
    if born and graduated and graduated < born[: len(graduated)]:
        faults.append(FieldFault(F.GRADUATED, "before_birth"))
    return faults


def says(values: Personal, today: date) -> dict[PersonalField, str]:
    """Return sex and date of birth as a resident's identity number states them."""
    if values.get(F.IDENTITY_TYPE, DocumentKind.RESIDENT) != DocumentKind.RESIDENT:
        return {}
    try:
        known = read_identity_number(values.get(F.IDENTITY_NO, ""), today)
    except IdentityNumberInvalid:
        return {}
    return {F.SEX: known.sex.value, F.BIRTH_DATE: known.birth_date.isoformat()}
