"""Fields of people, applications and seats in words, as the columns of files are called."""

from collections.abc import Mapping
from typing import Any

from sync.hq.registration.candidate_file import CLAIMS, COLUMNS

_COLUMN_OF = {claim: column for column, claim in CLAIMS.items()}
_NAMES: Mapping[str, str] = {
    **{column.field: column.en for column in COLUMNS},
    "admission_no": "Admission number",
    "centre_code": "Centre",
    "materials_missing": "Material missing",
    "room": "Room",
    "seat": "Seat",
}


def field_name(name: str) -> str:
    """Return what a field is called."""
    plain = name.removeprefix("claims.").removeprefix("given.")
    return _NAMES.get(_COLUMN_OF.get(plain, plain), name)


def field_value(value: Any) -> str:
    """Return a field's value for people; "–" if there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, "", [], {}, ()):
        return "–"
    if isinstance(value, (list, tuple)):
        return "; ".join(map(field_value, value))
    if isinstance(value, dict) and "start" in value:
        return f"{value['start']} to {value.get('end') or 'present'}"
    if isinstance(value, dict):
        return " / ".join(str(one) for one in value.values() if one is not None)
    return str(value)
