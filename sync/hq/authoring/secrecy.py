"""Secret papers: those of two-person sittings that two people have not opened yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from sync.hq.persistence import tables
from sync.hq.settings import TWO_PEOPLE

PEOPLE = 2
"""Accounts that must approve where two people release a code."""


def is_open(sitting_id: Any, now: datetime) -> ColumnElement[bool]:
    """Return the condition: the sitting's time has come and two people have approved a code."""
    approvals, packages, sittings = tables.approvals, tables.packages, tables.sittings.alias()
    approved = (
        select(approvals.c.package_id)
        .join(packages, packages.c.id == approvals.c.package_id)
        .join(sittings, sittings.c.id == packages.c.sitting_id)
        .where(packages.c.sitting_id == sitting_id, sittings.c.unlock_not_before <= now)
        .group_by(approvals.c.package_id)
        .having(func.count() >= PEOPLE)
    )
    # ``sittings`` inside is an alias, so an outer ``sittings.id`` refers to the outer row.
    return approved.correlate(tables.sittings).exists()


def secret_papers(now: datetime) -> Select[Any]:
    """Select the ids of papers whose items the bank must not reveal."""
    papers, sittings = tables.papers, tables.sittings
    return (
        select(papers.c.id)
        .join(sittings, sittings.c.id == papers.c.sitting_id)
        .where(sittings.c.release == TWO_PEOPLE, ~is_open(sittings.c.id, now))
    )
