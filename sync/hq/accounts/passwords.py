"""Passwords of headquarters' staff, as Argon2id hashes."""

from kiosk.credentials.passwords import make_hash
from sync.hq.context import HqContext
from sync.hq.errors import WeakPassword


def hash_password(password: str, context: HqContext) -> str:
    """Return the hash to store. Raises: WeakPassword when the password is too short, or TooBusy."""
    minimum = context.settings.console.password_minimum
    if len(password) < minimum:
        raise WeakPassword(minimum=minimum)
    return make_hash(password)
