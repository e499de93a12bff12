"""Acts of release as stored: what was proposed, by whom, and how it was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from sync.hq.core.counted import AttemptKey
from sync.hq.errors import NotFound
from sync.hq.persistence.release_tables import release_acts
from sync.hq.release.scope import Scope


class ActKind(StrEnum):
    """What an act does. The value is stored."""

    RELEASE = "release"
    AMEND = "amend"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Proposal:
    """What somebody wants to publish.

    ``accepted``: reasons for points of the check list that stay open, by their code.
    ``attempts``: only these; None: all that the act can concern.
    """

    sitting_id: str
    programme_id: str
    kind: ActKind = ActKind.RELEASE
    reason: str = ""
    accepted: Mapping[str, str] | None = None
    attempts: Sequence[AttemptKey] | None = None


@dataclass(frozen=True)
class ReleaseAct:
    """An act as stored. ``published``: how many versions it published."""

    id: int
    kind: ActKind
    sitting_id: str
    programme_id: str
    attempts: Sequence[AttemptKey] | None
    reason: str
    checks: Sequence[Mapping[str, Any]]
    accepted: Mapping[str, str]
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    rejected_by: str | None
    rejected_reason: str
    decided_at: datetime | None
    published: int

    @property
    def open(self) -> bool:
        """Whether it waits for its confirmation."""
        return self.decided_at is None


def pending(connection: Connection, scope: Scope) -> bool:
    """Return whether an act of these results waits for its confirmation."""
    sitting_id, programme_id = scope.key
    query = select(release_acts.c.id).where(
        release_acts.c.sitting_id == sitting_id,
        release_acts.c.programme_id == programme_id,
        release_acts.c.decided_at.is_(None),
    )
    return connection.execute(query).first() is not None


def act_row(connection: Connection, act_id: int) -> RowMapping:
    """Return the row of an act.

    Raises:
        NotFound: there is none of that number.
    """
    query = select(release_acts).where(release_acts.c.id == act_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="release")
    return row


def act_of(row: RowMapping) -> ReleaseAct:
    """Return the act of a row."""
    attempts = row["attempts"]
    names = (
        *("id", "sitting_id", "programme_id", "reason", "checks", "accepted", "proposed_by"),
        *("proposed_at", "confirmed_by", "rejected_by", "rejected_reason", "decided_at"),
    )
    return ReleaseAct(
        kind=ActKind(row["kind"]),
        attempts=None if attempts is None else [AttemptKey(*key) for key in attempts],
        published=row["published"],
        **{name: row[name] for name in names},
    )
