"""Staff accounts and sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.hall.rights import RIGHTS, Right


@dataclass(frozen=True)
class StaffSession:
    """A signed-in member of staff. ``token`` is returned only once, at sign-in.

    ``rooms``: the only rooms in which the account may act; empty for all.
    """

    token: str
    csrf: str
    username: str
    role: str
    expires_at: datetime
    rooms: frozenset[str]

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self.role]


@dataclass(frozen=True)
class AccountView:
    """A staff account without its password; ``rooms`` is empty for all rooms."""

    username: str
    role: str
    locked_at: datetime | None
    rooms: Sequence[str]
