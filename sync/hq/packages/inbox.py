"""A centre's inbox: notices of packages, revocations and released codes, ordered by a cursor."""

from typing import Any

from sqlalchemy import RowMapping, Select, select

from sync.hq.context import HqContext
from sync.hq.packages.unlock_codes import Unlocking
from sync.hq.persistence import tables
from sync.wire.exchange.inbox import (
    InboxPage,
    Notice,
    PackageNotice,
    RevocationNotice,
    UnlockNotice,
    mark_of,
)
from sync.wire.sealing.keys import PublicKeys

PAGE = 100
"""Most notices on one page."""


class Inbox:
    """Reads the inboxes of centres."""

    def __init__(self, context: HqContext, unlocking: Unlocking) -> None:
        self._context = context
        self._unlocking = unlocking

    def page(
        self, centre_code: str, keys: PublicKeys, after: int, mark: str | None = None
    ) -> InboxPage:
        """Return the notices after a cursor, oldest first, after releasing codes that are due.

        ``mark`` identifies the notice that the centre has seen at the cursor. If headquarters
        has another one there, the page starts from the beginning and says so.
        """
        self._unlocking.release_due(centre_code, keys)
        inbox = tables.inbox
        with self._context.database.read() as connection:
            at = connection.execute(_query(centre_code).where(inbox.c.cursor == after))
            found = at.mappings().first()
            restarted = mark is not None and (found is None or mark_of(_notice(found)) != mark)
            start = 0 if restarted else after
            query = _query(centre_code).where(inbox.c.cursor > start).order_by(inbox.c.cursor)
            # One more than a page tells whether there is a next one.
            rows = connection.execute(query.limit(PAGE + 1)).mappings().all()
        entries = tuple(_notice(row) for row in rows[:PAGE])
        return InboxPage(
            entries=entries,
            cursor=entries[-1].cursor if entries else start,
            more=len(rows) > PAGE,
            restarted=restarted,
            server_time=self._context.clock.now(),
        )


def _query(centre_code: str) -> Select[Any]:
    inbox, packages = tables.inbox, tables.packages
    return (
        select(inbox, packages.c.sitting_id, packages.c.version, packages.c.sha256, packages.c.size)
        .join(packages, packages.c.id == inbox.c.package_id)
        .where(inbox.c.centre_code == centre_code)
    )


def _notice(row: RowMapping) -> Notice:
    names = ("cursor", "package_id", "sitting_id", "version")
    common = {name: row[name] for name in names}
    if row["kind"] == "package":
        return PackageNotice(**common, sha256=row["sha256"], size=row["size"])
    if row["kind"] == "revocation":
        return RevocationNotice(**common, signed=row["sealed"])
    return UnlockNotice(**common, sealed=row["sealed"])
