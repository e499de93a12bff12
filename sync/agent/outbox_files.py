"""The sealed bytes of what waits in the outbox, the same for the network and for a stick."""

from collections.abc import Callable
from datetime import datetime

from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import EVIDENCE, OutboxItem
from kiosk.store.files import Folder
from kiosk.store.sqlite.database import Store
from sync.agent.transports import Identity
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.delivery.receipt import verify_receipt
from sync.wire.sealing.keys import PublicKeys

OpenPicture = Callable[[str], bytes]
"""From a picture's SHA-256 to its bytes; raises FileNotFoundError or WrongRecipient."""


class OutboxFiles:
    """Reads items, and closes their rows by receipts."""

    def __init__(
        self,
        store: Store,
        files: Folder,
        open_picture: OpenPicture,
        identity: Identity,
        hq: PublicKeys,
    ) -> None:
        self._store = store
        self._files = files
        self._open_picture = open_picture
        self._identity = identity
        self._hq = hq

    def sealed(self, item: OutboxItem) -> bytes:
        """The bytes that travel.

        A picture is sealed to headquarters when it is first sent, and kept so until the receipt,
        for an upload goes on only with the same bytes. Raises OSError or WireErrors.
        """
        if item.kind == EVIDENCE and not self._files.has(item.id):
            identity = self._identity
            picture = self._open_picture(item.id)
            sealed = seal_evidence(picture, identity.centre_code, identity.keys, self._hq)
            self._files.put(item.id, sealed)
        return self._files.get(item.id)

    def seal_anew(self, item: OutboxItem) -> None:
        """Forget a picture's sealed bytes, which headquarters refused."""
        if item.kind == EVIDENCE:
            self._files.drop(item.id)

    def close(self, item: OutboxItem, receipt: bytes, now: datetime) -> None:
        """Close the row by a receipt for this very item; raises WireErrors for another one."""
        centre = self._identity.centre_code
        verify_receipt(receipt, self._hq, centre, item.kind, item.id, item.chain_head)
        text = receipt.decode()
        self._store.write(lambda db: outbox.deliver(db, item.kind, item.id, text, now))
        if item.kind == EVIDENCE:  # the picture itself stays, sealed to the centre
            self._files.drop(item.id)
