"""Access to papers before their exam, by one person or by two.

Where two people release the codes of a sitting, its papers open only to people who have agreed
within the last hour, and only once two have. When two people have approved a code and its time
has come, the paper is no longer secret.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from sync.hq.accounts.two_people import require_second_person
from sync.hq.authoring.secrecy import PEOPLE, is_open
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role_in
from sync.hq.errors import ViewersMissing
from sync.hq.packages.papers import KeptPaper, Papers
from sync.hq.persistence.database import put
from sync.hq.persistence.tables import paper_viewers
from sync.hq.settings import TWO_PEOPLE
from sync.hq.sittings import Sittings

OPEN_FOR = timedelta(hours=1)


class PaperViews:
    """Opens papers to staff; every view and every agreement is in the audit log."""

    def __init__(self, context: HqContext, papers: Papers, sittings: Sittings) -> None:
        self._context = context
        self._papers = papers
        self._sittings = sittings

    def open(self, sitting_id: str, paper_id: str, label: str, by: str) -> KeptPaper:
        """Return a paper for reading and record that in the audit log.

        Raises:
            RoleMissing: ``by`` is not an author for this sitting, or not any more.
            ViewersMissing: two people must agree first.
            NotFound: the sitting has no such paper.
        """
        paper, now = self._papers.get(sitting_id, label, paper_id), self._context.clock.now()
        with self._context.database.write() as connection:
            require_role_in(connection, by, Role.AUTHOR, sitting_id=sitting_id)
            self._require(connection, sitting_id, by, now)
            named = {"sitting": sitting_id, "paper": paper.id}
            record(connection, now, AuditKind.PAPER_PREVIEWED, by, **named)
        return paper

    def agree(self, sitting_id: str, by: str) -> Sequence[str]:
        """Agree to reading a sitting's papers for an hour; return everyone who has agreed.

        Raises:
            RoleMissing: ``by`` is not an author for this sitting, or not any more.
            NotFound: the sitting does not exist.
            NotAPerson: the command line, or a locked or closed account.
            SamePerson: the same person may be behind an account that has agreed.
        """
        self._sittings.get(sitting_id)
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            # Checked in the write transaction, so two agreements at the same moment see each
            # other.
            require_second_person(connection, by, _agreed(connection, sitting_id, now))
            require_role_in(connection, by, Role.AUTHOR, sitting_id=sitting_id)
            row = {"sitting_id": sitting_id, "username": by, "agreed_at": now}
            put(connection, paper_viewers, [row])
            record(connection, now, AuditKind.PAPER_VIEW_AGREED, by, sitting=sitting_id)
            return _agreed(connection, sitting_id, now)

    def agreed(self, sitting_id: str) -> Sequence[str]:
        """Return the accounts that agreed within the last hour."""
        with self._context.database.read() as connection:
            return _agreed(connection, sitting_id, self._context.clock.now())

    def _require(self, connection: Connection, sitting_id: str, by: str, now: datetime) -> None:
        sitting = self._sittings.get(sitting_id)
        if sitting.release != TWO_PEOPLE:
            return
        if connection.execute(select(is_open(sitting_id, now))).scalar_one():
            return
        agreed = _agreed(connection, sitting_id, now)
        if by not in agreed or len(agreed) < PEOPLE:
            raise ViewersMissing(agreed=len(agreed))


def _agreed(connection: Connection, sitting_id: str, now: datetime) -> Sequence[str]:
    table = paper_viewers
    fresh = (table.c.sitting_id == sitting_id) & (table.c.agreed_at > now - OPEN_FOR)
    query = select(table.c.username).where(fresh).order_by(table.c.agreed_at, table.c.username)
    return connection.execute(query).scalars().all()
