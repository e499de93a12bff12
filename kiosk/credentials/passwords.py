"""Passwords as Argon2id hashes. How long they must be, each product says itself."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.wire.sealing.costly import passwords

NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$"
    "O7f57LqEubUUgrCCM0W1S5IOcaMZbS1e13TPNRLvtPo"
)
"""Checked when the user name is unknown, so that the answer takes as long as for a known one."""

_hasher = PasswordHasher()


def make_hash(password: str) -> str:
    """Make the Argon2id hash that is stored. Raises: TooBusy when many are made already."""
    with passwords.turn():
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password of that hash; nothing matches None, and takes as long.

    Raises: TooBusy when many are checked already.
    """
    with passwords.turn():
        try:
            return _hasher.verify(stored or NOBODY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False
