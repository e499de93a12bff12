"""Rows of applications with their people and seats, for lists; who sees them and finds them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
)

from sync.hq.core.roles import Scope
from sync.hq.persistence.tables import applications, candidates, seats, sitting_papers
from sync.hq.registration.application_views import ApplicationView, application_view
from sync.hq.registration.seat_rows import SeatView, seat_view

BY_NAME = (candidates.c.name, candidates.c.identity_no)
_PEOPLE = (
    "name", "identity_no", "sex", "birth_date", "portrait", "portrait_findings",
    "portrait_accepted",
)  # fmt: skip
_SEAT = (
    "candidate_id", "admission_no", "room", "seat", "paper", "centre_code", "extra_minutes",
    "needs", "ticket_issued_at",
)  # fmt: skip


def joined(*columns: Any) -> Select[Any]:
    """Return a query of applications with their people, and their seats where they have one."""
    seat = and_(
        seats.c.sitting_id == applications.c.sitting_id,
        seats.c.candidate_id == applications.c.candidate_id,
    )
    people = candidates.c.id == applications.c.candidate_id
    tables = applications.join(candidates, people).outerjoin(seats, seat)
    return select(*columns).select_from(tables)


def application_rows() -> Select[Any]:
    """Return a query of rows for :func:`both`."""
    people = (candidates.c[name] for name in _PEOPLE)
    seat = (seats.c[name].label(f"seat_{name}") for name in _SEAT)
    return joined(applications, *people, *seat)


def both(row: RowMapping) -> tuple[ApplicationView, SeatView | None]:
    """Return application and seat of a row."""
    if row["seat_candidate_id"] is None:
        return application_view(row), None
    seat = {name: row[f"seat_{name}"] for name in _SEAT}
    person = {"name": row["name"], "portrait": row["portrait"]}
    return application_view(row), seat_view({**seat, **person})


def covered(connection: Connection, sitting_id: str, scope: Scope) -> Sequence[ColumnElement[bool]]:
    """Return the conditions of the applications for a sitting that a scope covers."""
    return [applications.c.sitting_id == sitting_id, *in_scope(connection, sitting_id, scope)]


def in_scope(
    connection: Connection, sitting_id: str, scope: Scope
) -> Sequence[ColumnElement[bool]]:
    """Return the conditions that a scope covers a sitting and the centre of a row."""
    papers = sitting_papers.c
    query = select(papers.programme_id).where(papers.sitting_id == sitting_id).distinct()
    # The seat counts where there is one.
    centre = func.coalesce(seats.c.centre_code, applications.c.centre)
    programmes = connection.execute(query).scalars()
    return [scope.where(literal(programme), centre) for programme in programmes]


def matching(text: str) -> Sequence[ColumnElement[bool]]:
    """Return the condition that a name, an identity or admission number, or a centre has a text."""
    if not text:
        return ()
    columns = (
        candidates.c.name,
        candidates.c.identity_no,
        seats.c.admission_no,
        seats.c.centre_code,
        applications.c.centre,
    )
    return (or_(*(column.icontains(text, autoescape=True) for column in columns)),)
