"""Whatever the hall says in stable ids has a name for people."""

from typing import get_args

import pytest

from kiosk.exam.attempt.states import AttemptState, EndReason
from kiosk.exam.checkin.devices import DEVICES
from kiosk.exam.checkin.inspection import Finding
from kiosk.exam.proctoring.rules import CAMERA_RULES, FollowUp
from kiosk.web.labels import terms


@pytest.mark.parametrize("rule", CAMERA_RULES)
def test_staff_and_candidates_have_words_for_every_rule(rule: str) -> None:
    assert rule in terms.RULES
    assert rule in terms.WARNINGS


@pytest.mark.parametrize("follow_up", [each for each in get_args(FollowUp) if each != "advice"])
def test_staff_have_words_for_what_follows(follow_up: str) -> None:
    assert follow_up in terms.FOLLOW_UPS


@pytest.mark.parametrize("state", list(AttemptState))
def test_every_state_has_a_name(state: str) -> None:
    assert state in terms.STATES


@pytest.mark.parametrize("reason", list(EndReason))
def test_every_end_has_a_name(reason: str) -> None:
    assert reason in terms.END_REASONS


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_has_a_name(device: str) -> None:
    assert device in terms.DEVICES


@pytest.mark.parametrize("finding", list(Finding))
def test_every_finding_can_be_reported_by_hand(finding: str) -> None:
    assert finding in terms.MARKS
