"""Until when an account can sign in: the supervising body's always has an end, others never."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from sync.hq.core.roles import Role
from sync.hq.errors import ValidityUnusable
from sync.hq.persistence.tables import accounts

USUAL = timedelta(days=30)
"""What an account gets with the role supervisor, unless it has an end already."""
MOST_DAYS = 366


def require_validity(until: datetime | None, roles: frozenset[Role], now: datetime) -> None:
    """Require an end that the account may have.

    Raises:
        ValidityUnusable: it is past or too far away, or the account must have one, or none.
    """
    fits = until is None or now < until <= now + timedelta(days=MOST_DAYS)
    if not fits or (until is None) == (Role.SUPERVISOR in roles):
        raise ValidityUnusable(most=MOST_DAYS)


def limit_for(connection: Connection, username: str, role: Role, now: datetime) -> None:
    """Give an account that gets a role the usual end, or none.

    Without the second, an administrator who was a supervisor once would end, perhaps as the last.
    """
    until = now + USUAL if role is Role.SUPERVISOR else None
    mine = accounts.c.username == username
    if until is not None:
        mine &= accounts.c.valid_until.is_(None)
    connection.execute(update(accounts).where(mine).values(valid_until=until))
