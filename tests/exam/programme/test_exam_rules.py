"""A programme's own words beside the rules: bounded, and read by older centres without them."""

from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.exam.items.item import ItemType
from kiosk.exam.programme.exam_rules import LONGEST, ExamRules
from kiosk.exam.programme.programme import Programme
from tests.exam.programmes import shipped


def test_the_managers_programme_has_the_notices_hotline_and_allows_paper() -> None:
    rules = shipped("carbon-manager").exam_rules
    assert rules.hotline == "4006506886"
    assert {"pen", "paper"} <= set(rules.desk_items)
    assert rules.consequences is not None
    assert "成绩无效" in rules.consequences.zh


def test_a_programme_without_the_table_is_the_same_as_before() -> None:
    values = shipped("carbon-manager").model_dump(mode="json")
    del values["exam_rules"]
    assert "exam_rules" not in Programme.model_validate(values).model_dump(mode="json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hotline": "call us"},
        {"hotline": "1" * 41},
        {"desk_items": ["telephone"]},
        {"pledge": {"zh": "我" * (LONGEST + 1), "en": "I"}},
        {"pledge": {"zh": "我承诺"}},
        {"consequences": {"zh": "", "en": "none"}},
        {"essay_at_least": -1},
        {"short_answer_at_least": 5001},
    ],
)
def test_what_a_page_cannot_say_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ExamRules.model_validate(wrong)


def with_book(follow_up: str, items: list[str]) -> Programme:
    values = shipped("carbon-manager").model_dump(mode="json")
    values["proctoring"]["book"]["follow_up"] = follow_up
    values["exam_rules"]["desk_items"] = items
    return Programme.model_validate(values)


@pytest.mark.parametrize("follow_up", ["warn", "staff", "staff_urgent", "advice"])
def test_where_paper_is_allowed_no_camera_warns_of_books(follow_up: str) -> None:
    with pytest.raises(ValidationError, match="paper may lie on the desk"):
        with_book(follow_up, ["paper"])
    assert with_book(follow_up, ["pen"]).proctoring.book.follow_up == follow_up
    assert with_book("review", ["paper"]).proctoring.book.follow_up == "review"


def test_texts_may_have_a_least_length_and_choices_have_none() -> None:
    rules = ExamRules(short_answer_at_least=20, essay_at_least=300)
    assert [rules.at_least(item_type) for item_type in ItemType] == [0, 0, 0, 20, 300]


def test_older_centres_read_rules_without_a_least_length() -> None:
    keys = {"short_answer_at_least", "essay_at_least"}
    assert not keys & ExamRules().model_dump(mode="json").keys()
    assert keys & ExamRules(essay_at_least=300).model_dump(mode="json").keys() == {"essay_at_least"}
