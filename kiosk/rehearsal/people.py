"""Fictitious candidates. Region code 990001 is unassigned, so their numbers belong to no person."""

import csv
from dataclasses import dataclass
from pathlib import Path

from kiosk.exam.errors import ExamError
from kiosk.exam.typed_numbers import plain_number
from kiosk.vision.samples import PEOPLE

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"

COLUMNS = ("admission_no", "identity_no", "name", "seat")


@dataclass(frozen=True)
class Person:
    """A candidate of a rehearsal; ``face``: number of the sample face, None without a portrait."""

    admission_no: str
    identity_no: str
    name: str
    seat: str
    face: int | None


def with_check_character(digits: str) -> str:
    """Return 17 digits of an identity number with their check character (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + _CHECK[total % 11]


def make_people(count: int) -> list[Person]:
    """Return ``count`` candidates, numbered from 1, with the sample faces in turn."""
    return [
        Person(
            admission_no=f"R{number:05d}",
            identity_no=with_check_character(f"99000119900101{number % 1000:03d}"),
            name=f"演练{number:03d}",
            seat=f"{chr(65 + (number - 1) // 20)}{(number - 1) % 20 + 1:02d}",
            face=(number - 1) % PEOPLE,
        )
        for number in range(1, count + 1)
    ]


class BadRoster(ExamError):
    """The roster lacks rows, or columns that a rehearsal needs."""

    code = "rehearsal_roster"
    message = "%(path)s needs rows, and the columns %(columns)s."


def read_people(path: Path) -> list[Person]:
    """Read candidates from a CSV.

    Its ``portrait`` column has ``demo:N`` for sample face N, from 1.

    Raises:
        BadRoster: rows or columns are missing.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
        if not rows or not set(COLUMNS) <= rows[0].keys():
            raise BadRoster(path=path, columns=", ".join(COLUMNS))
        return [
            Person(
                admission_no=plain_number(row["admission_no"]),
                identity_no=plain_number(row["identity_no"]),
                name=row["name"],
                seat=row["seat"],
                face=_face(row.get("portrait") or ""),
            )
            for row in rows
        ]


def _face(portrait: str) -> int | None:
    return int(portrait.removeprefix("demo:")) - 1 if portrait.startswith("demo:") else None
