"""Sex and birth date of a holder: as registered, else as the identity number says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.identity.identity_number import IdentityNumberInvalid, read_identity_number

_NUMBERED = (DocumentKind.RESIDENT, DocumentKind.OTHER)
"""Rosters do not say which document it is; no other document's number passes as this one."""


def sex_and_birth(person: Mapping[str, Any], today: date) -> tuple[str, date | None]:
    """Return both; the sex is empty and the date None where neither source says it."""
    sex, born = person["sex"] or "", person["birth_date"]
    if (sex and born) or person["identity_type"] not in _NUMBERED:
        return sex, born
    try:
        number = read_identity_number(person["identity_no"], today)
    except IdentityNumberInvalid:
        return sex, born
    return sex or number.sex.value, born or number.birth_date
