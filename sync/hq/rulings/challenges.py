"""Challenges of items: entered as they come in, answered with a reason, perhaps with a ruling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, Scope, require_role
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.challenge_tables import item_challenges
from sync.hq.persistence.database import next_number
from sync.hq.rulings.errors import ChallengeDecided
from sync.hq.rulings.items import asked

MOST_TEXT, MOST_SENDER = 4000, 200
ENTERING = (Role.AUTHOR, Role.ADJUDICATOR, Role.REVIEWER, Role.REGISTRAR, Role.PUBLISHER)


class ChallengeSource(StrEnum):
    """Who challenges an item."""

    CANDIDATE = "candidate"
    CENTRE = "centre"
    STAFF = "staff"


class ChallengeState(StrEnum):
    """``accepted``: with a ruling or another consequence that the answer names."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True)
class NewChallenge:
    """A challenge to enter. ``sender``: who it is from; may be empty."""

    programme_id: str
    item_id: str
    sitting_id: str
    source: ChallengeSource
    text: str
    sender: str = ""


@dataclass(frozen=True)
class Challenge:
    """A challenge as stored."""

    id: int
    programme_id: str
    item_id: str
    sitting_id: str
    source: ChallengeSource
    sender: str
    text: str
    received_at: datetime
    entered_by: str
    state: ChallengeState
    answer: str
    decided_by: str | None
    decided_at: datetime | None
    ruling_id: str | None


class Challenges:
    """Enters and answers challenges."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def enter(self, new: NewChallenge, by: str) -> int:
        """Store a challenge; return its number.

        Raises:
            RoleMissing: ``by`` works on nothing of the programme.
            ReasonMissing: it says nothing.
            ItemNotSat: no paper of the sitting has asked the item.
        """
        now, text = self._context.clock.now(), new.text.strip()[:MOST_TEXT]
        if not text:
            raise ReasonMissing
        with self._context.database.write() as connection:
            require_role(connection, by, *ENTERING, programme_id=new.programme_id)
            asked(connection, new.programme_id, new.item_id, new.sitting_id)
            number = next_number(connection, "item_challenges")
            connection.execute(
                insert(item_challenges).values(
                    id=number,
                    programme_id=new.programme_id,
                    item_id=new.item_id,
                    sitting_id=new.sitting_id,
                    source=new.source.value,
                    sender=new.sender.strip()[:MOST_SENDER],
                    text=text,
                    received_at=now,
                    entered_by=by,
                    state=ChallengeState.OPEN.value,
                )
            )
            named = {"challenge": number, "item": new.item_id, "sitting": new.sitting_id}
            record(connection, now, AuditKind.CHALLENGE_ENTERED, by, **named)
        return number

    def answer(
        self,
        challenge_id: int,
        answer: str,
        by: str,
        *,
        accepted: bool,
        ruling_id: str | None = None,
    ) -> None:
        """Answer a challenge.

        Raises:
            NotFound: there is no such challenge.
            ChallengeDecided: it was answered before.
            ReasonMissing: the answer is empty.
            RoleMissing: ``by`` is no adjudicator of the programme.
        """
        now, text = self._context.clock.now(), answer.strip()[:MOST_TEXT]
        if not text:
            raise ReasonMissing
        state = ChallengeState.ACCEPTED if accepted else ChallengeState.REJECTED
        with self._context.database.write() as connection:
            challenge = _challenge(_row(connection, challenge_id))
            require_role(connection, by, Role.ADJUDICATOR, programme_id=challenge.programme_id)
            if challenge.state is not ChallengeState.OPEN:
                raise ChallengeDecided
            values = {"state": state.value, "answer": text, "decided_by": by, "decided_at": now}
            mine = item_challenges.c.id == challenge_id
            connection.execute(
                update(item_challenges).where(mine).values(**values, ruling_id=ruling_id)
            )
            named = {"challenge": challenge_id, "outcome": state.value}
            record(connection, now, AuditKind.CHALLENGE_ANSWERED, by, **named)

    def list(
        self,
        covered: Scope,
        state: ChallengeState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Challenge]:
        """Return challenges that these rights cover, newest first."""
        table = item_challenges
        query = (
            select(table)
            .where(covered.where(table.c.programme_id))
            .order_by(table.c.id.desc())
            .limit(limit)
        )
        if state is not None:
            query = query.where(table.c.state == state.value)
        if before is not None:
            query = query.where(table.c.id < before)
        with self._context.database.read() as connection:
            return [_challenge(row) for row in connection.execute(query).mappings()]

    def of_item(self, programme_id: str, item_id: str) -> Sequence[Challenge]:
        """Return the challenges of an item, oldest first."""
        table = item_challenges
        query = select(table).where(
            table.c.programme_id == programme_id, table.c.item_id == item_id
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query.order_by(table.c.id)).mappings()
            return [_challenge(row) for row in rows]

    def open_count(self, covered: Scope) -> int:
        """Return how many challenges that these rights cover wait for an answer."""
        table = item_challenges
        mine = (table.c.state == ChallengeState.OPEN.value, covered.where(table.c.programme_id))
        query = select(func.count()).select_from(table).where(*mine)
        with self._context.database.read() as connection:
            return int(connection.execute(query).scalar_one())


def _row(connection: Connection, challenge_id: int) -> RowMapping:
    query = select(item_challenges).where(item_challenges.c.id == challenge_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="challenge")
    return row


def _challenge(row: RowMapping) -> Challenge:
    values = dict(row)
    values["source"] = ChallengeSource(values["source"])
    values["state"] = ChallengeState(values["state"])
    return Challenge(**values)
