"""Conditions on rows: what a token or webhook is limited to."""

from sqlalchemy import ColumnElement, Table, false, true

from sync.hq.accounts.tokens import Limits
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.persistence.result_tables import results


def within_programme(limits: Limits, table: Table) -> ColumnElement[bool]:
    """Return the condition on rows that belong to no centre; limits to a branch allow none."""
    if limits.branch:
        return false()
    return true() if not limits.programme_id else table.c.programme_id == limits.programme_id


def within(limits: Limits, table: Table = results) -> ColumnElement[bool]:
    """Return the condition on rows that limits set, as they do in the grant of a role."""
    grant = Grant(Role.AUDITOR, limits.programme_id, limits.branch)
    return Scope(frozenset({grant})).where(table.c.programme_id, table.c.centre_code)
