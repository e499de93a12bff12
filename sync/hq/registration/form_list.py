"""The personal data forms of a sitting, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, union

from sync.hq.context import HqContext
from sync.hq.core.paging import clamped
from sync.hq.core.roles import Scope
from sync.hq.persistence.tables import applications, bundles, candidates, seats
from sync.hq.registration.application_rows import in_scope, matching
from sync.hq.registration.personal_form import FormAtHeadquarters, forms_of

PAGE = 100


@dataclass(frozen=True)
class FormsWanted:
    """What a page shows. ``text``: in a name, an identity or admission number, or a centre.

    ``changed``: only forms in which the candidate changed something.
    """

    text: str = ""
    changed: bool = False
    page: int = 1


@dataclass(frozen=True)
class FormPage:
    """A page of forms; ``page`` is the last one where a later one was wanted."""

    forms: Sequence[FormAtHeadquarters]
    page: int
    pages: int


class FormList:
    """Lists the forms that an account may see."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(self, sitting_id: str, wanted: FormsWanted, scope: Scope) -> FormPage:
        """Return a page of the forms of the candidates whom a scope covers, by name."""
        with self._context.database.read() as connection:
            found = [*in_scope(connection, sitting_id, scope), *matching(wanted.text)]
            if wanted.changed:
                return _changed(connection, sitting_id, found, wanted.page)
            counted = _joined(sitting_id, func.count()).where(*found)
            page, pages = clamped(wanted.page, int(connection.execute(counted).scalar_one()), PAGE)
            query = _joined(sitting_id, candidates.c.id).where(*found).order_by(*_BY_NAME)
            query = query.limit(PAGE).offset((page - 1) * PAGE)
            ids = connection.execute(query).scalars().all()
            forms = forms_of(connection, sitting_id, ids)
            return FormPage([forms[candidate] for candidate in ids], page, pages)


_BY_NAME = (candidates.c.name, candidates.c.id)


def _changed(
    connection: Connection, sitting_id: str, found: Sequence[ColumnElement[bool]], wanted: int
) -> FormPage:
    """Return a page of what candidates changed, as far as results have arrived.

    Values are compared here: SQL cannot tell, because registered ones are in several tables and
    partly spelled otherwise.
    """
    arrived = select(bundles.c.candidate_id).where(bundles.c.sitting_id == sitting_id)
    query = _joined(sitting_id, candidates.c.id).where(*found, candidates.c.id.in_(arrived))
    forms = forms_of(connection, sitting_id, query)
    ids = connection.execute(query.order_by(*_BY_NAME)).scalars()
    changed = [forms[candidate] for candidate in ids if forms[candidate].changed]
    page, pages = clamped(wanted, len(changed), PAGE)
    return FormPage(changed[(page - 1) * PAGE : page * PAGE], page, pages)


def _joined(sitting_id: str, *columns: Any) -> Select[Any]:
    """Return a query of who has applied for a sitting, or has a seat in it."""
    applied, seated = (table.c.sitting_id == sitting_id for table in (applications, seats))
    people = union(
        select(applications.c.candidate_id).where(applied),
        select(seats.c.candidate_id).where(seated),
    ).subquery()
    tables = (
        people.join(candidates, candidates.c.id == people.c.candidate_id)
        .outerjoin(applications, and_(applied, applications.c.candidate_id == candidates.c.id))
        .outerjoin(seats, and_(seated, seats.c.candidate_id == candidates.c.id))
    )
    return select(*columns).select_from(tables)
