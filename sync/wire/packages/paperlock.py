"""The two locks of a paper: its key needs both the unlock code and the centre's private key.

``paper.bin``  nonce ‖ XChaCha20-Poly1305(paper key, paper), bound to package id and version
``paper.key``  sealed box to the centre( nonce ‖ XChaCha20-Poly1305(key from the unlock code by
Argon2id, paper key), bound to the manifest )
"""

import base64
import threading

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as DerivationFailed
from nacl.pwhash import argon2id

from kiosk.exam.ports import Entropy
from sync.wire.errors import MemoryShort, PackageDamaged, WrongUnlockCode
from sync.wire.packages.manifest import Kdf, Manifest
from sync.wire.packages.unlock import normalise
from sync.wire.sealing.keys import KeyPair, PublicKeys

KEY_BYTES = 32
SALT_BYTES = 16
_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_one_at_a_time = threading.Lock()
"""A derivation needs up to 512 MiB: six at once took 1.9 GB of a machine that serves an exam."""


def encrypt(plain: bytes, key: bytes, bound_to: bytes, entropy: Entropy) -> bytes:
    """Encrypt and authenticate under a random nonce, which precedes the result."""
    nonce = entropy(_NONCE)
    return nonce + bytes(crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound_to, nonce, key))


def decrypt(sealed: bytes, key: bytes, bound_to: bytes) -> bytes:
    """Decrypt what :func:`encrypt` returned.

    Raises:
        PackageDamaged: key, binding or data differ.
    """
    try:
        return bytes(
            crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed[_NONCE:], bound_to, sealed[:_NONCE], key
            )
        )
    except (CryptoError, ValueError, TypeError) as error:
        raise PackageDamaged("cannot be decrypted") from error


def derive(code: str, kdf: Kdf) -> bytes:
    """Derive 32 key bytes from a normalised code, at the cost that ``kdf`` states.

    Only one derivation runs at a time in a process.

    Raises:
        MemoryShort: the machine does not have enough memory.
    """
    with _one_at_a_time:
        try:
            return bytes(
                argon2id.kdf(
                    KEY_BYTES,
                    code.encode("ascii"),
                    base64.b64decode(kdf.salt),
                    opslimit=kdf.opslimit,
                    memlimit=kdf.memlimit,
                )
            )
        except (DerivationFailed, MemoryError) as error:
            raise MemoryShort from error


def lock_key(
    paper_key: bytes, code: str, manifest: Manifest, centre: PublicKeys, entropy: Entropy
) -> bytes:
    """Return ``paper.key``: encrypted under the unlock code, then sealed to the centre."""
    key = derive(normalise(code), manifest.kdf)
    return centre.seal(encrypt(paper_key, key, manifest.binding(), entropy))


def unlock_key(sealed: bytes, code: str, kdf: Kdf, binding: bytes, own: KeyPair) -> bytes:
    """Return the paper key. ``binding``: see :meth:`Manifest.binding`.

    Raises:
        MistypedUnlockCode: the code fails its check symbol (found before any work).
        WrongRecipient: the package is sealed to another centre.
        WrongUnlockCode: it is the code of another package or version.
    """
    issued = normalise(code)
    locked = own.unseal(sealed)
    try:
        return decrypt(locked, derive(issued, kdf), binding)
    except PackageDamaged as error:
        raise WrongUnlockCode from error


def paper_binding(package_id: str, version: int) -> bytes:
    """Return what ``paper.bin`` is bound to."""
    return f"exam-paper/1 {package_id} {version}".encode()
