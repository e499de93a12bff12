"""Staff accounts and sessions."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.hall.rights import RIGHTS, Right


@dataclass(frozen=True)
class StaffSession:
    """A signed-in member of staff. ``token`` is returned only once, at sign-in."""

    token: str
    csrf: str
    username: str
    role: str
    expires_at: datetime

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self.role]


@dataclass(frozen=True)
class AccountView:
    """A staff account without its password."""

    username: str
    role: str
    locked_at: datetime | None
