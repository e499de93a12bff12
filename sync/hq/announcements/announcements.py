"""Announcements are sent, replaced and withdrawn here; what was sent never changes its text."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from sync.hq.announcements.drafts import Draft, digest_of, recipients
from sync.hq.announcements.errors import (
    AnnouncementCentresChanged,
    AnnouncementEnded,
    AnnouncementTextMissing,
    AnnouncementTextTooLong,
    TooManyAnnouncements,
)
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import NAMES, Role
from sync.hq.errors import NotFound
from sync.hq.persistence.announcement_tables import announcement_centres, announcements
from sync.hq.persistence.database import insert_new
from sync.hq.problems import Phrase
from sync.wire.exchange.announcements import LONGEST_REASON

VALID, WITHDRAWN, SUPERSEDED = "valid", "withdrawn", "superseded"
MOST_A_DAY = 100
"""Announcements within 24 hours, so that a mistake does not fill the centres' pages."""


class Announcements:
    """What members of staff of headquarters do with announcements."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def recipients(self, draft: Draft, allowed: Collection[str]) -> tuple[str, ...]:
        """Return which centres would get a draft, for the preview; raises as :meth:`send`."""
        with self._context.database.read() as connection:
            if draft.replaces:
                _valid(connection, draft.replaces, allowed)
            return recipients(connection, draft, allowed)

    def send(
        self, announcement_id: str, draft: Draft, allowed: Collection[str], shown: str, by: str
    ) -> None:
        """Send a draft; the same id again has no effect, so a double click sends once.

        ``allowed``: centres that the account is responsible for. ``shown``: digest of the centres
        that the preview named.

        Raises:
            AnnouncementCentresChanged: others would get it now.
            TooManyAnnouncements: ``MOST_A_DAY`` were sent within 24 hours.
            AnnouncementEnded: what it replaces has ended before.
            RoleMissing: what it replaces went to centres that are not allowed.
            HqError: of :meth:`Draft.checked` and :func:`recipients`.
        """
        checked = draft.checked()
        with self._context.database.write() as connection:
            if _find(connection, announcement_id) is not None:
                return
            codes = recipients(connection, checked, allowed)
            if digest_of(codes) != shown:
                raise AnnouncementCentresChanged
            self._require_few(connection)
            if checked.replaces:
                old = _valid(connection, checked.replaces, allowed)
                self._end(connection, old, SUPERSEDED, "", by)
            self._insert(connection, announcement_id, checked, by)
            rows = [
                {"announcement_id": announcement_id, "centre_code": code, "held_revision": 0}
                for code in codes
            ]
            connection.execute(insert(announcement_centres), rows)
            record(
                connection,
                self._context.clock.now(),
                AuditKind.ANNOUNCEMENT_SENT,
                by,
                announcement=announcement_id,
                title=checked.title,
                urgent=checked.urgent,
                sitting=checked.sitting_id,
                target=checked.target.value,
                branch=checked.branch,
                centres=len(codes),
                replaces=checked.replaces,
            )

    def withdraw(
        self, announcement_id: str, reason: str, allowed: Collection[str], by: str
    ) -> None:
        """End an announcement; centres that have it show that it was withdrawn, and why.

        Raises:
            NotFound: there is no such announcement.
            AnnouncementEnded: it has ended before.
            RoleMissing: it went to centres that are not allowed.
            AnnouncementTextMissing, AnnouncementTextTooLong: the reason has the wrong length.
        """
        plain = " ".join(reason.split())
        if not plain:
            raise AnnouncementTextMissing(field=Phrase("Reason"))
        if len(plain) > LONGEST_REASON:
            raise AnnouncementTextTooLong(
                field=Phrase("Reason"), length=len(plain), most=LONGEST_REASON
            )
        with self._context.database.write() as connection:
            row = _valid(connection, announcement_id, allowed)
            self._end(connection, row, WITHDRAWN, plain, by)
            record(
                connection,
                self._context.clock.now(),
                AuditKind.ANNOUNCEMENT_WITHDRAWN,
                by,
                announcement=announcement_id,
                reason=plain,
            )

    def _require_few(self, connection: Connection) -> None:
        since = self._context.clock.now() - timedelta(hours=24)
        query = select(func.count()).where(announcements.c.issued_at > since)
        if connection.execute(query).scalar_one() >= MOST_A_DAY:
            raise TooManyAnnouncements(most=MOST_A_DAY)

    def _insert(self, connection: Connection, announcement_id: str, draft: Draft, by: str) -> None:
        names = ("title", "text", "candidate_text", "urgent", "branch", "sitting_id", "replaces")
        now = self._context.clock.now()
        insert_new(
            connection,
            announcements,
            id=announcement_id,
            revision=1,
            state=VALID,
            target=draft.target.value,
            reason="",
            issued_at=now,
            issued_by=by,
            changed_at=now,
            changed_by=by,
            **{name: getattr(draft, name) for name in names},
        )

    def _end(
        self, connection: Connection, row: RowMapping, state: str, reason: str, by: str
    ) -> None:
        change = {"state": state, "reason": reason, "revision": row["revision"] + 1}
        chosen = update(announcements).where(announcements.c.id == row["id"])
        connection.execute(
            chosen.values(**change, changed_at=self._context.clock.now(), changed_by=by)
        )


def _find(connection: Connection, announcement_id: str) -> RowMapping | None:
    query = select(announcements).where(announcements.c.id == announcement_id)
    return connection.execute(query).mappings().first()


def _valid(connection: Connection, announcement_id: str, allowed: Collection[str]) -> RowMapping:
    row = _find(connection, announcement_id)
    if row is None:
        raise NotFound(what="announcement")
    if row["state"] != VALID:
        raise AnnouncementEnded
    query = select(announcement_centres.c.centre_code).where(
        announcement_centres.c.announcement_id == announcement_id
    )
    if not set(connection.execute(query).scalars()) <= set(allowed):
        raise RoleMissing(role=NAMES[Role.REGISTRAR])
    return row
