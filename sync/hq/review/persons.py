"""Who sat an attempt: a registered candidate, or a guest whom the centre admitted by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results


@dataclass(frozen=True)
class Person:
    """Name and number of the identity document."""

    name: str
    identity_no: str


def person_of(connection: Connection, row: Mapping[Any, Any]) -> Person:
    """Return the person of a row with a candidate and an attempt.

    Raises:
        NotFound: headquarters knows neither.
    """
    people, bundles = tables.candidates, tables.bundles
    query = select(people.c.name, people.c.identity_no).where(people.c.id == row["candidate_id"])
    found = connection.execute(query).first()
    if found is not None:
        return Person(found.name, found.identity_no)
    counted = (
        select(bundles.c.document)
        .join(results, results.c.bundle_id == bundles.c.id)
        .where(
            results.c.centre_code == row["centre_code"],
            results.c.attempt_id == row["attempt_id"],
        )
    )
    document = connection.execute(counted).scalar() or {}
    guest = document.get("admitted")
    if not guest:
        raise NotFound(what="candidate")
    return Person(guest["name"], guest["identity_no"])
