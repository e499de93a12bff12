"""Sittings: when a programme is examined, and from when its paper may be unlocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, func, select

from kiosk.exam.programme.programme import load_programme
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import AlreadyThere, NotFound, SittingOver, UnlockTooLate
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.settings import TIME_LOCK


@dataclass(frozen=True)
class NewSitting:
    """Data of a sitting to create. Times are aware.

    ``trade`` and ``level`` are required where the programme has them, because a sitting has one
    paper. Defaults: a new ``id``, the programme's ``duration_minutes``, ``unlock_not_before``
    at the settings' lead before the start, and the settings' ``release`` (``time_lock`` or
    ``two_people``).
    """

    programme_id: str
    title: str
    starts_at: datetime
    id: str | None = None
    duration_minutes: int | None = None
    unlock_not_before: datetime | None = None
    trade: str | None = None
    level: str | None = None
    release: str | None = None


@dataclass(frozen=True)
class SittingView:
    """A sitting as stored."""

    id: str
    programme_id: str
    programme_version: int
    title: str
    starts_at: datetime
    duration_minutes: int
    unlock_not_before: datetime
    created_at: datetime
    trade: str | None = None
    level: str | None = None
    release: str = TIME_LOCK

    @property
    def ends_at(self) -> datetime:
        """When the sitting ends for candidates without extra time."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)

    def require_usable(self, now: datetime) -> None:
        """Require times at which candidates can sit the exam.

        Raises:
            SittingOver: the sitting has ended.
            UnlockTooLate: the paper would be unlocked only after the end.
        """
        if self.ends_at <= now:
            raise SittingOver(ended=self.ends_at)
        if self.unlock_not_before >= self.ends_at:
            raise UnlockTooLate(unlock=self.unlock_not_before, ended=self.ends_at)


@dataclass(frozen=True)
class CentreSeats:
    """Number of candidates of a sitting at one centre."""

    centre_code: str
    candidates: int


class Sittings:
    """Creates and lists sittings."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def create(self, new: NewSitting, by: str) -> SittingView:
        """Create a sitting of the programme's newest version.

        Raises:
            NotFound: the programme does not exist.
            NoSuchExamination: the programme has no such trade or level.
            SittingOver, UnlockTooLate: the times are unusable.
            AlreadyThere: the id is in use.
        """
        now = self._context.clock.now()
        lead = timedelta(minutes=self._context.settings.packages.unlock_lead_minutes)
        with self._context.database.write() as connection:
            programme = (
                connection.execute(
                    select(tables.programmes)
                    .where(tables.programmes.c.id == new.programme_id)
                    .order_by(tables.programmes.c.version.desc())
                )
                .mappings()
                .first()
            )
            if programme is None:
                raise NotFound(what="programme")
            examination = load_programme(programme["document"]).examination(new.trade, new.level)
            sitting = SittingView(
                id=new.id or self._context.ids(),
                programme_id=new.programme_id,
                programme_version=programme["version"],
                title=new.title,
                # The version is fixed here: a later import of the programme does not change this
                # sitting.
                starts_at=new.starts_at,
                duration_minutes=new.duration_minutes or examination.duration_minutes,
                unlock_not_before=new.unlock_not_before or new.starts_at - lead,
                created_at=now,
                trade=new.trade,
                level=new.level,
                release=new.release or self._context.settings.packages.release,
            )
            sitting.require_usable(now)
            if not insert_new(connection, tables.sittings, **vars(sitting)):
                raise AlreadyThere(what=f"Sitting {sitting.id}")
            record(connection, now, AuditKind.SITTING_CREATED, by, sitting=sitting.id)
        return sitting

    def get(self, sitting_id: str) -> SittingView:
        """Return a sitting.

        Raises:
            NotFound: the sitting does not exist.
        """
        query = select(tables.sittings).where(tables.sittings.c.id == sitting_id)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="sitting")
        return _view(row)

    def list(self) -> Sequence[SittingView]:
        """Return all sittings, latest first."""
        query = select(tables.sittings).order_by(
            tables.sittings.c.starts_at.desc(), tables.sittings.c.id
        )
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def centres(self, sitting_id: str) -> Sequence[CentreSeats]:
        """Return the centres at which candidates of the sitting have seats, by code."""
        seats = tables.seats
        query = (
            select(seats.c.centre_code, func.count())
            .where(seats.c.sitting_id == sitting_id)
            .group_by(seats.c.centre_code)
            .order_by(seats.c.centre_code)
        )
        with self._context.database.read() as connection:
            return [CentreSeats(code, count) for code, count in connection.execute(query)]


def _view(row: RowMapping) -> SittingView:
    return SittingView(**row)
