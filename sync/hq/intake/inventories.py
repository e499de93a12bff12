"""Completeness: what centres have closed against what headquarters has stored, by kind."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.intake.receipts import receipts, table_of
from sync.hq.persistence.sync_tables import contacts
from sync.wire.delivery.inventory import (
    Inventory,
    InventoryAnswer,
    InventoryMatch,
    InventoryPage,
    Tallies,
    sign_answer,
    tally,
)
from sync.wire.delivery.receipt import KINDS, renewed_receipt

ANSWERED = 100
"""Most receipts in the answer to one page."""


@dataclass(frozen=True)
class ContactView:
    """A centre's state at its last contact.

    ``closed`` and ``held`` count items by kind, at the centre and at headquarters.
    """

    centre_code: str
    at: datetime
    epoch: int
    software: str
    clock_offset_s: float | None
    closed: Mapping[str, int]
    held: Mapping[str, int]
    complete: bool


class Inventories:
    """Compares inventories, page by page where they differ."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def answer(self, centre_code: str, inventory: Inventory) -> bytes:
        """Compare an inventory, record the contact, and return the signed answer.

        A contact number that does not rise means that the centre was restored from a backup, or
        runs twice. It is given a new epoch, which goes into the audit log.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            held = _held(connection, centre_code)
            complete = held == inventory.tallies
            epoch = _epoch(connection, centre_code, inventory, now)
            _keep(connection, centre_code, inventory, held, (epoch, complete, now))
        return self.sign(_answer(centre_code, inventory, held, (epoch, complete, now)))

    def compare(self, centre_code: str, inventory: Inventory) -> InventoryAnswer:
        """Compare an inventory that came on a USB stick.

        The centre may have had contact since the stick was written. So a low contact number is
        no sign of a restore, and the contact is recorded only if it is newer than the known
        one.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            held = _held(connection, centre_code)
            outcome = (inventory.epoch, held == inventory.tallies, now)
            known = _known(connection, centre_code)
            # Compared as a pair: the epoch outranks the contact number.
            if known is None or (inventory.epoch, inventory.contact) >= known:
                _keep(connection, centre_code, inventory, held, outcome)
        return _answer(centre_code, inventory, held, outcome)

    def sign(self, answer: InventoryAnswer) -> bytes:
        """Return the answer, signed."""
        return sign_answer(answer, self._context.keys)

    def match(self, centre_code: str, page: InventoryPage) -> InventoryMatch:
        """Return what is missing here of a page, and receipts for what the centre does not know."""
        with self._context.database.read() as connection:
            there, known = set(_ids(connection, centre_code, page)), set(page.ids)
            forgotten = sorted(there - known)
            answered = forgotten[:ANSWERED]
            found = receipts(connection, page.kind, centre_code, answered)
        return InventoryMatch(
            missing=tuple(sorted(known - there)),
            forgotten=tuple(self._encoded(found[name]) for name in answered),
            more=len(forgotten) > len(answered),
        )

    def _encoded(self, receipt: bytes) -> str:
        return base64.b64encode(renewed_receipt(receipt, self._context.keys)).decode("ascii")

    def contacts(self) -> Mapping[str, ContactView]:
        """Return each centre's last contact, by its code."""
        with self._context.database.read() as connection:
            rows = connection.execute(select(contacts)).mappings().all()
        return {row["centre_code"]: _view(row) for row in rows}


def _answer(
    centre_code: str, inventory: Inventory, held: Tallies, outcome: tuple[int, bool, datetime]
) -> InventoryAnswer:
    epoch, complete, now = outcome
    return InventoryAnswer(
        centre_code=centre_code,
        contact=inventory.contact,
        epoch=epoch,
        tallies=held,
        complete=complete,
        at=now,
    )


def _ids(connection: Connection, centre_code: str, page: InventoryPage) -> Sequence[str]:
    table, column = table_of(page.kind)
    query = select(column).where(table.c.centre_code == centre_code)
    if page.after is not None:
        query = query.where(column > page.after)
    if page.through is not None:
        query = query.where(column <= page.through)
    return connection.execute(query).scalars().all()


def _held(connection: Connection, centre_code: str) -> Tallies:
    found = {}
    for kind in KINDS:
        table, column = table_of(kind)
        query = select(column).where(table.c.centre_code == centre_code)
        found[kind] = tally(connection.execute(query).scalars())
    return Tallies(**found)


def _known(connection: Connection, centre_code: str) -> tuple[int, int] | None:
    """Return the epoch and the number of the last contact."""
    mine = contacts.c.centre_code == centre_code
    row = connection.execute(select(contacts.c.epoch, contacts.c.contact).where(mine)).first()
    return None if row is None else (int(row.epoch), int(row.contact))


def _epoch(connection: Connection, centre_code: str, inventory: Inventory, now: datetime) -> int:
    last, this = _known(connection, centre_code), (inventory.epoch, inventory.contact)
    if last is None:
        return inventory.epoch
    # Contact 0: a new epoch was issued and the centre has not begun it yet; do not issue another.
    epoch = last[0] + 1 if last[1] > 0 and this <= last else max(last[0], this[0])
    if epoch > last[0]:
        record(connection, now, AuditKind.CENTRE_RESTORED, "hq", centre=centre_code, epoch=epoch)
    return epoch


def _keep(
    connection: Connection,
    centre_code: str,
    inventory: Inventory,
    held: Tallies,
    outcome: tuple[int, bool, datetime],
) -> None:
    epoch, complete, now = outcome
    begun = epoch == inventory.epoch  # otherwise a new epoch counts its contacts from 0
    values: dict[str, Any] = {
        "epoch": epoch,
        "contact": inventory.contact if begun else 0,
        "at": now,
        "software": inventory.software,
        "clock_offset_s": inventory.clock_offset_s,
        "closed": inventory.tallies.model_dump(),
        "held": held.model_dump(),
        "complete": complete,
    }
    mine = contacts.c.centre_code == centre_code
    if not connection.execute(update(contacts).where(mine).values(**values)).rowcount:
        connection.execute(insert(contacts).values(centre_code=centre_code, **values))


def _view(row: RowMapping) -> ContactView:
    return ContactView(
        centre_code=row["centre_code"],
        at=row["at"],
        epoch=row["epoch"],
        software=row["software"],
        clock_offset_s=row["clock_offset_s"],
        closed={kind: one["count"] for kind, one in row["closed"].items()},
        held={kind: one["count"] for kind, one in row["held"].items()},
        complete=row["complete"],
    )
