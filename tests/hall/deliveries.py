"""Headquarters' receipts for what a centre has closed, as its own keys sign them."""

from datetime import datetime, timedelta

from kiosk.exam.states import ItemState
from kiosk.store.centre import contact, outbox
from kiosk.store.centre.contact import Completeness
from kiosk.store.centre.outbox import OutboxItem
from sync.wire.delivery.receipt import Receipt, sign_receipt
from sync.wire.sealing.keys import KeyPair
from tests.centres import CENTRE
from tests.hall.conftest import Room


def deliver(room: Room, *kinds: str, hq: KeyPair | None = None) -> None:
    """Headquarters confirms what waits; of some kinds, or of all."""
    room.hall.results.sweep()
    room.hall.event_logs.sweep()
    for item in outbox.everything(room.store.read(), ItemState.WAITING):
        if not kinds or item.kind in kinds:
            confirm(room, item, hq or room.site.hq)


def confirm(room: Room, item: OutboxItem, hq: KeyPair) -> None:
    """Close a row by a receipt that these keys have signed."""
    receipt = Receipt.model_validate(
        {
            "kind": item.kind,
            "id": item.id,
            "centre_code": CENTRE,
            "received_at": room.clock.now(),
            "chain_head": item.chain_head,
        }
    )
    text, now = sign_receipt(receipt, hq).decode(), room.clock.now()
    room.store.write(lambda db: outbox.deliver(db, item.kind, item.id, text, now))


def hq_says(room: Room, at: datetime) -> None:
    """Headquarters answers to an inventory at that moment of its own clock."""
    said = Completeness(at, True, {})
    room.store.write(lambda db: contact.put_completeness(db, said))


def later(room: Room, days: float) -> None:
    """So many days pass, at the centre and at headquarters."""
    room.clock.pass_time(timedelta(days=days).total_seconds())
    hq_says(room, room.clock.now())
