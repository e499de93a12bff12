"""Names and purposes of roles in the reader's language."""

from flask_babel import gettext

from sync.hq.core.roles import NAMES, PURPOSES, Role


def role_name(role: Role) -> str:
    """Return a role's name."""
    return str(gettext(NAMES[role].text))


def role_purpose(role: Role) -> str:
    """Return what a role is for, in one sentence."""
    return str(gettext(PURPOSES[role].text))
