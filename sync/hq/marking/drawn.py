"""The written items of a paper of a sitting, as they were drawn."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from kiosk.exam.items.item import MarkScheme
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.programme import Programme, load_programme
from sync.hq.errors import NotFound
from sync.hq.marking.settings import ItemRule
from sync.hq.persistence.tables import papers, programmes, sitting_papers


def programme_of(connection: Connection, sitting_id: str, paper: str) -> Programme:
    """Return the programme of a paper of a sitting.

    Raises:
        NotFound: the sitting has no such paper.
    """
    examined = sitting_papers
    edition = (programmes.c.id == examined.c.programme_id) & (
        programmes.c.version == examined.c.programme_version
    )
    query = (
        select(programmes.c.document)
        .join(examined, edition)
        .where(examined.c.sitting_id == sitting_id, examined.c.id == paper)
    )
    document = connection.execute(query).scalar()
    if document is None:
        raise NotFound(what="paper")
    return load_programme(document)


def item_rows(
    connection: Connection, plan_id: str, sitting_id: str, paper: str, programme: Programme
) -> Sequence[dict[str, Any]]:
    """Return the written items of all parallel papers, as they were drawn."""
    query = (
        select(papers)
        .where(papers.c.sitting_id == sitting_id, papers.c.sitting_paper == paper)
        .order_by(papers.c.label)
    )
    rows: dict[str, dict[str, Any]] = {}
    for stored in connection.execute(query).mappings():
        drawn = Paper.model_validate(stored["paper"])
        examination = programme.examination(drawn.trade, drawn.level)
        for item in drawn.items:
            if item.type.objective or item.id in rows:
                continue
            scheme = MarkScheme.model_validate(stored["schemes"][item.id])
            rows[item.id] = {
                "plan_id": plan_id,
                "item_id": item.id,
                "number": len(rows) + 1,
                "version": stored["versions"].get(item.id),
                "points": drawn.section_of(item.id).rules(examination).points,
                "step": programme.scoring.mark_step,
                "item": item.model_dump(mode="json"),
                "scheme": scheme.model_dump(mode="json"),
                "rule": ItemRule().model_dump(mode="json"),
                "paused": False,
            }
    return list(rows.values())
