"""Certificates: each once, as it is now, and again after each act on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, select

from sync.hq.accounts.tokens import TokenScope
from sync.hq.exchange.certificate_entries import CertificateEntry, CertificateState
from sync.hq.exchange.cursors import Position
from sync.hq.exchange.limits import within
from sync.hq.exchange.queries import CertificatesQuery
from sync.hq.exchange.sources.source import Found, Reader, Source
from sync.hq.persistence.certificate_tables import certificate_acts, certificates
from sync.wire import canonical

STATES: Mapping[str, CertificateState] = {
    "issued": CertificateState.ISSUED,
    "reissued": CertificateState.ISSUED,
    "revoked": CertificateState.REVOKED,
    "replaced": CertificateState.REPLACED,
}
"""What holds after each kind of act."""

_MARK = 16
_SAME = frozenset(CertificateEntry.model_fields) & frozenset(certificates.c.keys())
"""Fields that are columns of the same name."""


class CertificateSource(Source[CertificatesQuery]):
    """Reads certificates, ordered by the number of the last act on each."""

    name = "certificates"
    summary = "Issued certificates. One that is revoked or replaced comes again."
    scope = TokenScope.CERTIFICATES
    entry = CertificateEntry
    query = CertificatesQuery

    def read(
        self,
        connection: Connection,
        query: CertificatesQuery,
        reader: Reader,
        after: Position,
        size: int,
    ) -> Sequence[Found]:
        """Return certificates whose last act is after a number."""
        table, acts = certificates, certificate_acts
        wanted = {
            table.c.sitting_id: query.sitting,
            table.c.programme_id: query.programme,
            table.c.centre_code: query.centre,
        }
        chosen = _query().where(
            acts.c.cursor > after.number,
            within(reader.limits, table),
            *(column == value for column, value in wanted.items() if value is not None),
        )
        if query.state is not None:
            kinds = [kind for kind, state in STATES.items() if state == query.state]
            chosen = chosen.where(acts.c.kind.in_(kinds))
        if query.since is not None:
            chosen = chosen.where(acts.c.at >= query.since)
        rows = connection.execute(chosen.order_by(acts.c.cursor).limit(size)).mappings()
        return [(Position(row["cursor"], mark=_mark(row)), _entry(row, reader)) for row in rows]

    def knows(self, connection: Connection, position: Position) -> bool:
        """Return whether the same act has that number."""
        acts = certificate_acts
        query = select(acts).where(acts.c.cursor == position.number)
        found = connection.execute(query).mappings().first()
        return found is not None and _mark(found) == position.mark


def _query() -> Select[Any]:
    acts, newer = certificate_acts, certificate_acts.alias()
    later = exists().where(newer.c.number == acts.c.number, newer.c.act > acts.c.act)
    copies = certificates.alias()
    return (
        select(
            certificates,
            copies.c.number.label("replaced_by"),
            *(acts.c[name] for name in ("cursor", "act", "kind", "at", "reason")),
        )
        .join(acts, acts.c.number == certificates.c.number)
        .outerjoin(copies, copies.c.reissue_of == certificates.c.number)
        .where(~later)
    )


def _mark(row: RowMapping) -> str:
    """Return what tells an act from another one that has its number in another history."""
    known = [row["number"], row["act"], row["kind"], row["at"].isoformat()]
    return canonical.digest(canonical.dumps(known))[:_MARK]


def _entry(row: RowMapping, reader: Reader) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _SAME},
        "version": row["act"],
        "state": STATES[row["kind"]],
        "reason": row["reason"],
        "programme": row["programme_id"],
        "replaced_by": row["replaced_by"],
        "name": row["name"] if reader.personal else None,
        "statement": row["statement"] if reader.personal else None,
        "changed_at": row["at"],
    }
