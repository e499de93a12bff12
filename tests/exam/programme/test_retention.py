"""The periods of a programme."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.exam.programme.retention import CLASSES, RetentionRules
from tests.exam.programmes import shipped

END = datetime(2026, 4, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize("name", ["carbon-manager", "carbon-skills"])
def test_the_shipped_programmes_have_a_period_for_each_class(name: str) -> None:
    rules = shipped(name).retention
    assert rules == RetentionRules()
    assert all(rules.days(one) >= 90 for one in CLASSES)


def test_a_period_counts_from_the_end() -> None:
    assert RetentionRules().until("pictures", END) == datetime(2026, 10, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"portraits": 1096},
        {"papers": 1096},
        {"pictures": 0},
        {"event_log": 364},
        {"answers": 36_501},
        {"sound": 1},
    ],
)
def test_what_cannot_be_kept_to_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RetentionRules.model_validate(wrong)
