"""Numbers and signed statements for new certificates, and certificates issued again."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from kiosk.exam.programme.programme import Programme
from sync.hq.certificates.checks import Checked
from sync.hq.certificates.contents import title_of
from sync.hq.certificates.numbers import new_number
from sync.hq.certificates.reasons import Reissue
from sync.hq.certificates.register import ActView, add_acts, certificate, require_current
from sync.hq.certificates.sources import Sources, programme_of
from sync.hq.certificates.statements import Statement, sign_statement
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role
from sync.hq.errors import ReasonMissing
from sync.hq.persistence import tables
from sync.hq.persistence.certificate_tables import certificates

_LONGEST = 2000


def give_numbers(
    connection: Connection, sources: Sources, checked: Checked, by: str, second: str
) -> int:
    """Register a certificate for everybody on the list, all or none; return how many."""
    giver = _Giver(connection, sources, checked.programme_id)
    programmes: dict[int, Programme] = {}
    rows: list[dict[str, Any]] = []
    for person in checked.people:
        version = person.programme_version
        if version not in programmes:
            programmes[version] = programme_of(connection, checked.programme_id, version)
        about = {
            "candidate_id": person.candidate_id,
            "sitting_id": checked.sitting_id,
            "programme_id": checked.programme_id,
            "centre_code": person.centre_code,
            "programme_version": version,
            "trade": person.trade,
            "level": person.level,
            "result_version": person.result_version,
            "name": person.name,
            "parts": {part: str(points) for part, points in person.parts.items()},
            "total": person.total,
            "valid_until": giver.design.validity.until(giver.today),
            "issued_by": by,
            "second": second,
        }
        rows.append(giver.row(about, programmes[version]))
    connection.execute(insert(certificates), rows)
    act = ActView("issued", by, second, giver.now, "", "")
    add_acts(connection, [row["number"] for row in rows], act)
    return len(rows)


class Reissues:
    """Issues a certificate again under a new number; the former one no longer counts."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def reissue(self, number: str, reason: Reissue, text: str, by: str) -> str:
        """Issue a lost or corrected certificate again; return the new number.

        It shows what is registered of the person now, the result of then, and expires when the
        former one would have.

        Raises:
            NotFound: there is no such certificate.
            RoleMissing: the account is no publisher of its programme.
            ReasonMissing: no text says why.
            CertificateRevoked, CertificateReissued: it does not count any more.
            DesignMissing, SigningKeyMissing: no certificate can be made now.
        """
        if not text.strip():
            raise ReasonMissing
        # Before anything is written: a number without a key would wait for its PDF.
        self._sources.signing_key()
        with self._sources.context.database.write() as connection:
            old = certificate(connection, number)
            require_role(connection, by, Role.PUBLISHER, programme_id=old.programme_id)
            require_current(old)
            giver = _Giver(connection, self._sources, old.programme_id)
            same = (
                *("candidate_id", "sitting_id", "programme_id", "centre_code"),
                *("programme_version", "trade", "level", "result_version", "parts", "total"),
                "valid_until",
            )
            about = {name: getattr(old, name) for name in same}
            about |= {"name": _person(connection, old.candidate_id)["name"], "issued_by": by}
            about |= {"second": "", "reissue_of": old.number}
            programme = programme_of(connection, old.programme_id, old.programme_version)
            row = giver.row(about, programme)
            connection.execute(insert(certificates).values(**row))
            why = text.strip()[:_LONGEST]
            for changed, kind in ((old.number, "replaced"), (row["number"], "reissued")):
                act = ActView(kind, by, "", giver.now, reason.value, why)
                add_acts(connection, [changed], act)
            named = {"number": row["number"], "former": old.number, "reason": reason.value}
            record(connection, giver.now, AuditKind.CERTIFICATE_REISSUED, by, **named)
        return str(row["number"])


class _Giver:
    """Gives numbers in one transaction."""

    def __init__(self, connection: Connection, sources: Sources, programme_id: str) -> None:
        self._context = sources.context
        self.design = sources.design(programme_id)
        self.now = self._context.clock.now()
        self.today = sources.local_day(self.now)
        table = certificates
        self._position = connection.execute(select(func.max(table.c.position))).scalar() or 0
        year = f"{self.design.number.prefix}{self.today.year % 100:02}"
        mine = table.c.number.startswith(year, autoescape=True)
        self._taken = set(connection.execute(select(table.c.number).where(mine)).scalars())

    def row(self, about: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
        """Return the row of a new certificate with its signed statement."""
        number, self._position = self._number(), self._position + 1
        title = title_of(programme, about["trade"], about["level"])
        until = about["valid_until"]
        statement = Statement(number, about["name"], title, self.today, until)
        return {
            "reissue_of": None,
            **about,
            "number": number,
            "position": self._position,
            "issued_on": self.today,
            "issued_at": self.now,
            "statement": sign_statement(statement, self._context.keys),
            "revoked_reason": "",
        }

    def _number(self) -> str:
        while True:
            number = new_number(self.design.number.prefix, self.today.year, self._context.entropy)
            if number not in self._taken:
                self._taken.add(number)
                return number


def _person(connection: Connection, candidate_id: str) -> RowMapping:
    table = tables.candidates
    return connection.execute(select(table).where(table.c.id == candidate_id)).mappings().one()
