"""What the two roles of a centre's staff may do.

The chief invigilator answers for the sitting: only the chief opens the paper, starts and closes,
voids an attempt, and decides about accounts and backups.
"""

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """What a role allows."""

    WATCH = "watch"
    """Read the staff pages, change one's own password."""
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
