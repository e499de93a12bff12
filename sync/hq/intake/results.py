"""Taking in result bundles: exactly once, and never acknowledged before they are durable.

Order: the sealed bytes as an object, hashed again; then the row with its score, unless the id is
there; then the signed receipt. Delivering an id again gives the same receipt and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.scoring import score_bundle
from sync.hq.errors import BudgetSpent, BundleIdWrong
from sync.hq.intake.budgets import RESULTS, BudgetNotes, DailyBudget
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new, next_number
from sync.wire.delivery.answer_log import AnswerFinding
from sync.wire.delivery.bundle import answers_digest, open_bundle
from sync.wire.delivery.receipt import result_receipt, sign_receipt
from sync.wire.delivery.result import ResultBundle
from sync.wire.sealing.sealed import MAX_BYTES

MOST_OF_ATTEMPT, MOST_OF_REVISION = 200, 20
"""Bundles of one attempt that are kept, and of one revision of it (two are the same in all but
the head of the event log when the centre stopped between making and queueing one)."""

MOST_BYTES = 16 * MAX_BYTES
"""Size of all bundles of one attempt."""


class ResultIntake:
    """Headquarters' end of ``PUT /sync/v1/bundles/ID``, and of a stick."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres
        self._notes = BudgetNotes(context)
        self._budget = DailyBudget(context, RESULTS)

    def take(self, centre_code: str, bundle_id: str, data: bytes) -> bytes:
        """Store a sealed bundle of a centre and return the signed receipt.

        Raises WireErrors for a bundle that is not this centre's or not whole, and
        :class:`BundleIdWrong` when its id is not ``bundle_id``, :class:`BudgetSpent` when there
        are too many of its attempt, or of the centre today; nothing is kept then.
        """
        known = self._receipt(centre_code, bundle_id)
        if known is not None:
            return known
        hq = self._context.keys
        bundle, found_id = self._centres.open(
            centre_code, lambda keys: open_bundle(data, hq, keys, centre_code)
        )
        if found_id != bundle_id:
            raise BundleIdWrong
        self._require_budget(bundle, len(data))
        findings = bundle.answer_findings(self._centres.believed_keys(centre_code))
        blob, now = self._context.blobs.put(data), self._context.clock.now()
        arrival = _Arrival(bundle_id, blob, len(data), now, findings)
        # Shared: what is looked up does not change beside it, and the bundle's id decides races.
        with self._context.database.write_shared() as connection:
            self._context.blobs.keep(blob, data)
            receipt = self._store(connection, bundle, arrival)
        self._budget.add(centre_code, len(data))
        return receipt

    def _require_budget(self, bundle: ResultBundle, size: int) -> None:
        self._budget.require(bundle.centre_code, size)
        table = tables.bundles
        query = select(table.c.revision, table.c.size).where(
            table.c.centre_code == bundle.centre_code, table.c.attempt_id == bundle.attempt_id
        )
        with self._context.database.read() as connection:
            known = connection.execute(query).all()
        same = sum(row.revision == bundle.revision for row in known)
        full = len(known) >= MOST_OF_ATTEMPT or same >= MOST_OF_REVISION
        if full or sum(row.size for row in known) + size > MOST_BYTES:
            self._notes.note(bundle.centre_code, "bundles of an attempt")
            raise BudgetSpent(what="bundles of an attempt")

    def _receipt(self, centre_code: str, bundle_id: str) -> bytes | None:
        with self._context.database.read() as connection:
            return _known_receipt(connection, centre_code, bundle_id)

    def _store(self, connection: Connection, bundle: ResultBundle, arrival: "_Arrival") -> bytes:
        score = score_bundle(connection, bundle, bundle.centre_code)
        receipt = sign_receipt(
            result_receipt(
                arrival.bundle_id,
                bundle.centre_code,
                (bundle.sitting_id, bundle.attempt_id, bundle.revision),
                bundle.chain.head,
                arrival.at,
            ),
            self._context.keys,
        )
        values = {**_columns(bundle), **arrival.columns(), "receipt": receipt}
        # The cursor last: its row stays locked until the commit, so numbers appear in order.
        values["cursor"] = next_number(connection, "bundles")
        if not insert_new(connection, tables.bundles, **values):
            known = _known_receipt(connection, bundle.centre_code, arrival.bundle_id)
            if known is None:
                raise BundleIdWrong  # another centre's; never acknowledge what is not there
            return known
        connection.execute(
            insert(tables.scores).values(
                bundle_id=arrival.bundle_id, scored_at=arrival.at, **score.columns()
            )
        )
        return receipt


@dataclass(frozen=True)
class _Arrival:
    bundle_id: str
    blob: str
    size: int
    at: datetime
    findings: Sequence[AnswerFinding]

    def columns(self) -> dict[str, Any]:
        return {
            "id": self.bundle_id,
            "object": self.blob,
            "size": self.size,
            "received_at": self.at,
            "answer_findings": [vars(finding) for finding in self.findings],
        }


def _known_receipt(connection: Connection, centre_code: str, bundle_id: str) -> bytes | None:
    table = tables.bundles
    query = select(table.c.receipt).where(
        table.c.id == bundle_id, table.c.centre_code == centre_code
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def _columns(bundle: ResultBundle) -> dict[str, Any]:
    return {
        "centre_code": bundle.centre_code,
        "attempt_id": bundle.attempt_id,
        "revision": bundle.revision,
        "sitting_id": bundle.sitting_id,
        "candidate_id": bundle.candidate_id,
        "admission_no": bundle.admission_no,
        "package_id": bundle.package.id,
        "package_version": bundle.package.version,
        # Without the log, which is checked once: it is in the sealed bytes, should anybody ask.
        "document": bundle.model_dump(mode="json", exclude={"answer_log"}),
        "answers_digest": answers_digest(bundle.values),
        "chain_epoch": bundle.chain.epoch,
        "chain_seq": bundle.chain.seq,
        "chain_head": bundle.chain.head,
        "chain_ok": bundle.broken_event() is None,
    }
