"""Acts that need two people: two accounts that no third person has had in hand."""

from collections.abc import Sequence

from sqlalchemy import Connection

from sync.hq.accounts.hands import is_account, same_person
from sync.hq.errors import NotAPerson, SamePerson, SecondPersonNeeded


def require_second_person(connection: Connection, by: str, others: Sequence[str]) -> None:
    """Require that ``by`` is an account of a person other than ``others``.

    Raises:
        NotAPerson: it is no account that may sign in.
        SamePerson: one person may be behind it and one of the others.
    """
    if not is_account(connection, by):
        raise NotAPerson
    for other in others:
        if other != by and same_person(connection, by, other):
            raise SamePerson(other=other)


def require_other_person(connection: Connection, by: str, first: str) -> None:
    """Require that ``by`` may do what ``first`` has begun: another account, another person.

    Raises:
        NotAPerson: it is no account that may sign in.
        SecondPersonNeeded: it is the same account.
        SamePerson: one person may be behind both.
    """
    require_second_person(connection, by, [first])
    if by == first:
        raise SecondPersonNeeded
