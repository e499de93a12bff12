"""Who may go on: nothing open, and a person's look where the programme requires one."""

import pytest

from kiosk.exam.checkin.inspection import Finding, StaffInspection, may_go_on


@pytest.mark.parametrize(
    ("rule", "inspected", "expected"),
    [
        ("ask", False, True),
        ("ask", True, True),
        ("off", False, True),
        ("require", False, False),
        ("require", True, True),
    ],
)
def test_only_require_makes_the_look_a_condition(
    rule: StaffInspection, inspected: bool, expected: bool
) -> None:
    assert may_go_on(rule, inspected, []) is expected


@pytest.mark.parametrize("rule", ["ask", "require", "off"])
@pytest.mark.parametrize("finding", list(Finding))
def test_an_open_finding_holds_under_every_rule(rule: StaffInspection, finding: Finding) -> None:
    assert not may_go_on(rule, True, [finding])


def test_there_is_a_key_for_each_finding() -> None:
    assert len(Finding) == 6
