"""A long stream sealed to a party's own keys: the format of a backup.

A line that names the format, the sealed key, the header of libsodium's secretstream, then parts of
at most 1 MiB, each preceded by its length. The last part is marked, so truncation is detected. The
key is signed before it is sealed, because anyone can seal to a public key.
"""

import struct
from typing import IO

from nacl import bindings
from nacl.exceptions import CryptoError

from kiosk.exam.ports import Entropy
from sync.wire.errors import BackupDamaged
from sync.wire.sealing.keys import KeyPair

FORM = b"exam-kiosk-backup/1\n"
PART = 1 << 20
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_EXTRA = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_KEY = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
_LENGTH = struct.Struct(">I")


class SealedWriter:
    """Seals what is written to it; the stream is valid only after :meth:`finish`."""

    def __init__(self, out: IO[bytes], keys: KeyPair, entropy: Entropy) -> None:
        self._out = out
        self._waiting = bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        key = entropy(_KEY)
        sealed = keys.public.seal(keys.sign_attached(FORM + key))
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        out.write(FORM + _LENGTH.pack(len(sealed)) + sealed + header)

    def write(self, data: bytes) -> int:
        """Add plain bytes."""
        self._waiting += data
        while len(self._waiting) > PART:
            self._push(bytes(self._waiting[:PART]), _MORE)
            del self._waiting[:PART]
        return len(data)

    def finish(self) -> None:
        """Write the last part, which marks the end."""
        self._push(bytes(self._waiting), _LAST)
        self._waiting.clear()

    def _push(self, plain: bytes, tag: int) -> None:
        part = bindings.crypto_secretstream_xchacha20poly1305_push(self._state, plain, None, tag)
        self._out.write(_LENGTH.pack(len(part)) + part)


class SealedReader:
    """Reads what a SealedWriter wrote with the same keys.

    Raises:
        BackupDamaged: the stream is incomplete or was altered.
        WrongRecipient: it is sealed to other keys.
        BadSignature: the owner of these keys did not make it.
    """

    def __init__(self, source: IO[bytes], keys: KeyPair) -> None:
        self._source = source
        self._plain = bytearray()
        self._over = False
        if source.read(len(FORM)) != FORM:
            raise BackupDamaged("it is no backup of a centre")
        signed = keys.unseal(self._exactly(self._length()))
        text = keys.public.open_signed(signed)
        if len(text) != len(FORM) + _KEY or not text.startswith(FORM):
            raise BackupDamaged("its key is of another kind")
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(
            self._state, self._exactly(_HEADER), text[len(FORM) :]
        )

    def read(self, count: int = -1) -> bytes:
        """Return the next plain bytes; empty at the end, which has then been verified."""
        while not self._over and (count < 0 or len(self._plain) < count):
            self._pull()
        taken = bytes(self._plain if count < 0 else self._plain[:count])
        del self._plain[: len(taken)]
        return taken

    def _pull(self) -> None:
        part = self._exactly(self._length())
        try:
            plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(self._state, part)
        except (CryptoError, ValueError) as error:
            raise BackupDamaged("a part of it was altered") from error
        self._plain += plain
        self._over = tag == _LAST
        if self._over and self._source.read(1):
            raise BackupDamaged("something follows its end")

    def _length(self) -> int:
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        # The length is not authenticated: bound it before reading that much into memory.
        if length > PART + _EXTRA:
            raise BackupDamaged("a part of it is too long")
        return int(length)

    def _exactly(self, count: int) -> bytes:
        data = self._source.read(count)
        if len(data) != count:
            raise BackupDamaged("it was cut short")
        return data
