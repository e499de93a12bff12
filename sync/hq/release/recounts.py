"""Recounts: a candidate doubts a published result, a person looks and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role, Scope, require_role
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.database import next_number
from sync.hq.persistence.release_tables import published_results, recounts
from sync.hq.problems import Phrase
from sync.hq.release.errors import RecountClosed
from sync.hq.release.look_up import FoundResult
from sync.hq.release.publishing import history_of, newest_of
from sync.hq.results.versions import stored_version

CANDIDATE = "candidate"
MOST_TEXT = 2000
"""Longest request and answer, in characters."""


class RecountState(StrEnum):
    """``confirmed``: the result stands; ``changed``: a later version was published."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Recount:
    """A request. ``published``: number of the version that is doubted."""

    id: int
    key: AttemptKey
    sitting_id: str
    programme_id: str
    candidate_id: str
    published: int
    requested_at: datetime
    requested_by: str
    text: str
    state: RecountState
    answer: str
    answered_by: str | None
    answered_at: datetime | None


class Recounts:
    """Stores requests and answers."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def request(self, result: FoundResult, text: str, by: str = CANDIDATE) -> int:
        """Store a request for a recount; return its number.

        Raises:
            ReasonMissing: the text is empty.
            RecountClosed: the time is over, or this version was doubted before.
        """
        now, published = self._context.clock.now(), result.published
        text = text.strip()[:MOST_TEXT]
        if not text:
            raise ReasonMissing
        days = result.programme.release.recount_days
        with self._context.database.write() as connection:
            if by != CANDIDATE:
                _require_publisher(connection, by, published.programme_id, published.key)
            first = history_of(connection, published.key)[0]
            if by == CANDIDATE and now > first.at + timedelta(days=days):
                why = Phrase("the period of %(days)s days is over", {"days": days})
                raise RecountClosed(why=why)
            known = select(recounts.c.id).where(recounts.c.published == published.cursor)
            if connection.execute(known).first() is not None:
                raise RecountClosed(why=Phrase("it was requested for this result before"))
            number = next_number(connection, "recounts")
            connection.execute(
                insert(recounts).values(
                    id=number,
                    centre_code=published.key.centre_code,
                    attempt_id=published.key.attempt_id,
                    sitting_id=published.sitting_id,
                    programme_id=published.programme_id,
                    candidate_id=published.candidate_id,
                    published=published.cursor,
                    requested_at=now,
                    requested_by=by,
                    text=text,
                    state=RecountState.OPEN.value,
                )
            )
            record(connection, now, AuditKind.RECOUNT_REQUESTED, by, recount=number)
        return number

    def answer(self, recount_id: int, text: str, by: str) -> RecountState:
        """Answer a request; return whether the result stands or was changed.

        Raises:
            NotFound: there is no such request.
            ReasonMissing: the answer is empty.
            RecountClosed: it was answered before, or the result has changed and the change is
                not published yet.
            RoleMissing: ``by`` does not publish for this programme and centre.
        """
        now, text = self._context.clock.now(), text.strip()[:MOST_TEXT]
        if not text:
            raise ReasonMissing
        with self._context.database.write() as connection:
            recount = _recount(_row(connection, recount_id))
            _require_publisher(connection, by, recount.programme_id, recount.key)
            if recount.state is not RecountState.OPEN:
                raise RecountClosed(why=Phrase("it was answered before"))
            state = _outcome(connection, recount)
            values = {"state": state.value, "answer": text, "answered_by": by, "answered_at": now}
            mine = recounts.c.id == recount_id
            connection.execute(update(recounts).where(mine).values(**values))
            record(
                connection, now, AuditKind.RECOUNT_ANSWERED, by, recount=recount_id, outcome=state
            )
        return state

    def list(
        self,
        covered: Scope,
        state: RecountState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Recount]:
        """Return requests that these rights cover, newest first."""
        query = _QUERY.where(covered.where(recounts.c.programme_id, recounts.c.centre_code))
        query = query.order_by(recounts.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(recounts.c.state == state.value)
        if before is not None:
            query = query.where(recounts.c.id < before)
        with self._context.database.read() as connection:
            return [_recount(row) for row in connection.execute(query).mappings()]

    def get(self, recount_id: int) -> Recount:
        """Return a request.

        Raises:
            NotFound: there is none of that number.
        """
        with self._context.database.read() as connection:
            return _recount(_row(connection, recount_id))

    def of_attempt(self, key: AttemptKey) -> Sequence[Recount]:
        """Return the requests about an attempt's result, oldest first."""
        mine = (recounts.c.centre_code == key.centre_code) & (
            recounts.c.attempt_id == key.attempt_id
        )
        with self._context.database.read() as connection:
            rows = connection.execute(_QUERY.where(mine).order_by(recounts.c.id)).mappings()
            return [_recount(row) for row in rows]

    def open_count(self, covered: Scope) -> int:
        """Return how many requests that these rights cover wait for an answer."""
        mine = covered.where(recounts.c.programme_id, recounts.c.centre_code)
        query = select(func.count()).select_from(recounts)
        waiting = query.where(recounts.c.state == RecountState.OPEN.value, mine)
        with self._context.database.read() as connection:
            return int(connection.execute(waiting).scalar_one())


_QUERY = select(recounts, published_results.c.number).join(
    published_results, published_results.c.cursor == recounts.c.published
)


def _require_publisher(connection: Connection, by: str, programme_id: str, key: AttemptKey) -> None:
    require_role(
        connection, by, Role.PUBLISHER, programme_id=programme_id, centre_code=key.centre_code
    )


def _outcome(connection: Connection, recount: Recount) -> RecountState:
    newest = newest_of(connection, recount.key)
    if newest is None or newest.number > recount.published:
        return RecountState.CHANGED
    stored = stored_version(connection, recount.key)
    if stored is None or stored.digest != newest.digest:
        raise RecountClosed(why=Phrase("the result has changed; publish the amendment first"))
    return RecountState.CONFIRMED


def _row(connection: Connection, recount_id: int) -> RowMapping:
    row = connection.execute(_QUERY.where(recounts.c.id == recount_id)).mappings().first()
    if row is None:
        raise NotFound(what="recount")
    return row


def _recount(row: RowMapping) -> Recount:
    names = (
        *("id", "sitting_id", "programme_id", "candidate_id", "requested_at", "requested_by"),
        *("text", "answer", "answered_by", "answered_at"),
    )
    return Recount(
        key=AttemptKey(row["centre_code"], row["attempt_id"]),
        published=row["number"],
        state=RecountState(row["state"]),
        **{name: row[name] for name in names},
    )
