"""Names of the fields of the personal data form, of their choices, and of what may be wrong."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.identity.identity_number import Sex
from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.programme.personal_form import FieldFault, PersonalField

Names = dict[str, LazyString]

FIELDS: Names = {
    PersonalField.NAME: _l("Full name"),
    PersonalField.SEX: _l("Sex"),
    PersonalField.IDENTITY_TYPE: _l("Identity document"),
    PersonalField.IDENTITY_NO: _l("Number of the document"),
    PersonalField.BIRTH_DATE: _l("Date of birth"),
    PersonalField.SCHOOLING: _l("Highest schooling"),
    PersonalField.SCHOOL: _l("School"),
    PersonalField.GRADUATED: _l("Date of graduation"),
    PersonalField.MAJOR: _l("Major"),
    PersonalField.WORK_YEARS: _l("Years of relevant work"),
    PersonalField.EMPLOYER: _l("Employer"),
    PersonalField.POST: _l("Post or title"),
    PersonalField.CERTIFICATES: _l("Certificates held"),
}

HINTS: Names = {
    PersonalField.IDENTITY_NO: _l("You signed in with it. If it is wrong, tell the invigilator."),
    PersonalField.BIRTH_DATE: _l("For example 1990-01-31"),
    PersonalField.GRADUATED: _l("For example 2012-07 or 2012-07-01"),
    PersonalField.CERTIFICATES: _l("Name and level; several with semicolons between them"),
}

CHOICES: dict[PersonalField, Names] = {
    PersonalField.SEX: {Sex.MALE: _l("Male"), Sex.FEMALE: _l("Female")},
    PersonalField.IDENTITY_TYPE: {
        DocumentKind.RESIDENT: _l("Resident identity card"),
        DocumentKind.HK_MACAO_PERMIT: _l(
            "Mainland travel permit for Hong Kong and Macao residents"
        ),
        DocumentKind.TAIWAN_PERMIT: _l("Mainland travel permit for Taiwan residents"),
        DocumentKind.RESIDENCE_PERMIT: _l(
            "Residence permit for Hong Kong, Macao and Taiwan residents"
        ),
        DocumentKind.FOREIGNER_CARD: _l("Foreign permanent resident identity card"),
        DocumentKind.PASSPORT: _l("Passport"),
        DocumentKind.MILITARY: _l("Military identity card"),
        DocumentKind.OTHER: _l("Other document"),
    },
    PersonalField.SCHOOLING: {
        Schooling.NONE: _l("Below high school"),
        Schooling.HIGH_SCHOOL: _l("High school"),
        Schooling.SECONDARY_VOCATIONAL: _l("Secondary vocational school"),
        Schooling.COLLEGE: _l("College diploma"),
        Schooling.BACHELOR: _l("Bachelor's degree"),
        Schooling.DOUBLE_BACHELOR: _l("Double bachelor's degree"),
        Schooling.MASTER: _l("Master's degree"),
        Schooling.DOCTOR: _l("Doctorate"),
    },
}

FAULTS: Names = {
    "missing": _l("Please fill this in."),
    "unknown": _l("Please choose from the list."),
    "too_long": _l("Please shorten this to %(most)s characters."),
    "unusable": _l("This contains characters that no other computer can show."),
    "characters": _l("Only letters and digits are possible here."),
    "not_a_date": _l("Please type a date, such as 2012-07-01."),
    "whole_day": _l("Please type year, month and day, such as 1990-01-31."),
    "date_out_of_range": _l("This date is in the future or too long ago."),
    "not_a_number": _l("Please type a number, such as 3 or 3.5."),
    "out_of_range": _l("Please type a number from 0 to %(most)s."),
    "identity_differs": _l("Your identity number says %(expected)s. Please compare."),
    "before_birth": _l("This is before the date of birth."),
}

STATES: Names = {
    "open": _l("Not filled in yet"),
    "draft": _l("Begun, not confirmed"),
    "confirmed": _l("Confirmed by the candidate"),
    "skipped": _l("Left out by staff"),
}


def choice(name: str, value: str) -> str:
    """Return the name of a field's choice; other values as they are."""
    names: Mapping[str, LazyString] = CHOICES.get(PersonalField(name), {})
    return str(names.get(value, value))


def fault_text(fault: FieldFault) -> str:
    """Return the sentence for a fault, in the request's language."""
    shown = {key: choice(fault.field, value) for key, value in fault.params.items()}
    return str(FAULTS[fault.code]) % shown
