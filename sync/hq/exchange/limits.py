"""Conditions on rows: what the reader is limited to, and what a request narrows."""

from sqlalchemy import ColumnElement, and_, true

from sync.hq.accounts.tokens import Limits
from sync.hq.persistence.result_tables import results


def within(limits: Limits) -> ColumnElement[bool]:
    """Return the condition on ``results`` that a token or webhook is limited to."""
    conditions: list[ColumnElement[bool]] = [true()]
    if limits.programme_id:
        conditions.append(results.c.programme_id == limits.programme_id)
    if limits.branch:
        conditions.append(results.c.centre_code == limits.branch)
    return and_(*conditions)
