"""The demo roster is well formed, and its people cannot exist."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

ROSTER = Path(__file__).parents[1] / "config/demo/roster.csv"
COLUMNS = ["candidate_id", "admission_no", "identity_no", "name", "sex", "seat", "portrait"]
UNASSIGNED_REGION = "990001"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

Row = dict[str, str]


def read() -> tuple[list[str], list[Row]]:
    with ROSTER.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


HEADER, ROWS = read()
every_candidate = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["admission_no"])


def check_character(first_seventeen: str) -> str:
    """The last character of an identity number after GB 11643 (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def test_the_standards_own_example_has_its_check_character() -> None:
    assert check_character("11010519491231002") == "X"


def test_the_columns_are_those_of_a_roster() -> None:
    assert HEADER == COLUMNS


def test_there_are_twelve_candidates() -> None:
    assert len(ROWS) == 12


@pytest.mark.parametrize("column", ["candidate_id", "admission_no", "identity_no", "name", "seat"])
def test_nobody_shares_an_identifying_value(column: str) -> None:
    assert len({row[column] for row in ROWS}) == len(ROWS)


@every_candidate
def test_identity_numbers_have_a_valid_check_character(row: Row) -> None:
    assert len(row["identity_no"]) == 18
    assert row["identity_no"][-1] == check_character(row["identity_no"][:17])


@every_candidate
def test_identity_numbers_belong_to_no_region(row: Row) -> None:
    assert row["identity_no"].startswith(UNASSIGNED_REGION)


@every_candidate
def test_identity_numbers_hold_a_birth_date_of_an_adult(row: Row) -> None:
    assert 1960 <= datetime.strptime(row["identity_no"][6:14] + "+0000", "%Y%m%d%z").year <= 2000


@every_candidate
def test_sex_agrees_with_the_identity_number(row: Row) -> None:
    assert row["sex"] == ("男" if int(row["identity_no"][16]) % 2 else "女")


def test_seats_run_from_the_first_to_the_twelfth() -> None:
    assert [row["seat"] for row in ROWS] == [f"A{number:02d}" for number in range(1, 13)]


def test_two_candidates_enrol_their_portrait_at_the_staff_desk() -> None:
    assert [row["portrait"] for row in ROWS[:2]] == ["", ""]


def test_the_others_take_the_sample_pictures_in_turn() -> None:
    pictures = [row["portrait"] for row in ROWS[2:]]
    assert pictures == [f"demo:{index % 4 + 1}" for index in range(len(pictures))]
