"""Attempts of one candidate in several sittings, whose parts count together (R3)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, tuple_, union

from sync.hq.core.counted import AttemptKey, Counted, counted_rows
from sync.hq.core.guests import accepted
from sync.hq.persistence.result_tables import guest_acts
from sync.hq.persistence.tables import bundles, seats, sitting_papers, sittings

_AT_ONCE = 200


def earlier_attempts(
    connection: Connection, counted: Counted
) -> tuple[datetime, Sequence[tuple[Counted, datetime]]]:
    """Return when an attempt was sat, and the candidate's attempts in sittings before that.

    An attempt was sat when its sitting started by headquarters' plan: a centre's clock may be
    wrong.
    """
    found: list[Counted] = []
    keys = _attempts_of(connection, [counted.candidate_id])
    for row, _later in counted_rows(connection, sorted(keys)):
        attempt = accepted(connection, Counted.of_row(row))
        if attempt.candidate_id == counted.candidate_id:
            found.append(attempt)
    named = {counted.sitting_id, *(attempt.sitting_id for attempt in found)}
    query = select(sittings.c.id, sittings.c.starts_at).where(sittings.c.id.in_(sorted(named)))
    starts: dict[str, datetime] = {row[0]: row[1] for row in connection.execute(query)}
    sat_at = starts[counted.sitting_id]
    before = [
        (attempt, start)
        for attempt in found
        # A guest's bundle may name a sitting that is not here.
        if (start := starts.get(attempt.sitting_id)) is not None and start < sat_at
    ]
    return sat_at, before


def with_later(connection: Connection, keys: Collection[AttemptKey]) -> Sequence[AttemptKey]:
    """Return attempts, and those with papers of some parts that may take parts from them."""
    found, listed = set(keys), sorted(set(keys))
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        others = _attempts_of(connection, _candidates_of(connection, some)) - found
        found |= _with_some_parts(connection, sorted(others))
    return sorted(found)


def _candidates_of(connection: Connection, keys: Sequence[AttemptKey]) -> Collection[str]:
    query = union(
        *(
            select(table.c.candidate_id).where(
                tuple_(table.c.centre_code, table.c.attempt_id).in_(list(keys))
            )
            for table in (bundles, guest_acts)
        )
    )
    # Empty where an acceptance was taken back.
    return set(connection.execute(query).scalars()) - {""}


def _attempts_of(connection: Connection, candidates: Iterable[str]) -> set[AttemptKey]:
    """Return attempts that candidates sat, or that were accepted as theirs at any time.

    A centre can name any candidate and any sitting: only those count who have a seat there.
    """
    named = sorted(candidates)
    has_seat = (
        (seats.c.sitting_id == bundles.c.sitting_id)
        & (seats.c.candidate_id == bundles.c.candidate_id)
        & (seats.c.centre_code == bundles.c.centre_code)
    )
    query = union(
        select(bundles.c.centre_code, bundles.c.attempt_id)
        .join(seats, has_seat)
        .where(bundles.c.candidate_id.in_(named)),
        select(guest_acts.c.centre_code, guest_acts.c.attempt_id).where(
            guest_acts.c.candidate_id.in_(named)
        ),
    )
    return {AttemptKey(*row) for row in connection.execute(query)}


def _with_some_parts(connection: Connection, keys: Sequence[AttemptKey]) -> set[AttemptKey]:
    sat: ColumnElement[bool] = (sitting_papers.c.sitting_id == bundles.c.sitting_id) & (
        sitting_papers.c.id == bundles.c.paper
    )
    found: set[AttemptKey] = set()
    for start in range(0, len(keys), _AT_ONCE):
        some = list(keys[start : start + _AT_ONCE])
        query = (
            select(bundles.c.centre_code, bundles.c.attempt_id, sitting_papers.c.parts)
            .join(sitting_papers, sat)
            .where(tuple_(bundles.c.centre_code, bundles.c.attempt_id).in_(some))
        )
        found.update(AttemptKey(*row[:2]) for row in connection.execute(query) if row.parts)
    return found
