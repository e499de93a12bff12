"""Attempts of one candidate in several sittings, whose parts count together (R3)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from sync.hq.core.counted import AttemptKey, Counted, counted_rows
from sync.hq.persistence.tables import bundles, sitting_papers, sittings

_AT_ONCE = 200


def earlier_attempts(
    connection: Connection, counted: Counted
) -> tuple[datetime, Sequence[tuple[Counted, datetime]]]:
    """Return when an attempt was sat, and the candidate's attempts in sittings before that.

    An attempt was sat when its sitting started by headquarters' plan: a centre's clock may be
    wrong.
    """
    started = select(sittings.c.starts_at).where(sittings.c.id == counted.sitting_id)
    sat_at: datetime = connection.execute(started).scalar_one()
    query = (
        select(bundles.c.centre_code, bundles.c.attempt_id, sittings.c.starts_at)
        .distinct()
        .join(sittings, sittings.c.id == bundles.c.sitting_id)
        .where(bundles.c.candidate_id == counted.candidate_id, sittings.c.starts_at < sat_at)
    )
    starts = {AttemptKey(*row[:2]): row[2] for row in connection.execute(query)}
    found = [Counted.of_row(row) for row, _later in counted_rows(connection, sorted(starts))]
    return sat_at, [(attempt, starts[attempt.key]) for attempt in found]


def with_later(connection: Connection, keys: Collection[AttemptKey]) -> Sequence[AttemptKey]:
    """Return attempts, and those in other sittings that may take parts from them."""
    found, listed = set(keys), sorted(set(keys))
    mine, others = bundles.alias("mine"), bundles.alias("others")
    sat = (sitting_papers.c.sitting_id == others.c.sitting_id) & (
        sitting_papers.c.id == others.c.paper
    )
    same = others.c.candidate_id == mine.c.candidate_id
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        query = (
            select(others.c.centre_code, others.c.attempt_id, sitting_papers.c.parts)
            .join(mine, same & (others.c.sitting_id != mine.c.sitting_id))
            .join(sitting_papers, sat)
            .where(tuple_(mine.c.centre_code, mine.c.attempt_id).in_(some))
        )
        found.update(AttemptKey(*row[:2]) for row in connection.execute(query) if row.parts)
    return sorted(found)
