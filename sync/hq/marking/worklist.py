"""What there is to mark: the written answers of the results that count, kept up to date.

Answers are copied from nowhere: a row names the bundle that has the text. A plan follows the
cursor of ``results``, so an answer that a later revision of a bundle changed goes back to
marking; the marks of the earlier answer stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.items.item import validate_answer
from sync.hq.context import HqContext
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.core.sheets import COMPLETE, NOT_ON_ROSTER, PARTIAL, WAITING
from sync.hq.marking.anonymity import Author
from sync.hq.marking.rules import is_drawn, place
from sync.hq.marking.settling import RELEASED, settle
from sync.hq.marking.shown import searched
from sync.hq.marking.views import GONE, Plan, PlanItem, Stage, items_of, plan_of
from sync.hq.persistence.database import put
from sync.hq.persistence.marking_tables import (
    marking_answers,
    marking_plans,
    marking_scripts,
)
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.tables import bundles, candidates, counters
from sync.wire.delivery.answer_log import value_digest

COUNTING = (WAITING, COMPLETE, PARTIAL, NOT_ON_ROSTER)
"""Statuses whose answers are marked. Those of void attempts are, if an appeal restores them."""
AT_ONCE = 200
BESIDE = 20
"""Results looked at while a marker waits for the next answer."""


@dataclass(frozen=True)
class _Answer:
    """The counted answer of a candidate to an item."""

    item: PlanItem
    digest: str
    text: str


class Worklist:
    """Brings the answers of plans up to date."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def refresh(self, plan_id: str, progress: ProgressCallback = silent) -> int:
        """Take in all results that changed since the last time; return how many were looked at.

        Raises:
            NotFound: the plan does not exist.
        """
        done = 0
        while True:
            with self._context.database.write() as connection:
                found = self.take(connection, plan_of(connection, plan_id), AT_ONCE)
            done += found
            progress(done, max(done, 1))
            if found < AT_ONCE:
                return done

    def take(self, connection: Connection, plan: Plan, limit: int = BESIDE) -> int:
        """Take in some changed results in the caller's write transaction; return how many."""
        newest = select(counters.c.value).where(counters.c.name == "results")
        if (connection.execute(newest).scalar() or 0) <= plan.seen:
            return 0
        rows = _changed(connection, plan, limit)
        fresh = [row for row in rows if row["known"] != row["bundle_id"] or _turned(row)]
        if fresh:
            self._store(connection, plan, fresh)
        if rows:
            seen = update(marking_plans).where(marking_plans.c.id == plan.id)
            connection.execute(seen.values(seen=rows[-1]["cursor"]))
        return len(rows)

    def _store(self, connection: Connection, plan: Plan, rows: Sequence[RowMapping]) -> None:
        now, items = self._context.clock.now(), items_of(connection, plan.id)
        documents = _documents(connection, [row["bundle_id"] for row in rows])
        for row in rows:
            counts = row["status"] in COUNTING
            given = _answers(documents[row["bundle_id"]], items) if counts else {}
            script = {
                "plan_id": plan.id,
                "centre_code": row["centre_code"],
                "attempt_id": row["attempt_id"],
                "bundle_id": row["bundle_id"],
                "counts": counts,
            }
            put(connection, marking_scripts, [script])
            self._compare(connection, plan, row, given, now, items)

    def _compare(
        self,
        connection: Connection,
        plan: Plan,
        row: RowMapping,
        given: Mapping[tuple[str, str], _Answer],
        now: datetime,
        items: Sequence[PlanItem],
    ) -> None:
        """Compare what a script had with what it has now."""
        table = marking_answers
        mine = (
            (table.c.plan_id == plan.id)
            & (table.c.centre_code == row["centre_code"])
            & (table.c.attempt_id == row["attempt_id"])
        )
        old = connection.execute(select(table).where(mine)).mappings().all()
        gone = Stage.REPLACED if row["status"] in COUNTING else Stage.LEFT_OUT
        by_id = {item.item_id: item for item in items}
        for answer in old:
            this = table.c.id == answer["id"]
            if (answer["item_id"], answer["answer_digest"]) not in given:
                if answer["stage"] not in GONE:
                    values = {"stage": gone.value, "open": False, **RELEASED}
                    connection.execute(update(table).where(this).values(**values))
                continue
            moved = update(table).where(this).values(bundle_id=row["bundle_id"])
            connection.execute(moved)
            if answer["stage"] in GONE:
                item = by_id[answer["item_id"]]
                settle(connection, plan, item, answer["id"], now, "headquarters")
        known = {(answer["item_id"], answer["answer_digest"]) for answer in old}
        new = [
            self._row(plan, row, answer, now) for key, answer in given.items() if key not in known
        ]
        if new:
            connection.execute(insert(table), new)

    def _row(self, plan: Plan, row: RowMapping, answer: _Answer, now: datetime) -> dict[str, Any]:
        item = answer.item
        script = (row["centre_code"], row["attempt_id"])
        whole = plan.settings.allocation == "script"
        # A script that two people mark is marked by both as a whole.
        drawn = script if whole else (*script, item.item_id)
        percent = plan.settings.double_percent if whole else item.double_percent(plan)
        order = place(plan.seed, "order", *drawn)
        author = author_of(row)
        kinds, words = searched(item.item.type, answer.text, author)
        return {
            "id": self._context.ids(),
            "plan_id": plan.id,
            "item_id": item.item_id,
            "centre_code": row["centre_code"],
            "attempt_id": row["attempt_id"],
            "bundle_id": row["bundle_id"],
            "answer_digest": answer.digest,
            # Answers of a script follow each other, in the order of the paper.
            "place": order & ~0xFF | item.number & 0xFF if whole else order,
            "stage": Stage.FIRST.value,
            "open": True,
            "wanted": 2 if is_drawn(percent, plan.seed, "double", *drawn) else 1,
            "how": "",
            "disclosed": [kind.value for kind in kinds],
            "disclosure": "found" if kinds else "",
            "words": words,
            "added_at": now,
        }


def author_of(row: RowMapping) -> Author:
    """Return what identifies the candidate of a row with name and numbers."""
    return Author(row["name"] or row["guest_name"] or "", row["identity_no"] or "",
                  row["admission_no"])  # fmt: skip


def _turned(row: RowMapping) -> bool:
    """Return whether an attempt counts that did not, or the other way round."""
    return bool(row["counts"]) != (row["status"] in COUNTING)


def _changed(connection: Connection, plan: Plan, limit: int) -> Sequence[RowMapping]:
    script, people = marking_scripts, candidates
    same = (
        (script.c.plan_id == plan.id)
        & (script.c.centre_code == results.c.centre_code)
        & (script.c.attempt_id == results.c.attempt_id)
    )
    query = (
        select(
            results.c.cursor,
            results.c.centre_code,
            results.c.attempt_id,
            results.c.bundle_id,
            results.c.status,
            results.c.admission_no,
            results.c.guest_name,
            people.c.name,
            people.c.identity_no,
            script.c.bundle_id.label("known"),
            script.c.counts,
        )
        .outerjoin(script, same)
        .outerjoin(people, people.c.id == results.c.candidate_id)
        .where(
            results.c.sitting_id == plan.sitting_id,
            results.c.paper == plan.paper,
            results.c.cursor > plan.seen,
        )
        .order_by(results.c.cursor)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


def _documents(connection: Connection, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    query = select(bundles.c.id, bundles.c.document).where(bundles.c.id.in_(ids))
    return {row.id: row.document for row in connection.execute(query)}


def _answers(
    document: Mapping[str, Any], items: Sequence[PlanItem]
) -> Mapping[tuple[str, str], _Answer]:
    """Return the answered written items by item and digest; blank answers need no marker."""
    values = {answer["item_id"]: answer["value"] for answer in document["answers"]}
    found: dict[tuple[str, str], _Answer] = {}
    for item in items:
        try:
            value = validate_answer(item.item, values.get(item.item_id))
        except InvalidAnswer:
            continue  # scoring reports it as an answer that fits no item
        if isinstance(value, str):
            digest = value_digest(value)
            found[item.item_id, digest] = _Answer(item, digest, value)
    return found
