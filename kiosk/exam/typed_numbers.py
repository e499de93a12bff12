"""Numbers as people type them: one canonical form, whichever input method wrote it.

A Chinese input method writes full-width digits, ``Ｘ`` and ideographic blanks; copied text brings
zero-width characters and other dashes; sheets and symbol tables bring Greek and Cyrillic letters
that look like Latin ones. Admission numbers, identity numbers and unlock codes are
compared and stored in the form that :func:`plain_number` returns.
"""

import unicodedata

_BLANK_OR_INVISIBLE = ("Z", "Cc", "Cf")
"""Unicode categories: separators, control characters (tab), format characters (zero width)."""

_IGNORABLE = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
)
"""Invisible, but of other categories: joiners, fillers, an empty Braille cell, variation selectors.
"""

_DASHES = frozenset({0x2212, 0x30FC})
"""Minus and the long vowel sign, which input methods write for a hyphen; besides category Pd."""

_LOOK_ALIKE = str.maketrans("АВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ×✕", "ABEKMHOPCTYXABEZHIKMNOPTYXXX")
"""Cyrillic and Greek capitals, and signs that are typed for the X of an identity number."""


def plain_number(text: str) -> str:
    """Return the number in Latin capitals, digits and hyphens, without blanks."""
    shown = _shown(unicodedata.normalize("NFKC", text).upper())
    # Removing characters can let NFKC compose their neighbours, hence the second pass.
    return _shown(unicodedata.normalize("NFKC", shown))


def shape_of(number: str) -> str:
    """Replace every digit by 9 and every letter by A, to reject numbers of another shape early."""
    signs = ("9" if sign.isdigit() else "A" if sign.isalpha() else sign for sign in number)
    return "".join(signs)


def _shown(text: str) -> str:
    return "".join(_sign(char) for char in text if not is_invisible(char))


def _sign(char: str) -> str:
    if unicodedata.category(char) == "Pd" or ord(char) in _DASHES:
        return "-"
    digit = unicodedata.decimal(char, None)
    return char.translate(_LOOK_ALIKE) if digit is None else str(digit)


def is_invisible(char: str) -> bool:
    """Return whether a character is a blank or shows nothing."""
    return unicodedata.category(char).startswith(_BLANK_OR_INVISIBLE) or ord(char) in _IGNORABLE
