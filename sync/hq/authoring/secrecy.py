"""Which papers are secret: those of two-person sittings that two people have not opened yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from sync.hq.persistence import tables
from sync.hq.settings import TWO_PEOPLE

PEOPLE = 2
"""So many accounts must approve where people release a code."""


def is_open(sitting_id: Any, now: datetime) -> ColumnElement[bool]:
    """Whether the sitting's time has come and two people have approved one of its codes."""
    approvals, packages, sittings = tables.approvals, tables.packages, tables.sittings.alias()
    approved = (
        select(approvals.c.package_id)
        .join(packages, packages.c.id == approvals.c.package_id)
        .join(sittings, sittings.c.id == packages.c.sitting_id)
        .where(packages.c.sitting_id == sitting_id, sittings.c.unlock_not_before <= now)
        .group_by(approvals.c.package_id)
        .having(func.count() >= PEOPLE)
    )
    return approved.correlate(tables.sittings).exists()


def secret_papers(now: datetime) -> Select[Any]:
    """Ids of the papers whose items nobody may learn from the bank."""
    papers, sittings = tables.papers, tables.sittings
    return (
        select(papers.c.id)
        .join(sittings, sittings.c.id == papers.c.sitting_id)
        .where(sittings.c.release == TWO_PEOPLE, ~is_open(sittings.c.id, now))
    )
