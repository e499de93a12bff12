"""Parts and subjects of a programme that a decision can make void."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.exam.values import Text
from sync.hq.core.counted import AttemptKey
from sync.hq.persistence import tables
from sync.hq.results.versions import stored_version


def programme_of(connection: Connection, programme_id: str | None) -> Programme | None:
    """Return the newest version of a programme, or None."""
    programmes = tables.programmes
    query = (
        select(programmes.c.document)
        .where(programmes.c.id == programme_id)
        .order_by(programmes.c.version.desc())
        .limit(1)
    )
    document = connection.execute(query).scalar()
    return None if document is None else load_programme(document)


def voidable(programme: Programme) -> Sequence[tuple[str, Text]]:
    """Return ids and names of all parts and subjects, each once."""
    parts = [part for exam in programme.examinations for part in exam.parts]
    named: dict[str, Text] = {part.id: part.name for part in parts}
    named |= {subject.id: subject.name for subject in programme.subjects}
    return list(named.items())


def voidable_of(
    connection: Connection, key: AttemptKey, programme: Programme | None
) -> Sequence[tuple[str, Text]]:
    """Return those that the paper of an attempt has; others would void nothing."""
    version = stored_version(connection, key)
    if programme is None or version is None:
        return []
    there = {*version.sheet.parts, *version.sheet.subjects}
    return [(part, name) for part, name in voidable(programme) if part in there]
