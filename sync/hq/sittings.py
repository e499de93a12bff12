"""Sittings: a time slot in which papers are sat, and from when they may be unlocked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from kiosk.exam.programme.programme import load_programme
from kiosk.exam.typed_texts import require_plain
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import (
    AlreadyThere,
    MinutesFixed,
    NotFound,
    PapersMissing,
    SittingCancelled,
    SittingFar,
    SittingIdUnusable,
    SittingOver,
    SittingPast,
    TitleUnusable,
    UnlockTooLate,
)
from sync.hq.parts_alone import parts_alone
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.settings import TIME_LOCK
from sync.wire.model import IDENTIFIER

JUST_NOW = timedelta(minutes=5)
"""A sitting whose start is no longer ago than this can still be created: it starts now."""
YEARS_AHEAD = 5
"""A time further away than this is a slip in the year."""
MOST_TITLE = 200
"""Longest title, in characters."""


@dataclass(frozen=True)
class NewPaper:
    """A paper to add to a sitting.

    ``trade`` and ``level`` are required where the programme has them. ``duration_minutes``
    defaults to the programme's. ``parts``: those that are sat; none named: all.
    """

    programme_id: str
    trade: str | None = None
    level: str | None = None
    duration_minutes: int | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewSitting:
    """Data of a sitting to create. Times are aware.

    Defaults: a new ``id``, ``unlock_not_before`` at the settings' lead before the start, and the
    settings' ``release`` (``time_lock`` or ``two_people``).
    """

    title: str
    starts_at: datetime
    papers: Sequence[NewPaper]
    id: str | None = None
    unlock_not_before: datetime | None = None
    release: str | None = None


@dataclass(frozen=True)
class SittingPaper:
    """A paper of a sitting: what is sat, by the programme of this version. ``id``: in the sitting.

    ``parts``: the parts of the examination that are sat, in its order; empty for all.

    The papers that the item bank draws for it are in :mod:`sync.hq.packages.papers`.
    """

    id: str
    programme_id: str
    programme_version: int
    trade: str | None
    level: str | None
    duration_minutes: int
    parts: tuple[str, ...] = ()

    @property
    def edition(self) -> tuple[str, int]:
        """The programme and its version."""
        return self.programme_id, self.programme_version

    @property
    def examination(self) -> tuple[str, str | None, str | None]:
        """What is examined; a sitting has each once."""
        return self.programme_id, self.trade, self.level


@dataclass(frozen=True)
class SittingView:
    """A sitting as stored.

    ``ticket_issue``: how often admission tickets had to be printed; only the latest are valid.
    ``repeats``: the id of the sitting whose candidates were carried into this one.
    """

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    unlock_not_before: datetime
    created_at: datetime
    papers: tuple[SittingPaper, ...]
    release: str = TIME_LOCK
    cancelled_at: datetime | None = None
    cancelled_reason: str = ""
    ticket_issue: int = 1
    repeats: str | None = None

    @property
    def duration_minutes(self) -> int:
        """Minutes of the longest paper."""
        return max(paper.duration_minutes for paper in self.papers)

    def paper(self, paper_id: str) -> SittingPaper:
        """Return the paper of that id.

        Raises:
            NotFound: the sitting has no such paper.
        """
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise NotFound(what="paper")

    def require_usable(self, now: datetime) -> None:
        """Require times at which candidates can sit the exam.

        Raises:
            SittingCancelled: it does not take place.
            SittingOver: the sitting has ended.
            UnlockTooLate: the papers would be unlocked only after the end.
        """
        if self.cancelled_at is not None:
            raise SittingCancelled(reason=self.cancelled_reason)
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
        """Create a sitting with papers of their programmes' newest versions.

        Raises:
            PapersMissing: it has no papers.
            TextUnusable: the title has characters that other machines cannot show.
            TitleUnusable, SittingIdUnusable: the title or the id cannot be used.
            NotFound: a programme does not exist.
            NoSuchExamination: a programme has no such trade or level.
            MinutesFixed: a paper's parts have minutes that do not add up to its own.
            PartsTogether, PartUnknown, PartMinutesMissing, PartTimesUnfit: parts that cannot be
                sat alone.
            SittingOver, SittingPast, SittingFar, UnlockTooLate: the times are unusable.
            AlreadyThere: the id is in use, or two papers examine the same.
        """
        return self.create_all([new], by)[0]

    def create_all(self, new: Sequence[NewSitting], by: str) -> Sequence[SittingView]:
        """Create several sittings, or none; like :meth:`create`."""
        with self._context.database.write() as connection:
            return [
                self.create_in(connection, one, new_papers(connection, one.papers, 1), by)
                for one in new
            ]

    def create_in(
        self,
        connection: Connection,
        new: NewSitting,
        papers: Sequence[SittingPaper],
        by: str,
        repeats: str | None = None,
    ) -> SittingView:
        """Like :meth:`create`, inside a transaction and with these papers."""
        if not papers:
            raise PapersMissing
        require_different(papers)
        now = self._context.clock.now()
        # Before any time is calculated: one at the end of the calendar would overflow.
        require_near(new.starts_at, now)
        require_near(new.unlock_not_before or now, now)
        lead = timedelta(minutes=self._context.settings.packages.unlock_lead_minutes)
        sitting = SittingView(
            id=self._context.ids() if new.id is None else _usable_id(new.id),
            title=_usable_title(new.title),
            starts_at=new.starts_at,
            ends_at=end_of(new.starts_at, papers),
            unlock_not_before=new.unlock_not_before or new.starts_at - lead,
            created_at=now,
            papers=tuple(papers),
            release=new.release or self._context.settings.packages.release,
            repeats=repeats,
        )
        sitting.require_usable(now)
        require_ahead(sitting.starts_at, now)
        values = {name: value for name, value in vars(sitting).items() if name != "papers"}
        if not insert_new(connection, tables.sittings, **values):
            raise AlreadyThere(what=f"Sitting {sitting.id}")
        rows = [{"sitting_id": sitting.id, **vars(paper)} for paper in papers]
        connection.execute(insert(tables.sitting_papers), rows)
        named = {"sitting": sitting.id, **({"repeats": repeats} if repeats else {})}
        record(connection, now, AuditKind.SITTING_CREATED, by, **named)
        return sitting

    def get(self, sitting_id: str) -> SittingView:
        """Return a sitting.

        Raises:
            NotFound: the sitting does not exist.
        """
        with self._context.database.read() as connection:
            return self.get_in(connection, sitting_id)

    def get_in(self, connection: Connection, sitting_id: str) -> SittingView:
        """Like :meth:`get`, inside a transaction."""
        query = select(tables.sittings).where(tables.sittings.c.id == sitting_id)
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="sitting")
        return _view(row, _papers(connection, sitting_id).get(sitting_id, ()))

    def list(self) -> Sequence[SittingView]:
        """Return all sittings, latest first."""
        query = select(tables.sittings).order_by(
            tables.sittings.c.starts_at.desc(), tables.sittings.c.id
        )
        with self._context.database.read() as connection:
            papers = _papers(connection, None)
            rows = connection.execute(query).mappings()
            return [_view(row, papers.get(row["id"], ())) for row in rows]

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


def require_ahead(starts_at: datetime, now: datetime) -> None:
    """Require a start that is not in the past, and not years ahead.

    Raises:
        SittingPast, SittingFar: it is.
    """
    require_near(starts_at, now)
    if starts_at < now - JUST_NOW:
        raise SittingPast(start=starts_at)


def is_near(moment: datetime, now: datetime) -> bool:
    """Return whether a time is at most :data:`YEARS_AHEAD` years away."""
    return abs(moment - now) <= timedelta(days=366 * YEARS_AHEAD)


def require_near(moment: datetime, now: datetime) -> None:
    """Require a time for which :func:`is_near` holds.

    Raises:
        SittingFar: it does not.
    """
    if not is_near(moment, now):
        raise SittingFar(year=moment.year, years=YEARS_AHEAD)


def _usable_title(text: str) -> str:
    title = require_plain(text)
    if not 1 <= len(title) <= MOST_TITLE:
        raise TitleUnusable(size=len(title), most=MOST_TITLE)
    return title


def _usable_id(text: str) -> str:
    if not re.fullmatch(IDENTIFIER, text) or text.endswith("\n"):
        raise SittingIdUnusable(id=repr(text[:80]))
    return text


def end_of(starts_at: datetime, papers: Sequence[SittingPaper]) -> datetime:
    """Return when the longest of the papers ends, without extra time."""
    return starts_at + timedelta(minutes=max(paper.duration_minutes for paper in papers))


def new_papers(
    connection: Connection, new: Sequence[NewPaper], first: int
) -> Sequence[SittingPaper]:
    """Return papers of their programmes' newest versions, numbered from ``first``; stores nothing.

    Raises:
        NotFound: a programme does not exist.
        NoSuchExamination: it has no such trade or level.
        MinutesFixed, PartsTogether, PartUnknown, PartMinutesMissing, PartTimesUnfit: like
            :meth:`Sittings.create`.
    """
    return [
        _new_paper(connection, str(number), paper) for number, paper in enumerate(new, start=first)
    ]


def _new_paper(connection: Connection, paper_id: str, new: NewPaper) -> SittingPaper:
    programmes = tables.programmes
    newest = (
        select(programmes)
        .where(programmes.c.id == new.programme_id)
        .order_by(programmes.c.version.desc())
    )
    row = connection.execute(newest).mappings().first()
    if row is None:
        raise NotFound(what="programme")
    programme = load_programme(row["document"])
    whole = programme.examination(new.trade, new.level)
    examination = parts_alone(programme, whole, new.parts, new.duration_minutes)
    minutes = new.duration_minutes or examination.duration_minutes
    if not examination.fits(minutes):
        raise MinutesFixed(minutes=minutes, parts=examination.duration_minutes)
    return SittingPaper(
        id=paper_id,
        programme_id=new.programme_id,
        # Fixed here: a later import of the programme does not change this sitting.
        programme_version=row["version"],
        trade=new.trade,
        level=new.level,
        duration_minutes=minutes,
        parts=() if examination is whole else tuple(part.id for part in examination.parts),
    )


def require_different(papers: Sequence[SittingPaper]) -> None:
    """Require that no two papers examine the same.

    Raises:
        AlreadyThere: two do.
    """
    seen = set()
    for paper in papers:
        if paper.examination in seen:
            what = " · ".join(name for name in paper.examination if name)
            raise AlreadyThere(what=f"A paper of {what}")
        seen.add(paper.examination)


def _papers(connection: Connection, sitting_id: str | None) -> dict[str, tuple[SittingPaper, ...]]:
    """Return the papers of one sitting, or of all, by sitting; those of a sitting by id."""
    table = tables.sitting_papers
    # Length first: paper 10 comes after paper 9.
    query = select(table).order_by(table.c.sitting_id, func.length(table.c.id), table.c.id)
    if sitting_id is not None:
        query = query.where(table.c.sitting_id == sitting_id)
    found: dict[str, tuple[SittingPaper, ...]] = {}
    for row in connection.execute(query).mappings():
        values: dict[str, Any] = {name: row[name] for name in SittingPaper.__dataclass_fields__}
        values["parts"] = tuple(values["parts"])
        found[row["sitting_id"]] = (*found.get(row["sitting_id"], ()), SittingPaper(**values))
    return found


def _view(row: RowMapping, papers: tuple[SittingPaper, ...]) -> SittingView:
    return SittingView(**row, papers=papers)
