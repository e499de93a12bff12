"""Announcements and their centres as pages: searched, sorted and cut in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from sync.hq.context import HqContext
from sync.hq.core.roles import Scope
from sync.hq.errors import NotFound
from sync.hq.persistence.announcement_tables import announcement_centres, announcements
from sync.hq.persistence.tables import centres, sittings

PAGE = 25


class AnnouncementOrder(StrEnum):
    """What announcements are sorted by."""

    ISSUED = "issued"
    TITLE = "title"
    UNREAD = "unread"


class CentreOrder(StrEnum):
    """What the centres of an announcement are sorted by."""

    STATE = "state"
    CENTRE = "centre"
    READ = "read"


class Reached(StrEnum):
    """How far an announcement has come at a centre."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True)
class Wanted:
    """What a page shows; ``only``: a state, empty for all."""

    words: str = ""
    only: str = ""
    order: str = ""
    descending: bool = False
    page: int = 1


@dataclass(frozen=True)
class AnnouncementRow:
    """An announcement with how many of the centres that the reader sees have it and read it."""

    id: str
    state: str
    title: str
    text: str
    candidate_text: str
    urgent: bool
    sitting_id: str | None
    sitting_title: str | None
    target: str
    branch: str
    reason: str
    replaces: str | None
    issued_at: datetime
    issued_by: str
    changed_at: datetime
    changed_by: str
    centres: int
    delivered: int
    read: int


@dataclass(frozen=True)
class CentreRow:
    """An announcement at a centre."""

    code: str
    name: str
    branch: str
    reached: Reached
    delivered_at: datetime | None
    read_by: str | None
    read_at: datetime | None


@dataclass(frozen=True)
class AnnouncementList:
    """A page of announcements."""

    rows: Sequence[AnnouncementRow]
    total: int
    pages: int
    page: int


@dataclass(frozen=True)
class CentreList:
    """A page of an announcement's centres."""

    rows: Sequence[CentreRow]
    total: int
    pages: int
    page: int


class AnnouncementLists:
    """Reads announcements as far as a scope covers the centres that got them."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(self, scope: Scope, wanted: Wanted) -> AnnouncementList:
        """Return a page of announcements."""
        query = _announcements(scope)
        if wanted.words:
            found = (announcements.c.title, announcements.c.text, announcements.c.issued_by)
            query = query.where(_contains(wanted.words, *found))
        if wanted.only:
            query = query.where(announcements.c.state == wanted.only)
        keys: dict[str, ColumnElement[Any]] = {
            AnnouncementOrder.TITLE: announcements.c.title,
            AnnouncementOrder.UNREAD: query.selected_columns["centres"]
            - query.selected_columns["read"],
        }
        key = keys.get(wanted.order, announcements.c.issued_at)
        ordered = query.order_by(_directed(key, wanted), announcements.c.id)
        rows, total, pages, page = self._cut(ordered, wanted)
        return AnnouncementList([AnnouncementRow(**row) for row in rows], total, pages, page)

    def get(self, announcement_id: str, scope: Scope) -> AnnouncementRow:
        """Return one announcement.

        Raises:
            NotFound: there is none, or none of its centres is covered.
        """
        query = _announcements(scope).where(announcements.c.id == announcement_id)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="announcement")
        return AnnouncementRow(**row)

    def codes(self, announcement_id: str, scope: Scope) -> Sequence[str]:
        """Return the codes of all centres that got it and are covered, in order."""
        own = announcement_centres
        query = select(own.c.centre_code).where(
            own.c.announcement_id == announcement_id, scope.where(None, own.c.centre_code)
        )
        with self._context.database.read() as connection:
            return connection.execute(query.order_by(own.c.centre_code)).scalars().all()

    def centres(self, announcement_id: str, scope: Scope, wanted: Wanted) -> CentreList:
        """Return a page of the centres that an announcement is for."""
        own = announcement_centres
        reached = _reached()
        query = (
            select(
                centres.c.code,
                centres.c.name,
                centres.c.branch,
                reached.label("reached"),
                own.c.delivered_at,
                own.c.read_by,
                own.c.read_at,
            )
            .join(own, own.c.centre_code == centres.c.code)
            .where(own.c.announcement_id == announcement_id, scope.where(None, own.c.centre_code))
        )
        if wanted.words:
            found = (centres.c.code, centres.c.name, centres.c.branch, own.c.read_by)
            query = query.where(_contains(wanted.words, *found))
        if wanted.only:
            query = query.where(reached == wanted.only)
        # Sorted by how far it came: those first that somebody may have to telephone.
        stage = case((own.c.read_at.is_not(None), 2), (own.c.delivered_at.is_not(None), 1), else_=0)
        keys: dict[str, ColumnElement[Any]] = {
            CentreOrder.CENTRE: centres.c.code,
            CentreOrder.READ: func.coalesce(own.c.read_at, own.c.delivered_at),
        }
        key = keys.get(wanted.order, stage)
        ordered = query.order_by(_directed(key, wanted).nulls_last(), centres.c.code)
        rows, total, pages, page = self._cut(ordered, wanted)
        found_rows = [CentreRow(**{**row, "reached": Reached(row["reached"])}) for row in rows]
        return CentreList(found_rows, total, pages, page)

    def _cut(self, query: Select[Any], wanted: Wanted) -> tuple[Sequence[Any], int, int, int]:
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        with self._context.database.read() as connection:
            total = connection.execute(counted).scalar_one()
            pages = max(1, -(-total // PAGE))
            page = max(1, min(wanted.page, pages))
            rows = connection.execute(query.limit(PAGE).offset((page - 1) * PAGE)).mappings().all()
        return rows, total, pages, page


def _announcements(scope: Scope) -> Select[Any]:
    own = announcement_centres
    counted = (
        select(
            own.c.announcement_id,
            func.count().label("centres"),
            func.count(own.c.delivered_at).label("delivered"),
            func.count(own.c.read_at).label("read"),
        )
        .where(scope.where(None, own.c.centre_code))
        .group_by(own.c.announcement_id)
        .subquery()
    )
    shown = [announcements.c[name] for name in AnnouncementRow.__dataclass_fields__
             if name in announcements.c]  # fmt: skip
    return (
        select(
            *shown,
            sittings.c.title.label("sitting_title"),
            counted.c.centres,
            counted.c.delivered,
            counted.c.read,
        )
        .join(counted, counted.c.announcement_id == announcements.c.id)
        .outerjoin(sittings, sittings.c.id == announcements.c.sitting_id)
    )


def _reached() -> ColumnElement[str]:
    own = announcement_centres
    return case(
        (own.c.read_at.is_not(None), Reached.READ.value),
        (own.c.delivered_at.is_not(None), Reached.DELIVERED.value),
        else_=Reached.WAITING.value,
    )


def _directed(key: ColumnElement[Any], wanted: Wanted) -> Any:
    return key.desc() if wanted.descending else key.asc()


def _contains(words: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Every word is in one of the columns."""
    texts = [func.lower(column) for column in columns]
    found = (
        or_(*(text.contains(word, autoescape=True) for text in texts))
        for word in words.lower().split()
    )
    return and_(true(), *found)
