"""What centres fetch and confirm. Each row is written by its own centre's requests alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from sync.hq.context import HqContext
from sync.hq.persistence.announcement_tables import (
    announcement_centres,
    announcement_marks,
    announcements,
)
from sync.hq.persistence.database import put
from sync.wire.errors import WrongRecipient
from sync.wire.exchange.announcements import (
    AT_ONCE,
    MOST_HELD,
    Announcement,
    AnnouncementPage,
    AnnouncementReport,
    Held,
    mark_of,
    sign_announcement,
)

_SENT = (
    *("revision", "state", "title", "text", "candidate_text", "urgent", "sitting_id"),
    *("reason", "issued_at", "changed_at"),
)


class AnnouncementDelivery:
    """Compares what a centre has with what it should have."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def changed(self, centre_code: str, mark: str) -> bool:
        """Return whether the centre lacks something, or has something else than it last said."""
        known = select(announcement_marks.c.mark).where(
            announcement_marks.c.centre_code == centre_code
        )
        with self._context.database.read() as connection:
            said = connection.execute(known).scalar() or mark_of(())
            return said != mark or bool(_lacking(_newest(connection, centre_code)))

    def exchange(self, centre_code: str, report: AnnouncementReport) -> AnnouncementPage:
        """Store what the centre has and has read; return what it lacks, the oldest first.

        Raises:
            WrongRecipient: the report names another centre than the one that signed it.
        """
        self.note(centre_code, report)
        return AnnouncementPage(signed=self.lacking(centre_code, AT_ONCE))

    def note(self, centre_code: str, report: AnnouncementReport) -> None:
        """Store what the centre has and has read; raises like :meth:`exchange`."""
        if report.centre_code != centre_code:
            raise WrongRecipient("a report of another centre")
        held = {known.announcement_id: known for known in report.held}
        # Shared: no other request writes this centre's rows, and the newest report counts.
        with self._context.database.write_shared() as connection:
            for row in _newest(connection, centre_code):
                self._store(connection, centre_code, row, held.get(row["id"]))
            mark = {"centre_code": centre_code, "mark": mark_of(report.held)}
            put(connection, announcement_marks, [mark])

    def lacking(self, centre_code: str, most: int) -> tuple[str, ...]:
        """Return at most ``most`` announcements that the centre lacks: signed, the oldest first."""
        with self._context.database.read() as connection:
            rows = _lacking(_newest(connection, centre_code))[:most]
        keys = self._context.keys
        return tuple(sign_announcement(_document(centre_code, row), keys) for row in rows)

    def _store(
        self, connection: Connection, centre_code: str, row: RowMapping, held: Held | None
    ) -> None:
        # A centre that was restored from a backup may have less than before.
        revision = min(held.revision, row["revision"]) if held else 0
        change: dict[str, Any] = {}
        if revision != row["held_revision"]:
            change["held_revision"] = revision
        if revision and row["delivered_at"] is None:
            change["delivered_at"] = self._context.clock.now()
        if held and held.read_at and row["read_at"] is None:
            change |= {"read_by": held.read_by, "read_at": held.read_at}
        if change:
            table = announcement_centres
            mine = table.c.centre_code == centre_code
            chosen = update(table).where(mine, table.c.announcement_id == row["id"])
            connection.execute(chosen.values(**change))


def _newest(connection: Connection, centre_code: str) -> Sequence[RowMapping]:
    own = announcement_centres
    query = (
        select(announcements, own.c.held_revision, own.c.delivered_at, own.c.read_at)
        .join(own, own.c.announcement_id == announcements.c.id)
        .where(own.c.centre_code == centre_code)
        # As at the centre, which keeps no more.
        .order_by(announcements.c.issued_at.desc(), announcements.c.id)
        .limit(MOST_HELD)
    )
    return connection.execute(query).mappings().all()


def _lacking(rows: Sequence[RowMapping]) -> Sequence[RowMapping]:
    older = [row for row in rows if row["held_revision"] < row["revision"]]
    return older[::-1]


def _document(centre_code: str, row: RowMapping) -> Announcement:
    values = {name: row[name] for name in _SENT}
    return Announcement(centre_code=centre_code, announcement_id=row["id"], **values)
