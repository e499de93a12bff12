"""Values that staff type to correct a person or an application, as they are stored.

The console and the command line both end here, so that nothing is stored that a file could not say.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.identity.identity_number import Sex
from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import require_name
from sync.hq.errors import CorrectionUnusable
from sync.hq.registration.cells import MAX_NAME, NO, YES

_DOCUMENT = re.compile(r"[0-9A-Z]{4,32}")
_MOST = {"work_years": 60, "continuous_years": 60, "class_hours": 10_000}


def checked_person(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of a person in stored form.

    Raises:
        CorrectionUnusable: a field has a value that it cannot have.
        TextUnusable: the name has characters that other machines cannot show.
    """
    return {name: _checked(name, value, _PERSON.get(name)) for name, value in values.items()}


def checked_claims(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts of an applicant in stored form.

    Raises:
        CorrectionUnusable: there is no such fact to correct, or it cannot have this value.
    """
    if unknown := sorted(values.keys() - _CLAIMS.keys()):
        raise CorrectionUnusable(field=unknown[0], value=str(values[unknown[0]])[:60])
    return {name: _checked(name, value, _CLAIMS[name]) for name, value in values.items()}


def _checked(name: str, value: Any, read: Callable[[str, str], Any] | None) -> Any:
    if read is None or (value is None and name != "name"):
        return value
    try:
        return read(name, str(value or ""))
    except (ValueError, InvalidOperation) as error:
        raise CorrectionUnusable(field=name, value=str(value)[:60]) from error


def _name(_name: str, text: str) -> str:
    name = require_name(text)
    if not name or len(name) > MAX_NAME:
        raise ValueError(name)
    return name


def _document(_name: str, text: str) -> str:
    number = plain_number(text)
    if not _DOCUMENT.fullmatch(number):
        raise ValueError(number)
    return number


def _number(name: str, text: str) -> str:
    number = Decimal(text)
    if not number.is_finite() or not 0 <= number <= _MOST[name]:
        raise ValueError(text)
    return format(number, "f")


def _flag(_name: str, text: str) -> bool:
    word = text.strip().casefold()
    if word not in YES | NO:
        raise ValueError(text)
    return word in YES


_PERSON: Mapping[str, Callable[[str, str], Any]] = {
    "name": _name,
    "identity_no": _document,
    "identity_type": lambda _, text: DocumentKind(text).value,
    "sex": lambda _, text: Sex(text).value,
}
_CLAIMS: Mapping[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(_MOST, _number),
    **dict.fromkeys(("related_degree", "student", "institution_staff"), _flag),
    "schooling": lambda _, text: Schooling(text).value,
}
