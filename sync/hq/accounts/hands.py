"""Whose hands an account has been in: who made it, or gave it a password or a new second factor.

Two accounts are two people only if nobody has had both in hand, however many accounts lie
between. The command line of the machine leaves no hand: who rules the machine holds the keys
anyway, and a password from there makes an account independent of whoever had it before.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from sync.hq.persistence.database import insert_new
from sync.hq.persistence.tables import account_managers, accounts


def note_hand(connection: Connection, username: str, by: str, at: datetime) -> None:
    """Note that ``by`` can have signed in as this account, if it is one itself."""
    known = select(accounts.c.username).where(accounts.c.username == by)
    if by != username and connection.execute(known).first() is not None:
        insert_new(connection, account_managers, username=username, manager=by, at=at)


def forget_hands(connection: Connection, username: str) -> None:
    """A password from the command line: nobody who had the account before has it now."""
    connection.execute(delete(account_managers).where(account_managers.c.username == username))


def is_account(connection: Connection, name: str) -> bool:
    """Whether a name is an account that may sign in."""
    table = accounts
    free = table.c.locked_at.is_(None) & table.c.closed_at.is_(None)
    query = select(table.c.username).where(table.c.username == name, free)
    return connection.execute(query).first() is not None


def same_person(connection: Connection, first: str, second: str) -> bool:
    """Whether one person may be behind both accounts."""
    return bool(_hands(connection, first) & _hands(connection, second))


def _hands(connection: Connection, username: str) -> set[str]:
    """The account itself, and all who had it in hand, directly or through other accounts."""
    rows = connection.execute(select(account_managers.c.username, account_managers.c.manager)).all()
    found = {username}
    while more := {row.manager for row in rows if row.username in found} - found:
        found |= more
    return found
