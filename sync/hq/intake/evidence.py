"""Evidence: pictures by their content. What is known is never sent again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.errors import BundleIdWrong, NotFound
from sync.hq.intake.budgets import PICTURES, DailyBudget
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.sync_tables import evidence
from sync.wire.delivery.evidence import open_evidence
from sync.wire.delivery.receipt import Receipt, sign_receipt


class Evidence:
    """Keeps pictures as they came, sealed to headquarters."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres
        self.budget = DailyBudget(context, PICTURES)

    def known(self, centre_code: str, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The receipts of those pictures that have come, by their SHA-256."""
        query = select(evidence.c.sha256, evidence.c.receipt).where(
            evidence.c.centre_code == centre_code, evidence.c.sha256.in_(ids)
        )
        with self._context.database.read() as connection:
            return {row.sha256: bytes(row.receipt) for row in connection.execute(query)}

    def take(self, centre_code: str, sha256: str, data: bytes) -> bytes:
        """Store a sealed picture and return the signed receipt.

        Raises WireErrors for one that is not this centre's or not whole, and
        :class:`BundleIdWrong` when it is another picture than announced, :class:`BudgetSpent` when
        the centre has brought too much today; nothing is kept then.
        """
        known = self.known(centre_code, [sha256])
        if known:
            return known[sha256]
        hq = self._context.keys
        header, _ = self._centres.open(
            centre_code, lambda keys: open_evidence(data, hq, keys, centre_code)
        )
        if header.sha256 != sha256:
            raise BundleIdWrong
        self.budget.require(centre_code, len(data))
        now, blob = self._context.clock.now(), self._context.blobs.put(data)
        receipt = Receipt(kind="evidence", id=sha256, centre_code=centre_code, received_at=now)
        signed = sign_receipt(receipt, self._context.keys)
        values = {"centre_code": centre_code, "sha256": sha256, "object": blob, "size": header.size}
        with self._context.database.write_shared() as connection:
            self._context.blobs.keep(blob, data)
            new = insert_new(connection, evidence, **values, receipt=signed, received_at=now)
            known_now = None if new else _receipt(connection, centre_code, sha256)
        self.budget.add(centre_code, len(data))
        return known_now or signed

    def picture(self, centre_code: str, sha256: str) -> bytes:
        """The picture itself; raises :class:`NotFound`."""
        query = select(evidence.c.object).where(
            evidence.c.centre_code == centre_code, evidence.c.sha256 == sha256
        )
        with self._context.database.read() as connection:
            blob = connection.execute(query).scalar_one_or_none()
        if blob is None:
            raise NotFound(what="picture")
        data, hq = self._context.blobs.get(blob), self._context.keys
        return self._centres.open(
            centre_code, lambda keys: open_evidence(data, hq, keys, centre_code)
        )[1]


def _receipt(connection: Connection, centre_code: str, sha256: str) -> bytes | None:
    query = select(evidence.c.receipt).where(
        evidence.c.centre_code == centre_code, evidence.c.sha256 == sha256
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)
