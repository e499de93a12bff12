"""Reasons of a programme for acts of staff; older centres read programmes without them."""

import pytest
from pydantic import ValidationError

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.staff_reasons import StaffReasons, offered
from tests.exam.programmes import shipped

ALARM = {"zh": "火警", "en": "Fire alarm"}


def test_a_programme_without_reasons_is_stored_as_before() -> None:
    values = shipped("carbon-manager").model_dump(mode="json")
    assert "staff_reasons" not in values
    assert Programme.model_validate(values).staff_reasons == StaffReasons()


def test_reasons_travel_with_the_programme() -> None:
    values = shipped("carbon-manager").model_dump(mode="json")
    with_reasons = Programme.model_validate(values | {"staff_reasons": {"pause_room": [ALARM]}})
    stored = Programme.model_validate(with_reasons.model_dump(mode="json"))
    assert [text.en for text in stored.staff_reasons.pause_room] == ["Fire alarm"]


@pytest.mark.parametrize(
    "wrong",
    [{"pause": [ALARM] * 13}, {"pause": [{"zh": "火", "en": "x" * 101}]}, {"void": [ALARM]}],
)
def test_too_many_too_long_and_unknown_ones_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        StaffReasons.model_validate(wrong)


def test_a_sitting_of_two_programmes_offers_the_reasons_of_both_once() -> None:
    power = {"zh": "停电", "en": "Power cut"}
    first = StaffReasons.model_validate({"pause_room": [ALARM, power]})
    second = StaffReasons.model_validate({"pause_room": [ALARM], "time": [power]})
    found = offered([first, second])
    assert (found["pause_room"], found["time"], found["end"]) == ([ALARM, power], [power], [])
