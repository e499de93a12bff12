"""Keys for the stored data of a sitting, one for each class, so that destroying a key deletes data.

A key is 32 random bytes in a small file, sealed to the centre's keys. Once it is destroyed, no copy
of the sealed data that may be left on the disk can be opened. Backups contain the keys, too.
"""

import hashlib
import logging
import threading
from collections.abc import Sequence

from kiosk.exam.ports import Entropy
from kiosk.exam.programme.retention import DataClass
from kiosk.store.errors import StorageFull
from kiosk.store.files import Folder
from sync.wire.errors import WireError
from sync.wire.packages import paperlock
from sync.wire.sealing.keys import KeyPair

SITTING_KEYS = "sitting-keys"
"""Their folder in the data directory."""

_log = logging.getLogger(__name__)

WITH_KEY: Sequence[DataClass] = ("portraits", "papers", "pictures", "answers")
"""Classes of which something is sealed at the centre; the event log is in the database only."""

_MARK = b"sitting-key/1 "
_NAME_CHARS = 64
_creating = threading.Lock()
"""Without it, two threads that need the same new key would each make one."""


class SittingKeys:
    """Seals and opens data, creates and destroys keys; caches none in memory."""

    def __init__(self, folder: Folder, centre: KeyPair, entropy: Entropy) -> None:
        self._folder = folder
        self._centre = centre
        self._entropy = entropy

    def prepare(self, sitting_id: str) -> None:
        """Create the keys of a sitting while there is room on the disk.

        Raises:
            StorageFull: there is none.
        """
        for what in WITH_KEY:
            self._make(key_name(sitting_id, what))

    def seal(self, sitting_id: str, what: DataClass, plain: bytes) -> bytes:
        """Encrypt under the class's key, creating it if :meth:`prepare` has not.

        If the key cannot be read or created, seal to the centre's keys instead: an exam must
        not stop.
        """
        name = key_name(sitting_id, what)
        try:
            key = self._key(name)
        except (OSError, StorageFull, WireError):
            _log.exception("no key for %s of sitting %s; sealed to the centre", what, sitting_id)
            return self._centre.public.seal(plain)
        bound_to = name.encode()
        # The key's name is authenticated: sealed data cannot move to another sitting or class.
        return _MARK + bound_to + paperlock.encrypt(plain, key, bound_to, self._entropy)

    def open(self, sealed: bytes) -> bytes:
        """Return the plain bytes, also of data that was sealed to the centre's keys.

        Raises:
            FileNotFoundError: the key has been destroyed.
            WrongRecipient: the data or its key is sealed to another centre.
            PackageDamaged: the data has been altered.
        """
        name = key_of(sealed)
        if name is None:
            return self._centre.unseal(sealed)
        key = self._centre.unseal(self._folder.get(name))
        return paperlock.decrypt(sealed[len(_MARK) + _NAME_CHARS :], key, name.encode())

    def has(self, sitting_id: str, what: DataClass) -> bool:
        """Return whether the class has a key."""
        return self._folder.has(key_name(sitting_id, what))

    def destroy(self, sitting_id: str, what: DataClass) -> None:
        """Overwrite and remove a class's key; no effect when there is none."""
        self._folder.shred(key_name(sitting_id, what))

    def _key(self, name: str) -> bytes:
        self._make(name)
        return self._centre.unseal(self._folder.get(name))

    def _make(self, name: str) -> None:
        if self._folder.has(name):
            return
        with _creating:
            if not self._folder.has(name):
                new = self._entropy(paperlock.KEY_BYTES)
                self._folder.put(name, self._centre.public.seal(new))


def key_name(sitting_id: str, what: DataClass) -> str:
    """Return the file name of a class's key."""
    return hashlib.sha256(f"{what} {sitting_id}".encode()).hexdigest()


def key_of(sealed: bytes) -> str | None:
    """Return the name of the key that opens these bytes; None for the centre's keys."""
    if not sealed.startswith(_MARK):
        return None
    return sealed[len(_MARK) : len(_MARK) + _NAME_CHARS].decode("ascii", errors="replace")
