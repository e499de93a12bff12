"""Passwords of headquarters' staff as Argon2id hashes."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from sync.hq.context import HqContext
from sync.hq.errors import WeakPassword
from sync.wire.sealing.costly import passwords


class Passwords:
    """Hashes and checks passwords; raises TooBusy when many are checked already."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._hasher = PasswordHasher()
        # Checked when the user name is unknown, so that the answer takes as long.
        self._nobody = self._hasher.hash("nobody has this password", salt=bytes(16))

    def hash(self, password: str) -> str:
        """The hash to keep; raises :class:`WeakPassword` when it is too short."""
        minimum = self._context.settings.console.password_minimum
        if len(password) < minimum:
            raise WeakPassword(minimum=minimum)
        with passwords.turn():
            return self._hasher.hash(password, salt=self._context.entropy(16))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether this is the password of that hash; None fits none and takes as long."""
        with passwords.turn():
            try:
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except VerificationError:
                return False
