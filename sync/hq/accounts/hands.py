"""Hands: the accounts whose owners could have signed in as another account.

That is who created it, or gave it a password or removed its second factor. Two accounts count
as two people only if no account has had both in hand, directly or through others. The command
line leaves no hand: whoever controls the machine has the keys anyway, and a password set there
makes an account independent of everyone who managed it before.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from sync.hq.persistence.database import insert_new
from sync.hq.persistence.tables import account_managers, accounts


def note_hand(connection: Connection, username: str, by: str, at: datetime) -> None:
    """Record that ``by`` could have signed in as this account, if ``by`` is an account."""
    known = select(accounts.c.username).where(accounts.c.username == by)
    if by != username and connection.execute(known).first() is not None:
        insert_new(connection, account_managers, username=username, manager=by, at=at)


def forget_hands(connection: Connection, username: str) -> None:
    """Delete an account's hands, after its password was set from the command line."""
    connection.execute(delete(account_managers).where(account_managers.c.username == username))


def is_account(connection: Connection, name: str) -> bool:
    """Return whether a name is an account that may sign in."""
    table = accounts
    free = table.c.locked_at.is_(None) & table.c.closed_at.is_(None)
    query = select(table.c.username).where(table.c.username == name, free)
    return connection.execute(query).first() is not None


def same_person(connection: Connection, first: str, second: str) -> bool:
    """Return whether one person may be behind both accounts."""
    return bool(_hands(connection, first) & _hands(connection, second))


def _hands(connection: Connection, username: str) -> set[str]:
    """Return the account itself and all that had it in hand, directly or through others."""
    rows = connection.execute(select(account_managers.c.username, account_managers.c.manager)).all()
    found = {username}
    while more := {row.manager for row in rows if row.username in found} - found:
        found |= more
    return found
