"""Numbers of certificates: prefix, year, eight random characters, and a check character.

The characters are digits and capital letters without I, L, O and U, which look like others. The
check character is that of ISO 7064, MOD 37-2: it detects every wrong character and every pair of
characters that changed places. Numbers whose check character would be unclear are not used.
"""

import re
import unicodedata

from kiosk.exam.ports import Entropy

CLEAR = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 characters of which none looks like another."""
PREFIX = re.compile(r"[ABCDEFGHJKMNPQRSTVWXYZ]{2,4}")

_ISO_7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_RANDOM_BYTES = 5
_RANDOM = 8
_LOOK_LIKE = str.maketrans("OIL", "011")
_FORM = re.compile(
    rf"([ABCDEFGHJKMNPQRSTVWXYZ]{{2,4}}[0-9]{{2}})([{CLEAR}]{{{_RANDOM}}})([{CLEAR}])"
)


def new_number(prefix: str, year: int, entropy: Entropy) -> str:
    """Return an unpredictable number without hyphens."""
    while True:
        bits = int.from_bytes(entropy(_RANDOM_BYTES), "big")
        drawn = "".join(CLEAR[bits >> 5 * place & 31] for place in range(_RANDOM))
        number = f"{prefix}{year % 100:02}{drawn}"
        check = check_character(number)
        if check in CLEAR:
            return number + check


def check_character(text: str) -> str:
    """Return the check character of ISO 7064, MOD 37-2, for digits and capital letters."""
    sum_ = 0
    for character in text:
        sum_ = (sum_ + _ISO_7064.index(character)) * 2 % 37
    return _ISO_7064[(1 - sum_) % 37]


def typed_number(text: str) -> str | None:
    """Return a number as it is stored, from what somebody typed; None if it cannot be one.

    Hyphens, blanks, small and wide characters do not matter; O counts as 0, and I and L as 1.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(character for character in plain if character.isalnum())
    form = _FORM.fullmatch(kept.translate(_LOOK_LIKE))
    if form is None or check_character(form[1] + form[2]) != form[3]:
        return None
    return form[0]


def shown(number: str) -> str:
    """Return a number with hyphens, as it is printed."""
    head, random, check = number[: -_RANDOM - 1], number[-_RANDOM - 1 : -1], number[-1]
    return f"{head}-{random[:4]}-{random[4:]}-{check}"
