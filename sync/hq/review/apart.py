"""Who must not judge together: the same person twice, or who registered the candidate."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from sync.hq.accounts.two_people import require_other_person, require_second_person
from sync.hq.persistence.tables import change_sets, changes
from sync.hq.review.errors import RegisteredThem


def require_apart(connection: Connection, by: str, others: Iterable[str]) -> None:
    """Require an account of a person who has neither judged nor decided before.

    Raises:
        NotAPerson: it is no account, such as a name of the command line.
        SecondPersonNeeded: it is one of ``others``.
        SamePerson: one person may be behind it and one of them.
    """
    require_second_person(connection, by, ())
    for other in others:
        require_other_person(connection, by, other)


def require_stranger(connection: Connection, by: str, sitting_id: str, candidate_id: str) -> None:
    """Require an account that has not registered the candidate or changed their data.

    Raises:
        RegisteredThem: it has, for this sitting or as a person.
    """
    query = (
        select(change_sets.c.id)
        .join(changes, changes.c.change_set == change_sets.c.id)
        .where(
            changes.c.candidate_id == candidate_id,
            changes.c.sitting_id.in_((sitting_id, "")),
            change_sets.c.username == by,
        )
        .limit(1)
    )
    if connection.execute(query).first() is not None:
        raise RegisteredThem
