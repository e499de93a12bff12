"""Every kind of event belongs to one group, by which staff find it."""

from kiosk.exam.event_groups import EventGroup, group_of, kinds_of
from kiosk.exam.event_kinds import EventKind, advised, rule_began, rule_over


def test_each_kind_is_in_exactly_one_group() -> None:
    kinds = [kind for group in EventGroup for kind in kinds_of(group)]
    assert sorted(kinds) == sorted(EventKind)
    assert all(kinds_of(group) for group in EventGroup)


def test_what_a_rule_notices_belongs_to_the_camera() -> None:
    for kind in (rule_began("phone"), rule_over("phone"), advised("hat")):
        assert group_of(kind) is EventGroup.CAMERA


def test_examples_stand_where_staff_look_for_them() -> None:
    assert group_of(EventKind.SITTING_CLOSED) is EventGroup.SITTING
    assert group_of(EventKind.PAGE_LEFT) is EventGroup.PAGE
    assert group_of(EventKind.ATTEMPT_PAUSED) is EventGroup.ATTEMPT
    assert group_of("of_a_later_version") is EventGroup.ATTEMPT
