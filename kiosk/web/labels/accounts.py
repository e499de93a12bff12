"""Display names for staff roles, account changes, and kinds of tries."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ROLES: dict[str, LazyString] = {
    "chief_invigilator": _l("Chief invigilator"),
    "invigilator": _l("Invigilator"),
}

ACTS: dict[str, LazyString] = {
    "created": _l("Account created"),
    "password": _l("Password changed"),
    "role": _l("Role changed"),
    "rooms": _l("Rooms changed"),
    "locked": _l("Account locked"),
    "unlocked": _l("Account unlocked"),
    "tries_cleared": _l("Wrong entries cleared"),
}

WAITS: dict[str, LazyString] = {
    "staff": _l("Staff sign-in"),
    "candidate": _l("Candidate sign-in"),
    "unlock": _l("Unlock code"),
}
"""What was entered wrongly."""
