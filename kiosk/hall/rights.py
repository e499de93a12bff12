"""What the two roles of a centre's staff may do.

The chief invigilator is responsible for the sitting: only the chief unlocks the paper, starts and
closes the sitting, voids attempts, and manages accounts and backups.
"""

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """A permission that a role may include."""

    WATCH = "watch"
    """Read the staff pages and change the own password."""
    INVIGILATE = "invigilate"
    """Act at check-in and during the exam."""
    UNLOCK = "unlock"
    START = "start"
    CLOSE = "close"
    """Close a sitting, or stop it for good."""
    VOID = "void"
    ACCOUNTS = "accounts"
    BACKUP = "backup"


CHIEF, INVIGILATOR = "chief_invigilator", "invigilator"
RIGHTS: Mapping[str, frozenset[Right]] = {
    CHIEF: frozenset(Right),
    INVIGILATOR: frozenset({Right.WATCH, Right.INVIGILATE}),
}
ROLES = tuple(RIGHTS)
