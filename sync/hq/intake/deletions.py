"""What centres have deleted after its period: their signed receipts, from sittings' event logs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kiosk.exam.event_kinds import EventKind
from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.persistence.sync_tables import event_logs
from sync.wire.delivery.deletion import DeletionReceipt, read_deletion
from sync.wire.errors import WireError

KIND = EventKind.DATA_DELETED


@dataclass(frozen=True)
class DeletionView:
    """One class of data of one sitting; ``receipt`` is None when the centre did not sign it so."""

    centre_code: str
    sitting_id: str
    data: str
    noted_at: str
    receipt: DeletionReceipt | None


class Deletions:
    """Reads receipts and verifies each by the keys that its centre had."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres

    def list(self, since: datetime | None = None) -> Sequence[DeletionView]:
        """All deletions, by centre, sitting and time.

        ``since``: only from parts of event logs that came after that time.
        """
        query = select(event_logs.c.centre_code, event_logs.c.sitting_id, event_logs.c.events)
        if since is not None:
            query = query.where(event_logs.c.received_at >= since)
        query = query.order_by(
            event_logs.c.centre_code, event_logs.c.sitting_id, event_logs.c.first_seq
        )
        with self._context.database.read() as connection:
            parts = connection.execute(query).all()
        return [
            self._view(part.centre_code, part.sitting_id, event)
            for part in parts
            for event in _deletions(part.events)
        ]

    def _view(self, centre_code: str, sitting_id: str, event: Mapping[str, Any]) -> DeletionView:
        told = event["data"]
        data, text = str(told.get("data", "")), str(told.get("receipt", ""))
        receipt = self._verified(centre_code, text)
        if receipt and (receipt.centre_code, receipt.sitting_id, receipt.data) != (
            centre_code,
            sitting_id,
            data,
        ):
            receipt = None
        return DeletionView(centre_code, sitting_id, data, str(event["at"]), receipt)

    def _verified(self, centre_code: str, text: str) -> DeletionReceipt | None:
        try:
            return self._centres.open(centre_code, lambda keys: read_deletion(text.encode(), keys))
        except WireError:
            return None


def _deletions(events: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    return (event for event in events if event["kind"] == KIND)
