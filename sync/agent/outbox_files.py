"""The sealed bytes of outbox items, the same for the network and for a USB stick."""

from collections.abc import Callable
from datetime import datetime

from kiosk.store.centre import outbox
from kiosk.store.centre.hq_trust import HqTrust
from kiosk.store.centre.outbox import EVIDENCE, OutboxItem
from kiosk.store.files import Folder
from kiosk.store.sqlite.database import Store
from sync.agent.transports import Identity
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.delivery.receipt import verify_receipt

OpenPicture = Callable[[str], bytes]
"""Returns a picture's bytes by its SHA-256; raises FileNotFoundError or WrongRecipient."""


class OutboxFiles:
    """Reads outbox items, and closes their rows by receipts."""

    def __init__(
        self,
        store: Store,
        files: Folder,
        open_picture: OpenPicture,
        identity: Identity,
        hq: HqTrust,
    ) -> None:
        self._store = store
        self._files = files
        self._open_picture = open_picture
        self._identity = identity
        self._hq = hq

    def sealed(self, item: OutboxItem) -> bytes:
        """Return the bytes to send.

        A picture is sealed to headquarters when it is first sent and stored like this until its
        receipt: an upload can resume only with the same bytes.

        Raises:
            OSError: the file cannot be read.
            WireError: the picture cannot be opened or sealed.
        """
        if item.kind == EVIDENCE and not self._files.has(item.id):
            identity = self._identity
            picture = self._open_picture(item.id)
            sealed = seal_evidence(picture, identity.centre_code, identity.keys, self._hq.current)
            self._files.put(item.id, sealed)
        return self._files.get(item.id)

    def seal_anew(self, item: OutboxItem) -> None:
        """Delete a picture's sealed bytes that headquarters refused; the next try seals again."""
        if item.kind == EVIDENCE:
            self._files.drop(item.id)

    def close(self, item: OutboxItem, receipt: bytes, now: datetime) -> None:
        """Close the row by a receipt for exactly this item.

        Raises:
            WireError: the receipt is for something else, or not headquarters'.
        """
        centre = self._identity.centre_code
        verify_receipt(receipt, self._hq, centre, item.kind, item.id, item.chain_head)
        text = receipt.decode()
        self._store.write(lambda db: outbox.deliver(db, item.kind, item.id, text, now))
        if item.kind == EVIDENCE:  # the picture itself stays, sealed to the centre
            self._files.drop(item.id)
