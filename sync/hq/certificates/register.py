"""The register of certificates: every one ever issued, with its acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, or_, select

from sync.hq.certificates.errors import CertificateReissued, CertificateRevoked, PdfNotMade
from sync.hq.certificates.numbers import typed_number
from sync.hq.certificates.sources import Sources
from sync.hq.core.roles import Scope
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.certificate_tables import certificate_acts, certificates
from sync.hq.persistence.database import reserve_numbers

PAGE = 50
STATES = ("valid", "expired", "revoked", "reissued")


@dataclass(frozen=True)
class CertificateView:
    """A certificate as registered; ``replaced_by``: the number that took its place."""

    number: str
    position: int
    candidate_id: str
    sitting_id: str
    programme_id: str
    centre_code: str | None
    programme_version: int
    trade: str | None
    level: str | None
    result_version: int
    name: str
    parts: Mapping[str, str]
    total: Decimal
    issued_on: date
    valid_until: date | None
    issued_at: datetime
    issued_by: str
    second: str
    statement: str
    pdf_sha256: str | None
    reissue_of: str | None
    revoked_at: datetime | None
    revoked_reason: str
    replaced_by: str | None

    @property
    def made(self) -> bool:
        """Whether the PDF is there."""
        return self.pdf_sha256 is not None

    def state(self, today: date) -> str:
        """Return one of :data:`STATES`."""
        if self.revoked_at is not None:
            return "revoked"
        if self.replaced_by is not None:
            return "reissued"
        return "expired" if self.valid_until and self.valid_until < today else "valid"


@dataclass(frozen=True)
class ActView:
    """One act on a certificate."""

    kind: str
    by: str
    second: str
    at: datetime
    reason: str
    text: str


@dataclass(frozen=True)
class Found:
    """A page of certificates, the newest first; ``total``: how many there are in all."""

    certificates: Sequence[CertificateView]
    total: int


class CertificateRegister:
    """Lists and returns certificates and their PDFs."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def page(
        self, scope: Scope, page: int = 1, words: str = "", sitting_id: str = "", size: int = PAGE
    ) -> Found:
        """Return a page of what an account may see, by number, by name or by sitting."""
        table = certificates
        wanted = [scope.where(table.c.programme_id)]
        if sitting_id:
            wanted.append(table.c.sitting_id == sitting_id)
        if words.strip():
            wanted.append(_matching(words.strip()))
        counted = select(func.count()).select_from(table).where(*wanted)
        query = _views().where(*wanted).order_by(table.c.position.desc())
        with self._sources.context.database.read() as connection:
            total = connection.execute(counted).scalar_one()
            rows = connection.execute(query.limit(size).offset((max(page, 1) - 1) * size))
            return Found([view_of(row) for row in rows.mappings()], total)

    def get(self, number: str) -> CertificateView:
        """Return a certificate by its number as typed.

        Raises:
            NotFound: there is none.
        """
        with self._sources.context.database.read() as connection:
            return certificate(connection, number)

    def acts(self, number: str) -> Sequence[ActView]:
        """Return what was done with a certificate, the oldest first."""
        table = certificate_acts
        query = select(table).where(table.c.number == number).order_by(table.c.act)
        names = ActView.__dataclass_fields__
        with self._sources.context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [ActView(**{name: row[name] for name in names}) for row in rows]

    def pdf(self, number: str) -> bytes:
        """Return the signed PDF.

        Raises:
            NotFound: there is no such certificate.
            PdfNotMade: it is not made yet.
        """
        context = self._sources.context
        with context.database.read() as connection:
            found = certificate(connection, number)
            where = certificates.c.number == found.number
            name = connection.execute(select(certificates.c.object).where(where)).scalar()
        if name is None:
            raise PdfNotMade
        return context.keys.unseal(context.blobs.get(name))

    def unmade(self) -> int:
        """Return how many PDFs are missing."""
        query = select(func.count()).select_from(certificates)
        with self._sources.context.database.read() as connection:
            missing = query.where(certificates.c.object.is_(None))
            return int(connection.execute(missing).scalar_one())


def certificate(connection: Connection, number: str) -> CertificateView:
    """Return a certificate by its number as typed.

    Raises:
        NotFound: there is none.
    """
    typed = typed_number(number)
    row = None
    if typed is not None:
        row = connection.execute(_views().where(certificates.c.number == typed)).mappings().first()
    if row is None:
        raise NotFound(what="certificate")
    return view_of(row)


def require_current(found: CertificateView) -> None:
    """Require that a certificate is neither revoked nor replaced.

    Raises:
        CertificateRevoked, CertificateReissued: it is.
    """
    if found.revoked_at is not None:
        raise CertificateRevoked(number=found.number)
    if found.replaced_by is not None:
        raise CertificateReissued(number=found.number, other=found.replaced_by)


def view_of(row: RowMapping) -> CertificateView:
    """Return the certificate of a row of :func:`_views`."""
    return CertificateView(**{name: row[name] for name in CertificateView.__dataclass_fields__})


def add_acts(connection: Connection, numbers: Sequence[str], act: ActView) -> None:
    """Append an act to the history of some certificates."""
    table = certificate_acts
    last = 0
    # Several at once, perhaps thousands, are new: they have no acts yet.
    if len(numbers) == 1:
        newest = select(func.max(table.c.act)).where(table.c.number == numbers[0])
        last = connection.execute(newest).scalar() or 0
    cursors = reserve_numbers(connection, "certificate_acts", len(numbers))
    rows: list[dict[str, Any]] = [
        {"number": number, "act": last + 1, "cursor": cursor, **vars(act)}
        for number, cursor in zip(numbers, cursors, strict=True)
    ]
    connection.execute(insert(table), rows)


def _matching(words: str) -> ColumnElement[bool]:
    """Return a condition for a typed number, or the beginning of a name."""
    number = typed_number(words)
    if number is not None:
        return certificates.c.number == number
    people = tables.candidates
    same_person = select(people.c.id).where(people.c.identity_no == words.upper())
    return or_(
        certificates.c.name.startswith(words, autoescape=True),
        certificates.c.candidate_id.in_(same_person),
    )


def _views() -> Select[Any]:
    newer = certificates.alias()
    columns = [column for column in certificates.c if column.name != "object"]
    return select(*columns, newer.c.number.label("replaced_by")).join(
        newer, newer.c.reissue_of == certificates.c.number, isouter=True
    )
