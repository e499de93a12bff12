"""Passwords of staff as Argon2id hashes. There is no default one."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from kiosk.hall.errors import WeakPassword
from sync.wire.sealing.costly import passwords

MIN_PASSWORD = 10

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The Argon2id hash to keep; raise WeakPassword when it is too short, or TooBusy."""
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(minimum=MIN_PASSWORD)
    with passwords.turn():
        return _hasher.hash(password)


def matches(stored: str, password: str) -> bool:
    """Whether this is the password of that hash; raise TooBusy when many are checked already."""
    with passwords.turn():
        try:
            return _hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
