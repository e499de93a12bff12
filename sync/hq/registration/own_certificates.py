"""Certificates that headquarters itself issued, as entry conditions count them (R6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, select

from kiosk.exam.programme.eligibility import Certificate
from sync.hq.persistence.certificate_tables import certificates

OwnCertificates = Mapping[tuple[str, str], Sequence["Held"]]
"""By programme and candidate."""


@dataclass(frozen=True)
class Held:
    """A level that somebody holds ``since`` a day, and until when it is valid."""

    level: str
    since: date
    until: date | None

    def on(self, day: date) -> Certificate | None:
        """Return the certificate as it counts on a day; None if it is not valid then."""
        if not self.since <= day or (self.until is not None and self.until < day):
            return None
        return Certificate("programme", self.level, _years(self.since, day))


def own_certificates(connection: Connection, programmes: Collection[str]) -> OwnCertificates:
    """Return the certificates of some programmes that are neither revoked nor without a level.

    One that was issued again counts since it was first issued.
    """
    table, newer = certificates, certificates.alias()
    query = (
        select(table, newer.c.number.label("newer"))
        .join(newer, newer.c.reissue_of == table.c.number, isouter=True)
        .where(table.c.programme_id.in_(programmes), table.c.level.is_not(None))
        .order_by(table.c.position)
    )
    since: dict[str, date] = {}
    found: dict[tuple[str, str], list[Held]] = {}
    for row in connection.execute(query):
        # In the order of issue, so the former certificate comes first.
        since[row.number] = since.get(row.reissue_of or "", row.issued_on)
        if row.newer is None and row.revoked_at is None:
            held = Held(row.level, since[row.number], row.valid_until)
            found.setdefault((row.programme_id, row.candidate_id), []).append(held)
    return found


def _years(since: date, day: date) -> Decimal:
    """Return whole years exactly, and the days beyond them as a part of a year."""
    years = day.year - since.year - ((day.month, day.day) < (since.month, since.day))
    month, last = since.month, since.day
    if (month, last) == (2, 29):
        last = 28
    beyond = (day - date(since.year + years, month, last)).days
    return years + (Decimal(max(beyond, 0)) / 367).quantize(Decimal("0.01"))
