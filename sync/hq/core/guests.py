"""Attempts of people whom a centre admitted by hand, and whose they are by registrars' acts."""

from dataclasses import replace

from sqlalchemy import Connection, select

from sync.hq.core.counted import AttemptKey, Counted
from sync.hq.persistence.result_tables import guest_acts

PROPOSED, APPLIED, REJECTED = "proposed", "applied", "rejected"


def whose(connection: Connection, key: AttemptKey) -> str:
    """Return the candidate for whom an attempt was accepted; empty if it was not."""
    table = guest_acts
    query = (
        select(table.c.candidate_id)
        .where(
            table.c.centre_code == key.centre_code,
            table.c.attempt_id == key.attempt_id,
            table.c.outcome == APPLIED,
        )
        .order_by(table.c.number.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or ""


def accepted(connection: Connection, counted: Counted) -> Counted:
    """Return an attempt as that of the candidate for whom it was accepted, if it was."""
    candidate = whose(connection, counted.key) if counted.admitted else ""
    return replace(counted, candidate_id=candidate, accepted=True) if candidate else counted
