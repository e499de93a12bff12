"""Passwords of the centre's staff. There is no default one."""

from kiosk.credentials.passwords import make_hash
from kiosk.hall.errors import WeakPassword

MIN_PASSWORD = 10


def hash_password(password: str) -> str:
    """Return the hash to store. Raises: WeakPassword when the password is too short, or TooBusy."""
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(minimum=MIN_PASSWORD)
    return make_hash(password)
