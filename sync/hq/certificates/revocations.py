"""The list of certificates that no longer count: signed, numbered, with no personal data.

Its number is how many certificates have been revoked or replaced so far, so of two lists the one
with the higher number is newer, and equal numbers mean equal entries.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy import select

from sync.hq.certificates.errors import StatementUnusable
from sync.hq.certificates.sources import Sources
from sync.hq.certificates.tokens import Jwk, opened, signed
from sync.hq.persistence.certificate_tables import certificates

KIND = "certificate-revocations"
MOST_BYTES = 50 << 20


class Entry(BaseModel):
    """A certificate that no longer counts; ``reason``: a class, or ``reissued``."""

    model_config = ConfigDict(extra="ignore")

    no: str
    since: AwareDatetime
    reason: str


@dataclass(frozen=True)
class RevocationList:
    """``at``: the time up to which the list is complete."""

    number: int
    at: datetime
    entries: Mapping[str, Entry]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: str
    number: int
    at: AwareDatetime
    entries: list[Entry]


class Revocations:
    """Writes the list."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def entries(self) -> Sequence[Mapping[str, Any]]:
        """Return the certificates that no longer count, in the order in which they were issued."""
        newer = certificates.alias()
        table = certificates
        query = (
            select(table.c.number, table.c.revoked_at, table.c.revoked_reason, newer.c.issued_at)
            .join(newer, newer.c.reissue_of == table.c.number, isouter=True)
            .where(table.c.revoked_at.is_not(None) | newer.c.number.is_not(None))
            .order_by(table.c.position)
        )
        with self._sources.context.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            {
                "no": row.number,
                "since": (row.revoked_at or row.issued_at).isoformat(),
                "reason": row.revoked_reason or "reissued",
            }
            for row in rows
        ]

    def signed(self) -> bytes:
        """Return the signed list as JSON (JWS, flattened serialization of RFC 7515)."""
        context, entries = self._sources.context, self.entries()
        payload = {
            "kind": KIND,
            "number": len(entries),
            "at": context.clock.now().isoformat(),
            "entries": entries,
        }
        head, body, signature = signed(payload, context.keys, typ=KIND).split(".")
        flat = {"payload": body, "protected": head, "signature": signature}
        return json.dumps(flat, indent=1).encode()


def read_list(data: bytes, keys: Sequence[Jwk]) -> RevocationList:
    """Return a signed list.

    Raises:
        StatementUnusable: it is none.
        StatementForged: none of the keys signed it.
    """
    try:
        flat = json.loads(data)
        token = ".".join((flat["protected"], flat["payload"], flat["signature"]))
        body = _Body.model_validate(opened(token, keys, MOST_BYTES))
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise StatementUnusable from error
    if body.kind != KIND:
        raise StatementUnusable
    return RevocationList(body.number, body.at, {entry.no: entry for entry in body.entries})
