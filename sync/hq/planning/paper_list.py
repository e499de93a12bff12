"""The papers of a sitting: added and removed while no package has been built."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, union, update

from kiosk.exam.programme.programme import Programme
from kiosk.exam.typed_texts import name_key
from kiosk.exam.values import Named
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import (
    ChoiceUnknown,
    PackagesBuilt,
    PaperInUse,
    PapersMissing,
    SittingCancelled,
)
from sync.hq.packages.papers import Papers
from sync.hq.persistence import tables
from sync.hq.sittings import (
    NewPaper,
    SittingPaper,
    Sittings,
    SittingView,
    end_of,
    new_papers,
    require_different,
)


@dataclass(frozen=True)
class SeatCount:
    """How many candidates have seats with a paper in a room of a centre."""

    centre_code: str
    room: str
    paper: str
    candidates: int


def every_paper(
    programme: Programme, minutes: int | None = None, parts: Sequence[str] = ()
) -> Sequence[NewPaper]:
    """Return a paper for each trade and level of a programme, with these parts or all."""
    trades: list[str | None] = [trade.id for trade in programme.trades]
    return [
        NewPaper(programme.id, trade, examination.level, minutes, tuple(parts))
        for trade in trades or [None]
        for examination in programme.examinations
    ]


def named_paper(
    programme: Programme,
    trade: str | None,
    level: str | None,
    minutes: int | None = None,
    parts: Sequence[str] = (),
) -> NewPaper:
    """Return the paper of a trade and a level that are called by their ids or names.

    ``parts``: ids of those that it has; none named: all.

    Raises:
        ChoiceUnknown: the programme does not have them, or has several to choose from.
    """
    chosen = (_called(trade, programme.trades), _called(level, programme.levels))
    return NewPaper(programme.id, *chosen, minutes, tuple(parts))


def _called(text: str | None, named: Sequence[Named]) -> str | None:
    for one in named:
        if text and name_key(text) in map(name_key, (one.id, one.name.zh, one.name.en)):
            return one.id
    if not text and not named:
        return None
    known = ", ".join(f"{one.id} ({one.name.zh} / {one.name.en})" for one in named) or "–"
    raise ChoiceUnknown(value=text or "–", known=known)


class PaperList:
    """Adds papers to sittings, removes them, and counts their seats."""

    def __init__(self, context: HqContext, sittings: Sittings, papers: Papers) -> None:
        self._context = context
        self._sittings = sittings
        self._papers = papers

    def add(self, sitting_id: str, new: Sequence[NewPaper], by: str) -> SittingView:
        """Add papers of their programmes' newest versions.

        Raises:
            NotFound: the sitting or a programme does not exist.
            NoSuchExamination: a programme has no such trade or level.
            PapersMissing: no paper is named.
            AlreadyThere: the sitting has such a paper.
            PackagesBuilt, SittingCancelled: the papers cannot change.
        """
        if not new:
            raise PapersMissing
        with self._context.database.write() as connection:
            sitting = self._changeable(connection, sitting_id)
            first = max(int(paper.id) for paper in sitting.papers) + 1
            added = new_papers(connection, new, first)
            require_different([*sitting.papers, *added])
            rows = [{"sitting_id": sitting_id, **vars(paper)} for paper in added]
            connection.execute(insert(tables.sitting_papers), rows)
            self._set_end(connection, sitting, [*sitting.papers, *added])
            named = {"sitting": sitting_id, "papers": [paper.id for paper in added]}
            now = self._context.clock.now()
            record(connection, now, AuditKind.SITTING_PAPERS_ADDED, by, **named)
            return self._sittings.get_in(connection, sitting_id)

    def remove(self, sitting_id: str, paper_id: str, by: str) -> SittingView:
        """Remove a paper, with what was drawn for it.

        Raises:
            NotFound: there is no such sitting or paper.
            PapersMissing: it is the only paper.
            PaperInUse: candidates are registered for it, or have seats with it.
            PackagesBuilt, SittingCancelled: the papers cannot change.
        """
        table = tables.sitting_papers
        with self._context.database.write() as connection:
            sitting = self._changeable(connection, sitting_id)
            removed = sitting.paper(paper_id)
            left = [paper for paper in sitting.papers if paper is not removed]
            if not left:
                raise PapersMissing
            if used := _candidates_of(connection, sitting_id, paper_id):
                raise PaperInUse(candidates=used)
            self._papers.discard_in(connection, sitting_id, by, paper_id)
            mine = (table.c.sitting_id == sitting_id) & (table.c.id == paper_id)
            connection.execute(delete(table).where(mine))
            self._set_end(connection, sitting, left)
            now = self._context.clock.now()
            named = {"sitting": sitting_id, "paper": paper_id}
            record(connection, now, AuditKind.SITTING_PAPER_REMOVED, by, **named)
            return self._sittings.get_in(connection, sitting_id)

    def seat_counts(self, sitting_id: str) -> Sequence[SeatCount]:
        """Return how many candidates have seats, by centre, room and paper."""
        seats = tables.seats
        of = (seats.c.centre_code, seats.c.room, seats.c.paper)
        query = select(*of, func.count()).where(seats.c.sitting_id == sitting_id).group_by(*of)
        with self._context.database.read() as connection:
            return [SeatCount(*row) for row in connection.execute(query.order_by(*of))]

    def _changeable(self, connection: Connection, sitting_id: str) -> SittingView:
        sitting, packages = self._sittings.get_in(connection, sitting_id), tables.packages
        if sitting.cancelled_at is not None:
            raise SittingCancelled(reason=sitting.cancelled_reason)
        built = select(packages.c.id).where(packages.c.sitting_id == sitting_id)
        if connection.execute(built).first() is not None:
            raise PackagesBuilt
        return sitting

    @staticmethod
    def _set_end(
        connection: Connection, sitting: SittingView, papers: Sequence[SittingPaper]
    ) -> None:
        table = tables.sittings
        ends_at = end_of(sitting.starts_at, papers)
        mine = table.c.id == sitting.id
        connection.execute(update(table).where(mine).values(ends_at=ends_at))


def _candidates_of(connection: Connection, sitting_id: str, paper_id: str) -> int:
    """Return how many candidates have an application or a seat with the paper."""
    either = union(
        *(
            select(table.c.candidate_id).where(
                table.c.sitting_id == sitting_id, table.c.paper == paper_id
            )
            for table in (tables.applications, tables.seats)
        )
    ).subquery()
    return int(connection.execute(select(func.count()).select_from(either)).scalar_one())
