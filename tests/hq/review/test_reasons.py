"""The list of reasons, and names for everything that a centre can report."""

from pathlib import Path

import pytest

from kiosk.exam.checkin.inspection import Finding
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.proctoring.rules import CAMERA_RULES
from kiosk.settings import SettingsError
from kiosk.web.labels.terms import MARKS, RULES
from sync.hq.review.event_names import EVENTS, event_name
from sync.hq.review.reasons import load_reasons
from sync.hq.review.rule_names import NAMES
from sync.hq.review.states import Outcome

REASON = """
[[reasons]]
code = "{code}"
outcome = "{outcome}"
key = "{key}"
name = {{ zh = "理由", en = "reason" }}
{more}
[basis]
"""


def test_the_product_has_reasons_for_every_outcome_and_grounds_for_breaches() -> None:
    reasons = load_reasons(None)
    assert {reason.outcome for reason in reasons.of_incidents()} == set(Outcome)
    assert all(reasons.basis_of(reason.code) for reason in reasons.of_cases())
    causes = {reason.code for reason in reasons.reasons if reason.outcome is Outcome.NO_BREACH}
    assert {"overloaded_room", "light", "camera_fault", "glasses"} <= causes


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "guilty"},
        {"outcome": "breach"},
        {"more": 'category = "general"'},
        {"key": "n"},
        {"key": "?"},
        {"code": "Two words"},
        {"outcome": "breach", "more": 'category = "general"'},
    ],
)
def test_a_list_that_cannot_be_used_is_refused(tmp_path: Path, values: dict[str, str]) -> None:
    usual = {"code": "a", "outcome": "no_breach", "key": "1", "more": ""}
    path = tmp_path / "reasons.toml"
    path.write_text(REASON.format(**{**usual, **values}), encoding="utf-8")
    with pytest.raises(SettingsError):
        load_reasons(path)


def test_an_offices_own_list_replaces_the_products(tmp_path: Path) -> None:
    path = tmp_path / "reasons.toml"
    values = {"code": "nothing", "outcome": "no_breach", "key": "1", "more": ""}
    path.write_text(REASON.format(**values), encoding="utf-8")
    assert [reason.code for reason in load_reasons(path).reasons] == ["nothing"]


def test_whatever_a_centre_can_report_has_a_name() -> None:
    assert set(CAMERA_RULES) | set(RULES) - {"page_left"} | set(MARKS) <= set(NAMES)
    assert {finding.value for finding in Finding} <= set(NAMES)
    assert {kind.value for kind in EventKind} == set(EVENTS)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("rule_phone", "Phone in view"),
        ("rule_phone_over", "Phone in view: over"),
        ("advice_too_dark", "Advice to the candidate: Picture too dark"),
        ("of_a_later_version", "of_a_later_version"),
    ],
)
def test_events_of_a_rule_carry_its_name(kind: str, name: str) -> None:
    assert event_name(kind).en == name
