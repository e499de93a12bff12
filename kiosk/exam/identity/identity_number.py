"""Citizen identity numbers after GB 11643-1999: eighteen characters that check themselves."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.exam.errors import ExamError
from kiosk.exam.typed_numbers import plain_number

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
LENGTH = 18


class Sex(StrEnum):
    """As GB/T 2261.1 tells it apart on identity cards."""

    MALE = "male"
    FEMALE = "female"


class IdentityNumberInvalid(ExamError):
    """Not an identity number; ``reason`` is length, birth or check."""

    code = "identity_number_invalid"
    message = "{number} is not an identity number ({reason})."


@dataclass(frozen=True)
class IdentityNumber:
    """What a number says of its holder."""

    number: str
    birth_date: date
    sex: Sex


def read_identity_number(text: str, today: date) -> IdentityNumber:
    """Check a number and read it, however it was typed (:func:`plain_number`).

    Raises IdentityNumberInvalid: for a wrong length or other characters, for a day of birth that
    was not or is yet to come, and for a check character that does not fit (ISO 7064 MOD 11-2).
    The region is not checked: regions come and go, their numbers stay.
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
    return IdentityNumber(number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def is_identity_number(text: str, today: date) -> bool:
    """Whether a text could be somebody's identity number: length, day of birth, check."""
    try:
        read_identity_number(text, today)
    except IdentityNumberInvalid:
        return False
    return True


def check_character(digits: str) -> str:
    """The eighteenth character for seventeen digits (GB 11643, 4.4)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]
