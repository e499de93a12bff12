"""Citizen identity numbers after GB 11643-1999: 18 characters, the last a check character."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.exam.errors import ExamError
from kiosk.exam.typed_numbers import plain_number

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
LENGTH = 18


class Sex(StrEnum):
    """The two codes of GB/T 2261.1 that identity cards use."""

    MALE = "male"
    FEMALE = "female"


class IdentityNumberInvalid(ExamError):
    """Not an identity number; ``reason`` is ``length``, ``birth`` or ``check``."""

    code = "identity_number_invalid"
    message = "%(number)s is not an identity number (%(reason)s)."


@dataclass(frozen=True)
class IdentityNumber:
    """A valid number with the date of birth and sex that it encodes."""

    number: str
    birth_date: date
    sex: Sex


def read_identity_number(text: str, today: date) -> IdentityNumber:
    """Check and decode a number, in whichever way it was typed (:func:`plain_number`).

    The region is not checked: regions are dissolved, but numbers keep them.

    Raises:
        IdentityNumberInvalid: wrong length or characters, an impossible, future or too distant date
            of birth, or a wrong check character (ISO 7064 MOD 11-2).
    """
    number = plain_number(text)
    if len(number) != LENGTH or not (number[:17].isascii() and number[:17].isdigit()):
        raise IdentityNumberInvalid(number=number, reason="length")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise IdentityNumberInvalid(number=number, reason="birth") from error
    if born > today or born.year < today.year - 130:
        raise IdentityNumberInvalid(number=number, reason="birth")
    if number[17] != check_character(number[:17]):
        raise IdentityNumberInvalid(number=number, reason="check")
    # The sequence number in digits 15 to 17 is odd for men, even for women.
    return IdentityNumber(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def is_identity_number(text: str, today: date) -> bool:
    """Return whether a text is a valid identity number: length, date of birth, check character."""
    try:
        read_identity_number(text, today)
    except IdentityNumberInvalid:
        return False
    return True


def check_character(digits: str) -> str:
    """Return the 18th character for 17 digits (GB 11643, 4.4)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]
