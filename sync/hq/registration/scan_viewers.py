"""Which accounts may see scans of identity cards and certificates (R9)."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound, NotScanViewer
from sync.hq.persistence.database import put
from sync.hq.persistence.material_tables import scan_viewers
from sync.hq.persistence.tables import accounts


class ScanViewers:
    """Grants and withdraws the right to see scans."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def list(self) -> Sequence[str]:
        """Return the accounts that may see scans."""
        query = select(scan_viewers.c.username).order_by(scan_viewers.c.username)
        with self._context.database.read() as connection:
            return connection.execute(query).scalars().all()

    def may(self, username: str) -> bool:
        """Return whether an account may see scans."""
        return username in self.list()

    def require(self, username: str) -> None:
        """Require that an account may see scans.

        Raises:
            NotScanViewer: it may not.
        """
        with self._context.database.read() as connection:
            require_viewer(connection, username)

    def allow(self, username: str, by: str) -> None:
        """Let an account see scans.

        Raises:
            NotFound: there is no such account.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            known = select(accounts.c.username).where(accounts.c.username == username)
            if connection.execute(known.where(accounts.c.closed_at.is_(None))).first() is None:
                raise NotFound(what="account")
            row = {"username": username, "granted_by": by, "granted_at": now}
            put(connection, scan_viewers, [row])
            record(connection, now, AuditKind.SCAN_VIEWER_ALLOWED, by, username=username)

    def deny(self, username: str, by: str) -> None:
        """Let an account see no scans any more.

        Raises:
            NotFound: it could see none.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            mine = scan_viewers.c.username == username
            if not connection.execute(delete(scan_viewers).where(mine)).rowcount:
                raise NotFound(what="account")
            record(connection, now, AuditKind.SCAN_VIEWER_DENIED, by, username=username)


def require_viewer(connection: Connection, username: str) -> None:
    """Require that an account may see scans, in the caller's transaction.

    Raises:
        NotScanViewer: it may not.
    """
    mine = scan_viewers.c.username == username
    if connection.execute(select(scan_viewers.c.username).where(mine)).first() is None:
        raise NotScanViewer
