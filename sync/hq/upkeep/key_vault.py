"""The folder of keys inside a backup, encrypted under a passphrase.

A line that names the format, Argon2id's salt, then libsodium's secretbox over a TAR of the folder.
"""

import io
import tarfile
from pathlib import Path

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from kiosk.durable import sync_folder, write_durably
from kiosk.exam.ports import Entropy
from sync.hq.upkeep.errors import BackupBroken, PassphraseWrong

FORM = b"exam-hq-keys/1\n"
SHORTEST = 12
"""Characters of a passphrase: whoever finds a backup may try for years."""

_SALT = pwhash.argon2id.SALTBYTES
_OPS, _MEMORY = pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE
_MOST = 16 << 20


def seal_keys(folder: Path, passphrase: str, entropy: Entropy) -> bytes:
    """Return the folder, encrypted."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.endswith(".part"):
                tar.addfile(_member(path, folder), io.BytesIO(path.read_bytes()))
    salt, nonce = entropy(_SALT), entropy(SecretBox.NONCE_SIZE)
    return FORM + salt + SecretBox(_key(passphrase, salt)).encrypt(packed.getvalue(), nonce)


def open_keys(sealed: bytes, passphrase: str, folder: Path) -> None:
    """Write the folder as it was; it must not exist.

    Raises:
        PassphraseWrong: the passphrase is another one, or the file was altered.
        BackupBroken: its content is no folder of keys.
    """
    salt, rest = sealed[len(FORM) : len(FORM) + _SALT], sealed[len(FORM) + _SALT :]
    if not sealed.startswith(FORM) or len(sealed) > _MOST:
        raise BackupBroken(place="keys.sealed", what="it has another format")
    try:
        packed = SecretBox(_key(passphrase, salt)).decrypt(rest)
    except (CryptoError, ValueError) as error:
        raise PassphraseWrong from error
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            _write(tar, member, folder)
    sync_folder(folder.parent)


def _member(path: Path, folder: Path) -> tarfile.TarInfo:
    member = tarfile.TarInfo(path.relative_to(folder).as_posix())
    member.size, member.mode = path.stat().st_size, 0o600
    return member


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    file, target = tar.extractfile(member), (folder / member.name)
    if file is None or folder.resolve() not in target.resolve().parents:
        raise BackupBroken(place="keys.sealed", what=f"{member.name} does not belong in it")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(target, file.read())


def _key(passphrase: str, salt: bytes) -> bytes:
    size = SecretBox.KEY_SIZE
    return pwhash.argon2id.kdf(size, passphrase.encode(), salt, opslimit=_OPS, memlimit=_MEMORY)
