"""Compares inventories with headquarters; only if they match is everything reported as synced."""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kiosk import __version__
from kiosk.exam.states import ItemState
from kiosk.store.centre import contact, outbox
from kiosk.store.centre.contact import Completeness
from kiosk.store.centre.outbox import FIRST, ROUTINE_EVIDENCE, OutboxItem
from kiosk.store.sqlite.database import Store
from sync.agent.errors import HqAnswerInvalid
from sync.agent.transports import Identity, Transport
from sync.wire import canonical
from sync.wire.delivery.inventory import (
    MATCH_FORMAT,
    PAGE,
    Inventory,
    InventoryAnswer,
    InventoryMatch,
    InventoryPage,
    Tallies,
    read_answer,
    tally,
)
from sync.wire.delivery.receipt import KINDS, Kind, read_receipt
from sync.wire.errors import WireError
from sync.wire.model import parse
from sync.wire.sealing.keys import Verifier


@dataclass(frozen=True)
class Epochs:
    """Epochs of the database; see ``kiosk.hall.machine.restore_detection``."""

    next_contact: Callable[[], tuple[int, int]]
    begin: Callable[[int], None]


class Reconcile:
    """Compares with headquarters and repairs differences."""

    def __init__(self, store: Store, identity: Identity, hq: Verifier, epochs: Epochs) -> None:
        self._store = store
        self._identity = identity
        self._hq = hq
        self._epochs = epochs

    def run(self, transport: Transport, offset_s: float) -> bool:
        """Compare; queue what headquarters lost, store receipts for what this centre lost.

        Returns whether headquarters has everything.

        Raises:
            HqUnreachable: the connection failed.
            HqRefused: headquarters refused a request.
            WireError: an answer cannot be read, or is not headquarters'.
        """
        answer = self._ask(transport, offset_s)
        changed = [kind for kind in KINDS if self._differs(kind, answer)]
        for kind in changed:
            self._mend(transport, kind)
        if changed:
            answer = self._ask(transport, offset_s)
        held: dict[str, int] = {kind: answer.tallies.of(kind).count for kind in KINDS}
        said = Completeness(answer.at, answer.complete, held)
        self._store.write(lambda db: contact.put_completeness(db, said))
        return answer.complete

    def inventory(self, offset_s: float | None) -> Inventory:
        """Return what the centre has closed, under a new contact number."""
        epoch, number = self._epochs.next_contact()
        return Inventory(
            centre_code=self._identity.centre_code,
            epoch=epoch,
            contact=number,
            tallies=self._tallies(),
            software=f"exam-kiosk {__version__}",
            clock_offset_s=offset_s,
        )

    def _ask(self, transport: Transport, offset_s: float) -> InventoryAnswer:
        told = self.inventory(offset_s)
        epoch, number = told.epoch, told.contact
        reply = transport.send("POST", "/sync/v1/inventory", canonical.dump_model(told))
        answer = read_answer(reply.body, self._hq, self._identity.centre_code)
        # An old answer that is replayed must not report this state as complete.
        if answer.contact != number:
            raise HqAnswerInvalid("an answer to another question")
        # Headquarters has seen a later state of this centre: this database is a restored backup.
        # Its new events need an epoch of their own.
        if answer.epoch > epoch:
            self._epochs.begin(answer.epoch)
        return answer

    def _tallies(self, state: ItemState | None = None) -> Tallies:
        db = self._store.read()
        return Tallies(**{kind: tally(outbox.ids(db, kind, state)) for kind in KINDS})

    def _differs(self, kind: Kind, answer: InventoryAnswer) -> bool:
        """Return whether headquarters has other items than it has given receipts for."""
        return answer.tallies.of(kind) != self._tallies(ItemState.DELIVERED).of(kind)

    def _mend(self, transport: Transport, kind: Kind) -> None:
        for page in self._pages(kind):
            self._match(transport, page)

    def _pages(self, kind: Kind) -> Iterator[InventoryPage]:
        ids, after = outbox.ids(self._store.read(), kind), None
        for start in range(0, max(len(ids), 1), PAGE):
            page = tuple(ids[start : start + PAGE])
            through = page[-1] if start + PAGE < len(ids) else None
            yield InventoryPage(kind=kind, after=after, through=through, ids=page)
            after = through

    def _match(self, transport: Transport, page: InventoryPage) -> None:
        known = set(page.ids)
        while True:
            told = page.model_copy(update={"ids": tuple(sorted(known))})
            reply = transport.send("POST", "/sync/v1/inventory/page", canonical.dump_model(told))
            match = parse(InventoryMatch, reply.body, MATCH_FORMAT, WireError)
            self.reopen(page.kind, [name for name in match.missing if name in known])
            remembered = {self.remember(base64.b64decode(one)) for one in match.forgotten}
            # Nothing new would repeat the same request forever; a page is limited to PAGE ids.
            if not match.more or remembered <= known or len(known | remembered) > PAGE:
                return
            known |= remembered

    def reopen(self, kind: Kind, lost: Sequence[str]) -> None:
        """Queue items again that headquarters lacks although it has given receipts for them."""
        if lost:
            self._store.write(lambda db: outbox.reopen(db, kind, lost))

    def remember(self, receipt: bytes) -> str:
        """Store a receipt for an item that a restore has lost here; return the item's id."""
        read = read_receipt(receipt, self._hq, self._identity.centre_code)
        item = OutboxItem(
            kind=read.kind,
            id=read.id,
            sitting_id=read.sitting_id or "",
            priority=FIRST.get(read.kind, ROUTINE_EVIDENCE),
            attempt_id=read.attempt_id,
            revision=read.revision,
            chain_head=read.chain_head,
        )
        text = receipt.decode()
        self._store.write(lambda db: outbox.remember(db, item, text, read.received_at))
        return read.id
