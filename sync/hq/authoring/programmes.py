"""Programmes at headquarters: imported from files, every version stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, insert, select

from kiosk.exam.items.item import ItemType
from kiosk.exam.programme.blueprint import Section
from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.exam.programme.programme_file import read_programme
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import AlreadyThere, NotFound
from sync.hq.persistence import tables
from sync.wire import canonical


class Programmes:
    """Imports and returns programmes."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def take(self, text: str, by: str) -> Programme:
        """Store a programme file; importing the same content again changes nothing.

        Raises:
            ProgrammeError: names the line of each mistake.
            AlreadyThere: this id and version exist with other content; a changed programme
                needs a higher version.
        """
        programme = read_programme(text)
        document = programme.model_dump(mode="json")
        digest, now = canonical.digest(canonical.dumps(document)), self._context.clock.now()
        named = {"id": programme.id, "version": programme.version}
        with self._context.database.write() as connection:
            known = _row(connection, programme.id, programme.version)
            if known is not None and known["digest"] != digest:
                raise AlreadyThere(what=f"{programme.id} version {programme.version}")
            if known is None:
                row = {**named, "document": document, "digest": digest, "imported_at": now}
                connection.execute(insert(tables.programmes).values(**row))
                data = {"programme": programme.id, "version": programme.version}
                record(connection, now, AuditKind.PROGRAMME_IMPORTED, by, **data)
        return programme

    def get(self, programme_id: str, version: int | None = None) -> Programme:
        """Return a programme, by default its newest version.

        Raises:
            NotFound: it does not exist.
        """
        with self._context.database.read() as connection:
            row = _row(connection, programme_id, version)
        if row is None:
            raise NotFound(what="programme")
        return load_programme(row["document"])

    def list(self) -> Sequence[Programme]:
        """Return the newest version of each programme."""
        query = select(tables.programmes.c.id).distinct().order_by(tables.programmes.c.id)
        with self._context.database.read() as connection:
            names = list(connection.execute(query).scalars())
        return [self.get(name) for name in names]


def one_of_each_type(programme: Programme) -> Sequence[Section]:
    """Return the first section of each item type in the programme's examinations."""
    found: dict[ItemType, Section] = {}
    for examination in programme.examinations:
        for section in examination.sections:
            found.setdefault(section.type, section)
    return list(found.values())


def points_given(programme: Programme, kind: ItemType, subject: str) -> Sequence[Decimal]:
    """Return the points that sections give for an item of a type and subject, ascending."""
    return sorted(
        {
            section.points
            for examination in programme.examinations
            for section in examination.sections
            if section.type is kind and section.subject in (None, subject)
        }
    )


def needs(programme: Programme) -> Mapping[tuple[str, str], int]:
    """Return the most items of each (domain, type) that a paper needs, where domains are fixed."""
    most: dict[tuple[str, str], int] = {}
    for examination in programme.examinations:
        asked = Counter[tuple[str, str]]()
        for section in examination.sections:
            for domain in programme.domains:
                fixed = (section.counts or {}).get(domain.id, 0)
                asked[domain.id, section.type.value] += section.per_domain or fixed
        for place, count in asked.items():
            most[place] = max(count, most.get(place, 0))
    return most


def _row(connection: Connection, programme_id: str, version: int | None) -> RowMapping | None:
    table = tables.programmes
    query = select(table).where(table.c.id == programme_id)
    if version is not None:
        query = query.where(table.c.version == version)
    return connection.execute(query.order_by(table.c.version.desc())).mappings().first()
