"""Result bundles: stored, and scored, and numbered in the order in which others read them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.counted import AttemptKey, Counted
from sync.hq.core.scoring import Scorer
from sync.hq.errors import BudgetSpent
from sync.hq.intake.budgets import RESULTS, BudgetNotes
from sync.hq.intake.deliveries import Arrival, DeliveryKind
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new, next_number
from sync.hq.results.recompute import recompute
from sync.hq.results.versions import ResultCause, Why
from sync.wire.delivery.bundle import answers_digest, open_bundle
from sync.wire.delivery.result import ResultBundle
from sync.wire.sealing.keys import KeyHolder, PublicKeys
from sync.wire.sealing.sealed import MAX_BYTES

MOST_OF_ATTEMPT, MOST_OF_REVISION = 200, 20
"""Bundles stored of one attempt, and of one revision of it.

A revision can have two bundles that differ only in the head of the event log, if the centre
stopped between building a bundle and queueing it.
"""

MOST_BYTES = 16 * MAX_BYTES
"""Total size of all bundles of one attempt."""


class ResultKind(DeliveryKind[ResultBundle]):
    """What is special about ``PUT /sync/v1/bundles/ID``."""

    name = "result"
    daily = RESULTS

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._database = context.database
        self._centres = centres
        self._notes = BudgetNotes(context)

    def open(
        self, data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
    ) -> tuple[ResultBundle, str]:
        """Return the bundle, and its digest."""
        return open_bundle(data, hq, centre, centre_code)

    def receipt(self, content: ResultBundle) -> Mapping[str, Any]:
        """Names the attempt, and the head of the chain that the bundle refers to."""
        return {
            "sitting_id": content.sitting_id,
            "attempt_id": content.attempt_id,
            "revision": content.revision,
            "chain_head": content.chain.head,
        }

    def columns(self, arrival: Arrival[ResultBundle]) -> Mapping[str, Any]:
        """Return the bundle, and what the check of its answer log found."""
        keys = self._centres.believed_keys(arrival.centre_code)
        findings = arrival.content.answer_findings(keys)
        return {
            **_columns(arrival.content),
            "size": arrival.size,
            "answer_findings": [vars(finding) for finding in findings],
        }

    def require_room(self, arrival: Arrival[ResultBundle]) -> None:
        """Raise BudgetSpent when there are too many bundles of its attempt, or of its revision."""
        bundle, table = arrival.content, tables.bundles
        query = select(table.c.revision, table.c.size).where(
            table.c.centre_code == bundle.centre_code, table.c.attempt_id == bundle.attempt_id
        )
        with self._database.read() as connection:
            known = connection.execute(query).all()
        same = sum(row.revision == bundle.revision for row in known)
        full = len(known) >= MOST_OF_ATTEMPT or same >= MOST_OF_REVISION
        if full or sum(row.size for row in known) + arrival.size > MOST_BYTES:
            self._notes.note(bundle.centre_code, "bundles of an attempt")
            raise BudgetSpent(what="bundles of an attempt")

    def insert(
        self, connection: Connection, arrival: Arrival[ResultBundle], row: dict[str, Any]
    ) -> bool:
        """Insert the bundle with its cursor, and compute its attempt's result."""
        scorer = Scorer(connection)
        # Papers take longest to read, and the counter below makes other deliveries wait.
        scorer.drawn(Counted.of_bundle(arrival.content, arrival.id))
        # The cursor last: its row stays locked until the commit, and other deliveries wait for it.
        cursor = next_number(connection, "bundles")
        if not insert_new(connection, tables.bundles, **row, cursor=cursor):
            return False
        key = AttemptKey(arrival.centre_code, arrival.content.attempt_id)
        why = Why(ResultCause.RECEIVED, arrival.centre_code, arrival.at)
        recompute(connection, [key], why, scorer)
        return True


def _columns(bundle: ResultBundle) -> dict[str, Any]:
    return {
        "attempt_id": bundle.attempt_id,
        "revision": bundle.revision,
        "sitting_id": bundle.sitting_id,
        "candidate_id": bundle.candidate_id,
        "admission_no": bundle.admission_no,
        "package_id": bundle.package.id,
        "package_version": bundle.package.version,
        "paper": bundle.paper,
        "room": bundle.room,
        # Without the answer log: it is checked on arrival and stays in the sealed bytes.
        "document": bundle.model_dump(mode="json", exclude={"answer_log"}),
        "answers_digest": answers_digest(bundle.values),
        "chain_epoch": bundle.chain.epoch,
        "chain_seq": bundle.chain.seq,
        "chain_head": bundle.chain.head,
        "chain_ok": bundle.broken_event() is None,
    }
