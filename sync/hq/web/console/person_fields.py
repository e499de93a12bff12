"""Fields of people, applications and seats in the language of the request."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.programme.synonyms import DOCUMENTS, SCHOOLING
from kiosk.webpages.languages import language
from sync.hq.registration.candidate_file import CLAIMS, COLUMNS
from sync.hq.registration.personal_form import OWN

_COLUMN_OF = {claim: column for column, claim in CLAIMS.items()}
_COLUMNS = {column.field: column for column in COLUMNS}
_OTHERS: Mapping[str, LazyString] = {
    "admission_no": _l("Admission number"),
    "centre_code": _l("Centre"),
    "decision": _l("Decision"),
    "materials_missing": _l("Missing"),
    "needs": _l("Other needs"),
    "paper": _l("Paper"),
    "portrait_accepted": _l("Portrait accepted"),
    "reason": _l("Reason"),
    "reserve": _l("Place on the reserve list"),
    "room": _l("Room"),
    "seat": _l("Seat"),
}
_OWN = {f"given.{name.value}" for name in OWN}
SHOWN = frozenset({*_OTHERS, *_COLUMNS, *_OWN, *(f"claims.{claim}" for claim in _COLUMN_OF)})
"""Fields that are worth showing; others are ids and times."""
_WORDS: Mapping[str, LazyString] = {
    "male": _l("male"),
    "female": _l("female"),
    "admitted": _l("admitted"),
    "refused": _l("refused"),
    "withdrawn": _l("withdrawn"),
}


def field_name(name: str) -> str:
    """Return what a field is called, as the columns of files are."""
    column = _COLUMNS.get(_COLUMN_OF.get(name.removeprefix("claims."), name.removeprefix("given.")))
    if column is not None:
        return column.zh if language() == "zh" else column.en
    return str(_OTHERS.get(name, name))


def field_value(name: str, value: Any) -> str:
    """Return a field's value for people."""
    if isinstance(value, bool):
        return str(_l("yes") if value else _l("no"))
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list):
        return "; ".join(field_value(name, one) for one in value)
    if isinstance(value, dict) and "start" in value:
        return f"{value['start']} – {value.get('end') or _l('until now')}"
    if isinstance(value, dict):
        return "/".join(str(one) for one in value.values() if one is not None)
    if name == "claims.schooling":
        return _chinese(SCHOOLING, value)
    if name == "identity_type":
        return _chinese(DOCUMENTS, DocumentKind(value))
    return str(_WORDS.get(value, value)) if isinstance(value, str) else str(value)


def _chinese(names: Mapping[Any, tuple[str, ...]], value: Any) -> str:
    """Return the usual Chinese word for a value, or its English word."""
    known = {str(key): words[0] for key, words in names.items()}
    return known.get(str(value), str(value)) if language() == "zh" else str(value)
