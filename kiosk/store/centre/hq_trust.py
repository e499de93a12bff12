"""Which keys of headquarters this centre trusts, in a file beside its certificate.

The certificate names the key that staff compared by telephone. From there the centre follows
headquarters' signed statements, and stores the last one. If staff later accept a certificate with
a key that no statement names, that key is the new beginning.
"""

import base64
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from kiosk.store.files import write_durably
from sync.wire import canonical
from sync.wire.errors import BadSignature, HqKeysReplaced
from sync.wire.model import Base64, WireModel, parse
from sync.wire.sealing.certificate import Keys
from sync.wire.sealing.hq_keys import HqRing, KeyState, read_statement, verify_any
from sync.wire.sealing.keys import PublicKeys

HQ_KEYS = "hq-keys.json"
"""Name of the file in the centre's data directory."""

FORMAT: Literal["trusted-hq-keys/1"] = "trusted-hq-keys/1"


class _File(WireModel):
    """The last statement, and keys that were trusted before a new beginning."""

    format: Literal["trusted-hq-keys/1"] = FORMAT
    statement: Base64
    earlier: tuple[Keys, ...] = ()


class EverTrusted:
    """Verifies what this centre accepted once: by any key that it has ever trusted."""

    def __init__(self, keys: Sequence[PublicKeys]) -> None:
        self._keys = keys

    def verify(self, data: bytes, signature: bytes) -> None:
        """See :class:`sync.wire.sealing.keys.Verifier`."""
        verify_any(self._keys, data, signature)

    def accepts(self, key_id: str) -> bool:
        """See :class:`sync.wire.sealing.keys.Verifier`."""
        return key_id in {key.key_id for key in self._keys}


class HqTrust:
    """Headquarters' keys as this centre knows them; follows their changes while it runs.

    It verifies what arrives. What is stored already verifies with :attr:`ever`, also after its
    key was retired or withdrawn.

    Raises:
        WireError: the file is damaged.
    """

    def __init__(self, certified: PublicKeys, path: Path) -> None:
        self._certified = certified
        self._path = path
        self._lock = threading.Lock()
        self._earlier = list[PublicKeys]()
        self._ring = self._load()

    @property
    def current(self) -> PublicKeys:
        """The key to seal to."""
        return self._ring.current

    @property
    def number(self) -> int:
        """The number of the last statement followed; 0 before the first."""
        return self._ring.number

    @property
    def ever(self) -> EverTrusted:
        """Verifies what was accepted before."""
        return EverTrusted([*(key.public for key in self._ring.keys), *self._earlier])

    def verify(self, data: bytes, signature: bytes) -> None:
        """See :class:`sync.wire.sealing.keys.Verifier`."""
        self._ring.verify(data, signature)

    def accepts(self, key_id: str) -> bool:
        """See :class:`sync.wire.sealing.keys.Verifier`."""
        return self._ring.accepts(key_id)

    def state(self, key_id: str) -> KeyState | None:
        """Return the state of a key; None if no statement names it."""
        return self._ring.state(key_id)

    def follow(self, chain: Iterable[bytes]) -> bool:
        """Follow headquarters' statements; return whether a new one was accepted.

        Raises:
            HqKeysReplaced: the last one is signed by no key that is trusted here. Those before
                it were followed.
            WireError: one is damaged or wrongly signed; nothing changed.
            StorageFull: the file cannot be written; nothing changed.
        """
        with self._lock:
            statements = list(chain)
            ring, refused = self._ring.follow(statements)
            changed = ring.number > self._ring.number
            if changed:
                self._save(ring, statements)
                self._ring = ring
        if refused is not None:
            raise HqKeysReplaced(fingerprint=refused.fingerprint)
        return changed

    def _save(self, ring: HqRing, statements: Iterable[bytes]) -> None:
        followed = next(
            data for data in statements if read_statement(data).statement.number == ring.number
        )
        text = base64.b64encode(followed).decode("ascii")
        earlier = tuple(Keys.of(key) for key in self._earlier)
        write_durably(self._path, canonical.dump_model(_File(statement=text, earlier=earlier)))

    def _load(self) -> HqRing:
        if not self._path.exists():
            return HqRing.pinned(self._certified)
        stored = parse(_File, self._path.read_bytes(), FORMAT, BadSignature)
        self._earlier = [keys.public for keys in stored.earlier]
        ring = HqRing.of(read_statement(base64.b64decode(stored.statement)).statement)
        if ring.state(self._certified.key_id) is not None:
            return ring
        # The certificate is newer: staff have compared another key by telephone.
        self._earlier += [key.public for key in ring.keys]
        return HqRing.pinned(self._certified)
