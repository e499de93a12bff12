"""A programme file is complete and consistent, or refused with each bad place named."""

from typing import Any

import pytest

from kiosk.exam.errors import ProgrammeError
from kiosk.exam.item import ItemType
from kiosk.exam.programme import load_programme
from kiosk.settings import read_toml, resource


def data() -> dict[str, Any]:
    """The shipped programme file, parsed."""
    return read_toml(resource("config/programmes/carbon-manager.toml"))


def test_the_carbon_manager_programme_is_what_the_notice_says() -> None:
    programme = load_programme(data())
    assert (programme.total, programme.pass_mark) == (150, 90)
    assert programme.duration_minutes == 120
    assert programme.class_hours == 36
    assert programme.sitting_months == (1, 4, 7, 10)
    assert len(programme.domains) == 5
    assert len(programme.subjects) == 2
    assert {line.type for line in programme.blueprint} == set(ItemType)
    assert programme.conduct.leave_limit == 5
    assert len(programme.entry_conditions) == 6


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"total": 100}, "150 points, not 100"),
        ({"pass_mark": 151}, "pass_mark"),
        ({"passmark": 90}, "passmark"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"conduct": {"leave_limit": "five"}}, "conduct.leave_limit"),
        ({"blueprint": []}, "blueprint"),
    ],
)
def test_a_mistake_is_refused_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(ProgrammeError, match=place):
        load_programme({**data(), **change})


def test_points_of_a_type_that_the_paper_lacks_are_unknown() -> None:
    programme = load_programme(data())
    lines = [line for line in programme.blueprint if line.type is not ItemType.SHORT_ANSWER]
    short = programme.model_copy(update={"blueprint": tuple(lines)})
    with pytest.raises(KeyError):
        short.points_of(ItemType.SHORT_ANSWER)
