"""What a person reads of an answer: its text without its author, and its item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from sync.hq.context import HqContext
from sync.hq.marking.anonymity import Author
from sync.hq.marking.holding import Held
from sync.hq.marking.rules import code
from sync.hq.marking.shown import Node, shown
from sync.hq.marking.views import Plan, PlanItem, answer_of, item_of, plan_of
from sync.hq.persistence.tables import bundles, candidates

CLEARED = "cleared"
"""A person has said that what was found does not identify the author: nothing is hidden."""


@dataclass(frozen=True)
class Reading:
    """An answer for one reader, who knows it by ``code``; other readers have other codes."""

    code: str
    item_id: str
    nodes: Sequence[Node]
    words: int
    characters: int


class Readings:
    """Shows answers to those who mark and adjudicate."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of(self, held: Held, username: str) -> Reading:
        """Return the answer that a marker holds."""
        return self.answer(held.plan_id, held.answer_id, username)

    def answer(self, plan_id: str, answer_id: str, username: str) -> Reading:
        """Return an answer; the caller has checked that this person may read it.

        Raises:
            NotFound: no such plan or answer.
        """
        with self._context.database.read() as connection:
            plan = plan_of(connection, plan_id)
            row = answer_of(connection, plan_id, answer_id)
            item = item_of(connection, plan_id, row["item_id"])
            return _reading(connection, plan, item, row, username)


def _reading(
    connection: Connection, plan: Plan, item: PlanItem, row: RowMapping, username: str
) -> Reading:
    people = candidates
    query = (
        select(bundles.c.document, bundles.c.admission_no, people.c.name, people.c.identity_no)
        .outerjoin(people, people.c.id == bundles.c.candidate_id)
        .where(bundles.c.id == row["bundle_id"])
    )
    stored = connection.execute(query).mappings().one()
    guest = stored["document"].get("admitted") or {}
    author = Author(
        stored["name"] or guest.get("name", ""), stored["identity_no"] or "", stored["admission_no"]
    )
    text = _text_of(stored["document"], item.item_id)
    hide = row["disclosure"] != CLEARED
    found = shown(item.item.type, text, author, item.criteria, hide=hide)
    return Reading(
        code=code(plan.seed, username, row["id"]),
        item_id=item.item_id,
        nodes=found.nodes,
        words=found.words,
        characters=found.characters,
    )


def _text_of(document: dict[str, Any], item_id: str) -> str:
    for answer in document["answers"]:
        if answer["item_id"] == item_id:
            return str(answer["value"] or "")
    return ""
