"""Unlock codes: ``XXXX-XXXX-XXXX-XXXX``, read over a telephone and typed by hand.

Crockford's base32: 15 random symbols (75 bits) and his check symbol (value modulo 37). Codes
whose check symbol would be one of the five extra signs are drawn again, so that only letters and
digits occur; that leaves 74.8 bits.
"""

from kiosk.exam.ports import Entropy
from kiosk.exam.typed_numbers import plain_number
from sync.wire.errors import MistypedUnlockCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SYMBOLS = 15
_BITS = 5 * _SYMBOLS
_MODULUS = 37
_TRIES = 1000
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})


def new_code(entropy: Entropy) -> str:
    """Return a new code.

    Raises:
        ValueError: ``entropy`` never yields a usable one (it is broken).
    """
    for _ in range(_TRIES):
        # The top 75 of 80 bits; a remainder modulo 37 of 32 or more is drawn again.
        value = int.from_bytes(entropy(10)) >> (80 - _BITS)
        if value % _MODULUS < len(ALPHABET):
            return _grouped(_symbols(value) + ALPHABET[value % _MODULUS])
    raise ValueError("the source of randomness repeats itself")


def normalise(text: str) -> str:
    """Return the code in its issued form from what a person typed.

    Accepts lower case, full width, missing or additional dashes and spaces, and O, I, L for 0,
    1, 1.

    Raises:
        MistypedUnlockCode: length, symbols or check symbol are wrong; this costs nothing and
            reveals nothing about any package.
    """
    typed = plain_number(text).translate(_READ_AS)
    if len(typed) != _SYMBOLS + 1 or not set(typed) <= set(ALPHABET):
        raise MistypedUnlockCode
    value = 0
    for symbol in typed[:-1]:
        value = value * 32 + ALPHABET.index(symbol)
    if ALPHABET.index(typed[-1]) != value % _MODULUS:
        raise MistypedUnlockCode
    return _grouped(typed)


def _symbols(value: int) -> str:
    places = range(_BITS - 5, -1, -5)
    return "".join(ALPHABET[value >> place & 31] for place in places)


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + 4] for at in range(0, len(symbols), 4))
