"""Keys of headquarters and centres: one Ed25519 pair that signs, one X25519 pair that decrypts.

Private keys are in two files of mode 0600; they are never stored anywhere else.
"""

import base64
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from kiosk.durable import sync_folder
from kiosk.exam.ports import Entropy
from sync.wire import canonical
from sync.wire.errors import BadSignature, KeysTooOpen, KeysUnusable, WrongRecipient

SIGNING_FILE = "signing.key"
BOX_FILE = "box.key"
RETIRED = "retired"
"""Folder of replaced box keys, as KEY-ID.key: they still open what was sealed to them."""

_SIZE = 32


class Verifier(Protocol):
    """Whose signatures are accepted: one party's keys, or several of headquarters'."""

    def verify(self, data: bytes, signature: bytes) -> None:
        """Check a signature over exactly ``data``.

        Raises:
            BadSignature: no accepted key signed it.
        """
        ...

    def accepts(self, key_id: str) -> bool:
        """Return whether signatures of these keys are accepted."""
        ...


class KeyHolder(Protocol):
    """A party that signs and decrypts; its keys may change while it runs."""

    @property
    def public(self) -> "PublicKeys":
        """The public keys of what is signed now."""
        ...

    @property
    def known(self) -> "Sequence[PublicKeys]":
        """All keys whose signatures still prove something, the present ones first."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) over exactly ``data``."""
        ...

    def unseal(self, sealed: bytes) -> bytes:
        """Decrypt what was sealed to this party, now or before a change of keys.

        Raises:
            WrongRecipient: it was sealed to somebody else, or altered.
        """
        ...

    def owns(self, key_id: str) -> bool:
        """Return whether these are keys of this party, present or former."""
        ...


@dataclass(frozen=True)
class PublicKeys:
    """Both public keys of one party, 32 raw bytes each."""

    signing: bytes
    box: bytes

    @property
    def key_id(self) -> str:
        """Identifies the pair: the first 128 bits of the SHA-256 of both keys, in hexadecimal."""
        return canonical.digest(self.signing + self.box)[:32]

    @property
    def fingerprint(self) -> str:
        """The key id in groups of four, for comparison by eye or over the telephone."""
        return " ".join(self.key_id[at : at + 4] for at in range(0, 32, 4))

    def verify(self, data: bytes, signature: bytes) -> None:
        """Check a signature over exactly ``data``.

        Raises:
            BadSignature: this party did not sign it.
        """
        try:
            VerifyKey(self.signing).verify(data, signature)
        except (BadSignatureError, ValueError, TypeError) as error:
            raise BadSignature from error

    def accepts(self, key_id: str) -> bool:
        """Return whether these are the keys of that id."""
        return key_id == self.key_id

    def open_signed(self, signed: bytes) -> bytes:
        """Return the text of ``KeyPair.sign_attached``.

        Raises:
            BadSignature: this party did not sign it.
        """
        try:
            return bytes(VerifyKey(self.signing).verify(signed))
        except (BadSignatureError, ValueError, TypeError) as error:
            raise BadSignature from error

    def seal(self, plain: bytes) -> bytes:
        """Encrypt so that only this party can decrypt (libsodium sealed box, 48 bytes longer).

        A sealed box does not prove its sender: whatever needs proof is signed first.
        """
        return bytes(SealedBox(PublicKey(self.box)).encrypt(plain))

    def to_dict(self) -> dict[str, str]:
        """Return both keys as base64."""
        return {"signing": _encode(self.signing), "box": _encode(self.box)}

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> "PublicKeys":
        """Read what :meth:`to_dict` returned.

        Raises:
            KeysUnusable: a key is missing or malformed.
        """
        try:
            keys = cls(_decode(data["signing"]), _decode(data["box"]))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise KeysUnusable(folder="the document") from error
        return keys


@dataclass(frozen=True)
class KeyPair:
    """Both private keys of one party; its ``repr`` shows nothing of them."""

    _signing: SigningKey = field(repr=False)
    _box: PrivateKey = field(repr=False)
    _retired: tuple[PrivateKey, ...] = field(default=(), repr=False)
    _other_ids: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def generate(cls, entropy: Entropy) -> "KeyPair":
        """Create keys from 64 unpredictable bytes."""
        return cls(SigningKey(entropy(_SIZE)), PrivateKey(entropy(_SIZE)))

    @property
    def public(self) -> PublicKeys:
        """The public keys."""
        return PublicKeys(bytes(self._signing.verify_key), bytes(self._box.public_key))

    @property
    def known(self) -> Sequence[PublicKeys]:
        """Only the present keys: of a pair alone, no others are known."""
        return (self.public,)

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) over exactly ``data``."""
        return bytes(self._signing.sign(data).signature)

    def sign_attached(self, data: bytes) -> bytes:
        """Return signature and text in one piece (libsodium's combined form)."""
        return bytes(self._signing.sign(data))

    def unseal(self, sealed: bytes) -> bytes:
        """Decrypt what was sealed to this party, under its present or any replaced keys.

        Raises:
            WrongRecipient: none of them fits, or the data was altered.
        """
        for box in (self._box, *self._retired):
            try:
                return bytes(SealedBox(box).decrypt(sealed))
            except (CryptoError, ValueError, TypeError):
                continue
        raise WrongRecipient

    def owns(self, key_id: str) -> bool:
        """Return whether these are keys of this party, present or beside them."""
        return key_id == self.public.key_id or key_id in self._other_ids

    def beside(self, others: Mapping[str, PrivateKey]) -> "KeyPair":
        """Return the pair with the box keys of other pairs, by id, which decrypt as well."""
        return replace(self, _retired=tuple(others.values()), _other_ids=frozenset(others))

    def save(self, folder: Path) -> None:
        """Write both files durably with mode 0600.

        Raises:
            FileExistsError: one of them exists; keys are never overwritten.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_private(folder / SIGNING_FILE, bytes(self._signing))
        _write_private(folder / BOX_FILE, bytes(self._box))
        sync_folder(folder)
        sync_folder(folder.parent)

    @classmethod
    def load(cls, folder: Path) -> "KeyPair":
        """Read both files, and replaced box keys.

        Raises:
            KeysTooOpen: others may read a file.
            KeysUnusable: a file is missing or damaged.
        """
        signing = _read_private(folder / SIGNING_FILE)
        box = _read_private(folder / BOX_FILE)
        retired = (_read_private(path) for path in sorted((folder / RETIRED).glob("*.key")))
        return cls(SigningKey(signing), PrivateKey(box), tuple(map(PrivateKey, retired)))

    def take_over(self, folder: Path) -> None:
        """Replace the keys of ``folder`` by these; the old box key is retired and still decrypts.

        Safe to repeat after a crash in between, which may leave files of both pairs mixed. The
        caller must then know the new keys from elsewhere and call this again.
        """
        current = _read_private(folder / BOX_FILE)
        retired = folder / RETIRED
        retired.mkdir(mode=0o700, exist_ok=True)
        name = canonical.digest(bytes(PrivateKey(current).public_key))[:32]
        if current != bytes(self._box):
            _replace_private(retired / f"{name}.key", current)
        # Durable before the old key is overwritten: without it older results are lost.
        sync_folder(retired)
        for file, key in ((SIGNING_FILE, self._signing), (BOX_FILE, self._box)):
            _replace_private(folder / file, bytes(key))
        sync_folder(folder)


def load_box(folder: Path) -> PrivateKey:
    """Read the box key of a pair whose signing key may be gone; raises like ``KeyPair.load``."""
    return PrivateKey(_read_private(folder / BOX_FILE))


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if len(data) != _SIZE:
        raise ValueError("a key has 32 bytes")
    return data


def _write_private(path: Path, key: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(_encode(key) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _replace_private(path: Path, key: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    _write_private(part, key)
    part.replace(path)


def _read_private(path: Path) -> bytes:
    try:
        with path.open(encoding="ascii") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise KeysTooOpen(file=str(path))
            return _decode(file.read(256).strip())
    except (OSError, ValueError) as error:
        raise KeysUnusable(type(error).__name__, folder=str(path.parent)) from error
