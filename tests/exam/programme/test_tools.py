"""Tools that a programme switches off; older centres read programmes that say nothing of them."""

import pytest
from pydantic import ValidationError

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.tools import ToolRules
from tests.exam.programmes import shipped


def test_a_programme_that_says_nothing_has_the_calculator_and_is_stored_as_before() -> None:
    values = shipped("carbon-manager").model_dump(mode="json")
    assert "tools" not in values
    programme = Programme.model_validate(values)
    assert programme.tools.calculator
    assert programme.model_dump(mode="json") == values


def test_a_switched_off_calculator_travels_with_the_programme() -> None:
    values = shipped("carbon-manager").model_dump(mode="json") | {"tools": {"calculator": False}}
    stored = Programme.model_validate(values).model_dump(mode="json")
    assert stored["tools"] == {"calculator": False}


def test_the_notes_pad_is_off_unless_the_programme_has_it() -> None:
    assert not ToolRules().notes
    assert ToolRules().model_dump() == {"calculator": True}
    assert ToolRules(notes=True).model_dump() == {"calculator": True, "notes": True}


def test_an_unknown_tool_is_refused() -> None:
    with pytest.raises(ValidationError):
        ToolRules.model_validate({"abacus": True})
