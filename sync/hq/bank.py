"""Programmes and the item bank: import from TOML, all or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, RowMapping, func, insert, select

from kiosk.exam.blueprint import Section
from kiosk.exam.item import Item, ItemType, MarkScheme
from kiosk.exam.programme import Programme, load_programme
from kiosk.exam.programme_file import read_programme
from sync.hq.errors import AlreadyThere, BadImport, NotFound
from sync.hq.journal import record
from sync.hq.office import Office
from sync.hq.persistence import tables
from sync.wire import canonical

_SCHEME_FIELDS = frozenset({"key", "rationale", "model_answer", "points"})


class _ItemFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    programme: str
    items: list[dict[str, Any]]


@dataclass(frozen=True)
class BankItem:
    """An item with its mark scheme, as headquarters keeps it."""

    item: Item
    scheme: MarkScheme

    @property
    def digest(self) -> str:
        """SHA-256 over both; another digest is another version."""
        documents = [self.item.model_dump(mode="json"), self.scheme.model_dump(mode="json")]
        return canonical.digest(canonical.dumps(documents))


@dataclass(frozen=True)
class ImportReport:
    """What an import did."""

    added: int
    changed: int
    unchanged: int


class Bank:
    """Programmes, items and mark schemes."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def import_programme(self, text: str, by: str) -> Programme:
        """Store a programme file.

        Raises ``ProgrammeError`` with the line of each mistake, or :class:`AlreadyThere` when this
        id and version were imported with another content: a changed programme needs a higher
        version.
        """
        programme = read_programme(text)
        document = programme.model_dump(mode="json")
        digest, now = canonical.digest(canonical.dumps(document)), self._office.clock.now()
        with self._office.ledger.write() as connection:
            known = _programme_row(connection, programme.id, programme.version)
            if known is None:
                _add_programme(connection, programme, document, digest, now)
                record(
                    connection,
                    now,
                    "programme_imported",
                    by,
                    programme=programme.id,
                    version=programme.version,
                )
            elif known["digest"] != digest:
                raise AlreadyThere(what=f"{programme.id} version {programme.version}")
        return programme

    def programme(self, programme_id: str, version: int | None = None) -> Programme:
        """A programme, the newest version unless one is named; raises :class:`NotFound`."""
        with self._office.ledger.read() as connection:
            row = _programme_row(connection, programme_id, version)
        if row is None:
            raise NotFound(what="programme")
        return load_programme(row["document"])

    def programmes(self) -> Sequence[Programme]:
        """The newest version of each programme."""
        query = select(tables.programmes.c.id).distinct().order_by(tables.programmes.c.id)
        with self._office.ledger.read() as connection:
            names = list(connection.execute(query).scalars())
        return [self.programme(name) for name in names]

    def import_items(self, data: Mapping[str, Any], by: str) -> ImportReport:
        """Store a parsed item file (``programme`` and ``[[items]]``).

        An item with a known id and other content becomes its next version. Raises
        :class:`BadImport` naming every problem by item; then nothing is stored.
        """
        programme_id, entries = self._read_items(data)
        now, counts = self._office.clock.now(), Counter[str]()
        with self._office.ledger.write() as connection:
            known = {row["id"]: row for row in _newest_items(connection, programme_id)}
            for entry in entries:
                row = known.get(entry.item.id)
                same = row is not None and row["digest"] == entry.digest
                kind = "unchanged" if same else "changed" if row is not None else "added"
                counts[kind] += 1
                if not same:
                    version = row["version"] + 1 if row is not None else 1
                    _add_item(connection, programme_id, entry, version, now)
            record(
                connection,
                now,
                "items_imported",
                by,
                programme=programme_id,
                added=counts["added"],
                changed=counts["changed"],
            )
        return ImportReport(counts["added"], counts["changed"], counts["unchanged"])

    def items(self, programme_id: str) -> Sequence[BankItem]:
        """The newest version of every item of a programme, by id."""
        with self._office.ledger.read() as connection:
            rows = _newest_items(connection, programme_id)
        return [
            BankItem(Item.model_validate(row["item"]), MarkScheme.model_validate(row["scheme"]))
            for row in rows
        ]

    def counts(self, programme_id: str) -> Mapping[tuple[str, str], int]:
        """How many items there are by (domain, type)."""
        with self._office.ledger.read() as connection:
            rows = _newest_items(connection, programme_id)
        return Counter((row["domain"], row["type"]) for row in rows)

    def _read_items(self, data: Mapping[str, Any]) -> tuple[str, list[BankItem]]:
        try:
            file = _ItemFile.model_validate(dict(data))
        except ValidationError as error:
            raise BadImport(
                [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            ) from error
        programme = self.programme(file.programme)
        entries, problems = [], []
        for number, values in enumerate(file.items, start=1):
            try:
                entries.append(_read_item(values, programme))
            except (ValidationError, ValueError) as error:
                problems.append(f"item {number} ({values.get('id', '?')}): {_reason(error)}")
        twice = [name for name, n in Counter(e.item.id for e in entries).items() if n > 1]
        problems += [f"{name}: stands in the file twice" for name in twice]
        if problems:
            raise BadImport(problems)
        return file.programme, entries


def one_of_each_type(programme: Programme) -> Sequence[Section]:
    """The first section of each item type that the programme's examinations have."""
    found: dict[ItemType, Section] = {}
    for examination in programme.examinations:
        for section in examination.sections:
            found.setdefault(section.type, section)
    return list(found.values())


def needs(programme: Programme) -> Mapping[tuple[str, str], int]:
    """How many items of (domain, type) a paper takes at most, where a domain is asked for."""
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


def _read_item(values: dict[str, Any], programme: Programme) -> BankItem:
    shown = {name: value for name, value in values.items() if name not in _SCHEME_FIELDS}
    marking = {name: value for name, value in values.items() if name in _SCHEME_FIELDS}
    item = Item.model_validate(shown)
    scheme = MarkScheme.model_validate({"item_id": item.id, **marking})
    scheme.check(item)
    if item.domain not in {domain.id for domain in programme.domains}:
        raise ValueError(f"domain {item.domain} is not in the programme")
    if item.subject not in {subject.id for subject in programme.subjects}:
        raise ValueError(f"subject {item.subject} is not in the programme")
    if item.trade is not None and item.trade not in {trade.id for trade in programme.trades}:
        raise ValueError(f"trade {item.trade} is not in the programme")
    if item.level is not None and item.level not in programme.level_ids:
        raise ValueError(f"level {item.level} is not in the programme")
    if item.pictures:
        raise ValueError("pictures cannot be imported yet")
    _check_marks(item, scheme, programme)
    return BankItem(item, scheme)


def _check_marks(item: Item, scheme: MarkScheme, programme: Programme) -> None:
    if item.type.objective:
        return
    marks = sum(point.marks for point in scheme.points)
    points = {
        section.points
        for examination in programme.examinations
        for section in examination.sections
        if section.type is item.type and section.subject in (None, item.subject)
    }
    if points and marks not in points:
        named = " or ".join(sorted(map(str, points)))
        raise ValueError(f"the marks add up to {marks}, the item has {named} points")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)


def _programme_row(
    connection: Connection, programme_id: str, version: int | None
) -> RowMapping | None:
    table = tables.programmes
    query = select(table).where(table.c.id == programme_id)
    if version is not None:
        query = query.where(table.c.version == version)
    return connection.execute(query.order_by(table.c.version.desc())).mappings().first()


def _add_programme(
    connection: Connection, programme: Programme, document: Any, digest: str, now: datetime
) -> None:
    connection.execute(
        insert(tables.programmes).values(
            id=programme.id,
            version=programme.version,
            document=document,
            digest=digest,
            imported_at=now,
        )
    )


def _add_item(
    connection: Connection, programme_id: str, entry: BankItem, version: int, now: datetime
) -> None:
    connection.execute(
        insert(tables.items).values(
            id=entry.item.id,
            version=version,
            programme_id=programme_id,
            type=entry.item.type.value,
            domain=entry.item.domain,
            item=entry.item.model_dump(mode="json"),
            scheme=entry.scheme.model_dump(mode="json"),
            digest=entry.digest,
            imported_at=now,
        )
    )


def _newest_items(connection: Connection, programme_id: str) -> Sequence[RowMapping]:
    table = tables.items
    newest = (
        select(table.c.id, func.max(table.c.version).label("version"))
        .where(table.c.programme_id == programme_id)
        .group_by(table.c.id)
        .subquery()
    )
    joined = (table.c.id == newest.c.id) & (table.c.version == newest.c.version)
    query = select(table).join(newest, joined).order_by(table.c.id)
    return connection.execute(query).mappings().all()
