"""Names of the fields of the personal data form and of their choices, for the console."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.identity.identity_number import Sex
from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.programme.personal_form import FieldFault, PersonalField

FIELDS: dict[PersonalField, LazyString] = {
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

CHOICES: dict[str, LazyString] = {
    Sex.MALE: _l("male"),
    Sex.FEMALE: _l("female"),
    DocumentKind.RESIDENT: _l("resident identity card"),
    DocumentKind.HK_MACAO_PERMIT: _l("mainland travel permit for Hong Kong and Macao residents"),
    DocumentKind.TAIWAN_PERMIT: _l("mainland travel permit for Taiwan residents"),
    DocumentKind.RESIDENCE_PERMIT: _l("residence permit for Hong Kong, Macao and Taiwan residents"),
    DocumentKind.FOREIGNER_CARD: _l("foreign permanent resident identity card"),
    DocumentKind.PASSPORT: _l("passport"),
    DocumentKind.MILITARY: _l("military identity card"),
    DocumentKind.OTHER: _l("other document"),
    Schooling.NONE: _l("below high school"),
    Schooling.HIGH_SCHOOL: _l("high school"),
    Schooling.SECONDARY_VOCATIONAL: _l("secondary vocational school"),
    Schooling.COLLEGE: _l("college diploma"),
    Schooling.BACHELOR: _l("bachelor's degree"),
    Schooling.DOUBLE_BACHELOR: _l("double bachelor's degree"),
    Schooling.MASTER: _l("master's degree"),
    Schooling.DOCTOR: _l("doctorate"),
}

STATES: dict[str, LazyString] = {
    "": _l("not arrived yet"),
    "draft": _l("begun at check-in, not confirmed"),
    "confirmed": _l("confirmed by the candidate"),
    "skipped": _l("left out at check-in"),
}

FAULTS: dict[str, LazyString] = {
    "too_long": _l("At most %(most)s characters."),
    "unusable": _l("This contains characters that no other computer can show."),
    "not_a_date": _l("Enter a date such as 2012-07 or 2012-07-01."),
    "date_out_of_range": _l("This date is in the future or too long ago."),
}

WITH_CHOICES = frozenset({PersonalField.SEX, PersonalField.IDENTITY_TYPE, PersonalField.SCHOOLING})


def shown(name: PersonalField, value: str) -> str:
    """Return a value as people read it."""
    return str(CHOICES.get(value, value)) if name in WITH_CHOICES else value


def fault_text(fault: FieldFault) -> str:
    """Return the sentence for a fault, in the request's language."""
    return str(FAULTS[fault.code]) % fault.params
