"""What the supervising body looks at is in the audit log, page by page (R23)."""

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record


class Supervision:
    """Records the views of supervising accounts."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def viewed(self, page: str, path: str, by: str) -> None:
        """Record that a page was opened. ``path`` names things by id, without search words."""
        with self._context.database.write() as connection:
            now = self._context.clock.now()
            record(connection, now, AuditKind.SUPERVISOR_VIEWED, by, page=page, path=path[:300])
