"""Acts of two people: certificates of a sitting are issued, or one certificate is revoked.

The first person proposes what they see; a second one approves exactly that, and nobody may have
controlled both accounts. Numbers are given in one transaction; PDFs are made afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from sync.hq.accounts.two_people import require_other_person, require_second_person
from sync.hq.certificates.checks import Checked, check
from sync.hq.certificates.errors import ListChanged, OrderClosed, OrderWaiting
from sync.hq.certificates.issuing import give_numbers
from sync.hq.certificates.reasons import Revocation
from sync.hq.certificates.register import ActView, add_acts, certificate, require_current
from sync.hq.certificates.sources import Sources
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, Scope, require_role
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.certificate_tables import certificate_orders, certificates
from sync.wire import canonical

ISSUE, REVOKE = "issue", "revoke"
APPROVED, WITHDRAWN = "approved", "withdrawn"
_LONGEST = 2000


@dataclass(frozen=True)
class OrderView:
    """An order; ``outcome``: ``approved`` or ``withdrawn``, or empty while it waits."""

    id: str
    kind: str
    sitting_id: str
    programme_id: str
    number: str
    reason: str
    text: str
    digest: str
    proposed_by: str
    proposed_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    outcome: str


class CertificateOrders:
    """Proposes, approves and withdraws orders."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def check(self, sitting_id: str, programme_id: str) -> Checked:
        """Return who would get a certificate, and what prevents it.

        Raises:
            NotFound: the sitting does not examine the programme.
        """
        released = self._sources.releases.certifiable(sitting_id, programme_id)
        with self._sources.context.database.read() as connection:
            return check(connection, self._sources, sitting_id, programme_id, released)

    def propose_issue(self, sitting_id: str, programme_id: str, by: str) -> str:
        """Propose certificates for everybody on the list; return the order's id.

        Raises:
            RoleMissing: the account is no publisher of the programme.
            CertificatesTooEarly, NobodyToCertify, SigningKeyMissing, DesignMissing: the check
                list says why.
            OrderWaiting: there is such an order already.
            NotAPerson: the command line.
        """
        released = self._sources.releases.certifiable(sitting_id, programme_id)
        with self._sources.context.database.write() as connection:
            _require_publisher(connection, by, programme_id)
            require_second_person(connection, by, ())
            checked = check(connection, self._sources, sitting_id, programme_id, released)
            checked.require()
            order = {
                "kind": ISSUE,
                "sitting_id": sitting_id,
                "programme_id": programme_id,
                "digest": checked.digest,
            }
            return self._propose(connection, order, by)

    def propose_revocation(self, number: str, reason: Revocation, text: str, by: str) -> str:
        """Propose to revoke a certificate; return the order's id.

        Raises:
            NotFound: there is no such certificate.
            RoleMissing: the account is no publisher of its programme.
            ReasonMissing: no text says why.
            CertificateRevoked, CertificateReissued: it no longer counts anyway.
            OrderWaiting: there is such an order already.
            NotAPerson: the command line.
        """
        if not text.strip():
            raise ReasonMissing
        with self._sources.context.database.write() as connection:
            found = certificate(connection, number)
            _require_publisher(connection, by, found.programme_id)
            require_second_person(connection, by, ())
            require_current(found)
            order = {
                "kind": REVOKE,
                "number": found.number,
                "programme_id": found.programme_id,
                "reason": reason.value,
                "text": text.strip()[:_LONGEST],
                "digest": canonical.digest(found.statement.encode()),
            }
            return self._propose(connection, order, by)

    def approve(self, order_id: str, by: str) -> int:
        """Carry out an order; return how many certificates it concerned.

        Raises:
            NotFound: there is no such order.
            RoleMissing: the account is no publisher of the programme.
            NotAPerson, SecondPersonNeeded, SamePerson: it is no second person.
            OrderClosed: it was closed before.
            ListChanged: the list is not what was proposed.
        """
        with self._sources.context.database.read() as connection:
            order = _order(connection, order_id)
        # Before the transaction: release has transactions of its own.
        released = (
            self._sources.releases.certifiable(order.sitting_id, order.programme_id)
            if order.kind == ISSUE
            else ()
        )
        with self._sources.context.database.write() as connection:
            order = _open_order(connection, order_id)
            _require_publisher(connection, by, order.programme_id)
            require_other_person(connection, by, order.proposed_by)
            if order.kind == REVOKE:
                done = self._revoke(connection, order, by)
            else:
                where = (order.sitting_id, order.programme_id)
                checked = check(connection, self._sources, *where, released)
                checked.require()
                if checked.digest != order.digest:
                    raise ListChanged(by=order.proposed_by)
                done = give_numbers(connection, self._sources, checked, order.proposed_by, by)
            self._close(connection, order, APPROVED, by, certificates=done)
        return done

    def withdraw(self, order_id: str, by: str) -> None:
        """Close an order without doing anything.

        Raises:
            NotFound: there is no such order.
            RoleMissing: the account is no publisher of the programme.
            OrderClosed: it was closed before.
        """
        with self._sources.context.database.write() as connection:
            order = _open_order(connection, order_id)
            _require_publisher(connection, by, order.programme_id)
            self._close(connection, order, WITHDRAWN, by)

    def get(self, order_id: str) -> OrderView:
        """Return an order.

        Raises:
            NotFound: there is no such order.
        """
        with self._sources.context.database.read() as connection:
            return _order(connection, order_id)

    def waiting(self, scope: Scope, number: str = "", limit: int = 100) -> Sequence[OrderView]:
        """Return the orders that wait for a second person, the oldest first."""
        table = certificate_orders
        wanted = [table.c.outcome == "", scope.where(table.c.programme_id)]
        if number:
            wanted.append(table.c.number == number)
        query = select(table).where(*wanted).order_by(table.c.proposed_at).limit(limit)
        with self._sources.context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def _propose(self, connection: Connection, given: Mapping[str, str], by: str) -> str:
        table, context = certificate_orders, self._sources.context
        now, order_id = context.clock.now(), context.ids()
        empty = {"sitting_id": "", "number": "", "reason": "", "text": ""}
        row: dict[str, Any] = {**empty, **given}
        same = [table.c[name] == row[name] for name in ("kind", "sitting_id", "number")]
        waits = select(table.c.id).where(
            *same, table.c.programme_id == row["programme_id"], table.c.outcome == ""
        )
        if connection.execute(waits).first() is not None:
            raise OrderWaiting
        values = {"id": order_id, "proposed_by": by, "proposed_at": now, "outcome": ""}
        connection.execute(insert(table).values(**row, **values))
        about = {"act": row["kind"], "sitting": row["sitting_id"]}
        about |= {"number": row["number"], "reason": row["reason"]}
        named = {name: value for name, value in about.items() if value}
        record(connection, now, AuditKind.CERTIFICATES_PROPOSED, by, order=order_id, **named)
        return order_id

    def _close(
        self, connection: Connection, order: OrderView, outcome: str, by: str, **named: int
    ) -> None:
        now, table = self._sources.context.clock.now(), certificate_orders
        values = {"outcome": outcome, "closed_by": by, "closed_at": now}
        connection.execute(update(table).where(table.c.id == order.id).values(**values))
        kinds = {
            (APPROVED, ISSUE): AuditKind.CERTIFICATES_ISSUED,
            (APPROVED, REVOKE): AuditKind.CERTIFICATE_REVOKED,
        }
        kind = kinds.get((outcome, order.kind), AuditKind.CERTIFICATES_WITHDRAWN)
        about = {"sitting": order.sitting_id, "number": order.number, "reason": order.reason}
        known = {name: value for name, value in about.items() if value}
        record(connection, now, kind, by, order=order.id, first=order.proposed_by, **known, **named)

    def _revoke(self, connection: Connection, order: OrderView, by: str) -> int:
        require_current(certificate(connection, order.number))
        now, table = self._sources.context.clock.now(), certificates
        values = {"revoked_at": now, "revoked_reason": order.reason}
        connection.execute(update(table).where(table.c.number == order.number).values(**values))
        act = ActView("revoked", order.proposed_by, by, now, order.reason, order.text)
        add_acts(connection, [order.number], act)
        return 1


def _require_publisher(connection: Connection, by: str, programme_id: str) -> None:
    require_role(connection, by, Role.PUBLISHER, programme_id=programme_id)


def _open_order(connection: Connection, order_id: str) -> OrderView:
    order = _order(connection, order_id)
    if order.outcome:
        raise OrderClosed
    return order


def _order(connection: Connection, order_id: str) -> OrderView:
    table = certificate_orders
    row = connection.execute(select(table).where(table.c.id == order_id)).mappings().first()
    if row is None:
        raise NotFound(what="order")
    return _view(row)


def _view(row: RowMapping) -> OrderView:
    return OrderView(**row)
