"""Accept what centres deliver: exactly once, and never acknowledged before it is durable.

Order: the sealed bytes as an object, hashed again; then the row, unless the id is there; then the
signed receipt. Delivering an id again gives the same receipt and changes nothing. This is the same
for every kind; a :class:`DeliveryKind` describes what differs.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Connection

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.errors import BundleIdWrong
from sync.hq.intake.budgets import Daily, DailyBudget
from sync.hq.intake.receipts import receipts, table_of
from sync.hq.persistence.database import insert_new
from sync.wire.delivery.receipt import Kind, Receipt, renewed_receipt, sign_receipt
from sync.wire.sealing.keys import KeyHolder, PublicKeys

T = TypeVar("T")


@dataclass(frozen=True)
class Arrival(Generic[T]):
    """A delivery that was opened and may be stored; ``size`` of its sealed bytes."""

    centre_code: str
    id: str
    content: T
    size: int
    at: datetime


class DeliveryKind(ABC, Generic[T]):
    """One kind of delivery; ``T`` is what its sealed bytes hold."""

    name: ClassVar[Kind]
    daily: ClassVar[Daily]

    @abstractmethod
    def open(
        self, data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
    ) -> tuple[T, str]:
        """Return the content and its id.

        Raises:
            WireError: it is not this centre's, or not whole.
        """

    @abstractmethod
    def receipt(self, content: T) -> Mapping[str, Any]:
        """Return what its receipt says besides kind, id, centre and time."""

    @abstractmethod
    def columns(self, arrival: Arrival[T]) -> Mapping[str, Any]:
        """Return what its row holds besides id, centre, object, receipt and time."""

    def require_room(self, arrival: Arrival[T]) -> None:
        """Raise BudgetSpent when there is too much of what it belongs to."""

    def insert(self, connection: Connection, arrival: Arrival[T], row: dict[str, Any]) -> bool:
        """Insert the row unless its id is there; True when it is new."""
        del arrival
        return insert_new(connection, table_of(self.name)[0], **row)


class Intake:
    """Headquarters' end of the centres' outbox, by network and by USB stick."""

    def __init__(
        self, context: HqContext, centres: Centres, kinds: Sequence[DeliveryKind[Any]]
    ) -> None:
        self._context = context
        self._centres = centres
        self._kinds = {kind.name: kind for kind in kinds}
        self._budgets = {kind.name: DailyBudget(context, kind.daily) for kind in kinds}

    def accept(self, kind: Kind, centre_code: str, delivery_id: str, data: bytes) -> bytes:
        """Store sealed bytes of a centre and return the signed receipt.

        Raises WireErrors for what is not this centre's or not whole, :class:`BundleIdWrong` when
        its id is not ``delivery_id``, and :class:`BudgetSpent` when there is too much of it, or of
        the centre today; nothing is stored then.
        """
        known = self.receipts(kind, centre_code, [delivery_id])
        if known:
            return renewed_receipt(known[delivery_id], self._context.keys)
        description, hq = self._kinds[kind], self._context.keys
        content, found_id = self._centres.open(
            centre_code, lambda keys: description.open(data, hq, keys, centre_code)
        )
        if found_id != delivery_id:
            raise BundleIdWrong
        now = self._context.clock.now()
        arrival = Arrival(centre_code, delivery_id, content, len(data), now)
        self.budget(kind).require(centre_code, arrival.size)
        description.require_room(arrival)
        receipt = self._store(description, arrival, data)
        self.budget(kind).add(centre_code, arrival.size)
        return receipt

    def receipts(
        self, kind: Kind, centre_code: str, ids: Sequence[str] | None = None
    ) -> Mapping[str, bytes]:
        """Return the receipts of what has arrived, by id; only for ``ids``, unless that is None."""
        with self._context.database.read() as connection:
            return receipts(connection, kind, centre_code, ids)

    def receipts_signed_now(
        self, kind: Kind, centre_code: str, ids: Sequence[str]
    ) -> Mapping[str, bytes]:
        """Return receipts for a centre that asks again, signed with the present key."""
        found = self.receipts(kind, centre_code, ids)
        return {name: renewed_receipt(data, self._context.keys) for name, data in found.items()}

    def budget(self, kind: Kind) -> DailyBudget:
        """How much of a kind a centre may deliver in a day."""
        return self._budgets[kind]

    def _store(self, kind: DeliveryKind[T], arrival: Arrival[T], data: bytes) -> bytes:
        blob = self._context.blobs.put(data)
        row = {**self._row(kind, arrival), "object": blob}
        # Shared: what is looked up does not change beside it, and the delivery's id decides races.
        with self._context.database.write_shared() as connection:
            self._context.blobs.keep(blob, data)
            if kind.insert(connection, arrival, row):
                return bytes(row["receipt"])
            known = receipts(connection, kind.name, arrival.centre_code, [arrival.id])
        if not known:
            raise BundleIdWrong  # another centre's; never acknowledge what is not there
        return known[arrival.id]

    def _row(self, kind: DeliveryKind[T], arrival: Arrival[T]) -> dict[str, Any]:
        centre_code, now = arrival.centre_code, arrival.at
        receipt = Receipt(
            kind=kind.name,
            id=arrival.id,
            centre_code=centre_code,
            received_at=now,
            **kind.receipt(arrival.content),
        )
        return {
            **kind.columns(arrival),
            table_of(kind.name)[1].name: arrival.id,
            "centre_code": centre_code,
            "receipt": sign_receipt(receipt, self._context.keys),
            "received_at": now,
        }
