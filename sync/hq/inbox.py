"""A centre's inbox: its packages and released codes in the order of a cursor."""

from sqlalchemy import RowMapping, select

from sync.hq.office import Office
from sync.hq.persistence import tables
from sync.hq.unlocking import Unlocking
from sync.wire.inbox import InboxPage, Notice, PackageNotice, RevocationNotice, UnlockNotice
from sync.wire.keys import PublicKeys

PAGE = 100
"""Most notices in one page."""


class Inbox:
    """Reads inboxes."""

    def __init__(self, office: Office, unlocking: Unlocking) -> None:
        self._office = office
        self._unlocking = unlocking

    def page(self, centre_code: str, keys: PublicKeys, after: int) -> InboxPage:
        """Notices after a cursor, oldest first. Codes that are due are released first."""
        self._unlocking.release_due(centre_code, keys)
        inbox, packages = tables.inbox, tables.packages
        query = (
            select(
                inbox, packages.c.sitting_id, packages.c.version, packages.c.sha256, packages.c.size
            )
            .join(packages, packages.c.id == inbox.c.package_id)
            .where(inbox.c.centre_code == centre_code, inbox.c.cursor > after)
            .order_by(inbox.c.cursor)
            .limit(PAGE + 1)
        )
        with self._office.ledger.read() as connection:
            rows = connection.execute(query).mappings().all()
        entries = tuple(_notice(row) for row in rows[:PAGE])
        return InboxPage(
            entries=entries,
            cursor=entries[-1].cursor if entries else after,
            more=len(rows) > PAGE,
            server_time=self._office.clock.now(),
        )


def _notice(row: RowMapping) -> Notice:
    names = ("cursor", "package_id", "sitting_id", "version")
    common = {name: row[name] for name in names}
    if row["kind"] == "package":
        return PackageNotice(**common, sha256=row["sha256"], size=row["size"])
    if row["kind"] == "revocation":
        return RevocationNotice(**common, signed=row["sealed"])
    return UnlockNotice(**common, sealed=row["sealed"])
