"""Control scripts: unseen among answers, a set to qualify with, a pause for who is too far off."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import cycle

import pytest
from sqlalchemy import select

from sync.hq.core.role_errors import RoleMissing
from sync.hq.marking.adjudication import Listed, Wanted
from sync.hq.marking.comparing import Purpose
from sync.hq.marking.controls import Agreed
from sync.hq.marking.errors import (
    CommentMissing,
    MarkerPaused,
    NoScripts,
    NotForControl,
    NotQualified,
    PointsWrong,
)
from sync.hq.marking.holding import Held
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import Assignment
from sync.hq.persistence.marking_tables import marking_answers
from tests.hq.marking.room import LEAD, PLAIN, Room

OFTEN = PlanSettings(double_percent=0, control_percent=50)


def waiting(room: Room) -> Sequence[Listed]:
    return room.services.adjudication.page(room.plan, Wanted(stage="first"), 1, LEAD).answers


def agree(room: Room, total: str, purpose: Purpose = Purpose.CONTROL) -> str:
    """Make the next unseen answer a control script."""
    with room.hq.storage.database.read() as connection:
        free = select(marking_answers.c.id).where(marking_answers.c.lease.is_(None))
        unheld = set(connection.execute(free).scalars())
    answer = next(one for one in waiting(room) if one.id in unheld)
    item = next(one for one in room.items if one.item_id == answer.item_id)
    held = Held("", room.plan, item.item_id, answer.id, room.desk.clock.now())
    agreed = Agreed(room.points(held, total), purpose, "all of it is there")
    room.services.controls.set(room.plan, answer.id, agreed, LEAD)
    return answer.id


def in_turn() -> Callable[[int], bytes]:
    """Entropy for the dealing of control scripts: each second answer is one, the first too."""
    drawn = cycle([0, 99])
    return lambda size: next(drawn).to_bytes(size, "big")


@pytest.fixture
def many(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Twelve candidates who have answered; control scripts are dealt in turn, not by chance."""
    controls = room.services.controls
    monkeypatch.setattr(controls, "_context", replace(controls._context, entropy=in_turn()))
    room.candidates(12)
    for place in range(4, 13):
        room.send(place, {room.written()[0]: f"答案{place}"})
    return room


def test_a_control_script_has_its_agreed_mark_as_final_mark(room: Room) -> None:
    room.open(PLAIN, "ma")
    agree(room, "6")
    assert list(room.finals().values()) == [6]
    for _ in range(2):
        room.mark("ma")
    assert room.next("ma") is None
    assert {room.status(place) for place in (1, 2, 3)} == {"complete"}


def test_control_scripts_are_mixed_in_as_any_answer_and_only_once(many: Room) -> None:
    many.open(OFTEN, "ma")
    scripts = {agree(many, "5") for _ in range(3)}
    held, shown = list[Held](), list[dict[str, object]]()
    while (one := many.next("ma")) is not None:
        held.append(one)
        shown.append(vars(many.services.readings.of(one, "ma")))
        many.give("ma", one)
    assert len(held) == len({one.answer_id for one in held})
    dealt = [one for one in held if one.control_id is not None]
    assert 1 <= len(dealt) <= 3
    assert {one.answer_id for one in dealt} <= scripts
    assert len({frozenset(one) for one in shown}) == 1
    # The number that the marker sees counts them, too.
    assert many.services.own.counts(many.plan, "ma") == (len(held), len(held))
    own = many.services.own.of(many.plan, "ma")
    assert own.drift is not None
    assert (own.drift.count, own.drift.mean) == (len(dealt), Decimal(0))


def test_only_an_unseen_answer_becomes_a_control_script(room: Room) -> None:
    room.open(PLAIN, "ma")
    held = room.held("ma")
    agreed = Agreed(room.points(held, "5"), Purpose.CONTROL, "why")
    with pytest.raises(NotForControl):
        room.services.controls.set(room.plan, held.answer_id, agreed, LEAD)
    other = next(one.id for one in waiting(room) if one.id != held.answer_id)
    bad = Agreed([Decimal(100)], Purpose.CONTROL, "why")
    with pytest.raises(PointsWrong):
        room.services.controls.set(room.plan, other, bad, LEAD)
    with pytest.raises(CommentMissing):
        room.services.controls.set(
            room.plan, other, Agreed(agreed.criteria, Purpose.CONTROL, " "), LEAD
        )
    with pytest.raises(RoleMissing):
        room.services.controls.set(room.plan, other, agreed, "ma")
    room.services.controls.set(room.plan, other, agreed, LEAD)
    with pytest.raises(NotForControl):
        room.services.controls.set(room.plan, other, agreed, LEAD)


def test_a_marker_qualifies_before_marking_real_answers(many: Room) -> None:
    settings = PLAIN.model_copy(update={"qualify_count": 2, "qualify_percent": 100})
    many.open(settings, "ma", "mb")
    item = many.written()[0]
    with pytest.raises(NoScripts):
        many.next("ma", item)
    scripts = {agree(many, "5", Purpose.QUALIFICATION) for _ in range(2)}
    first = many.held("ma", item)
    second = many.next("ma", item, shown=[first.lease])
    assert second is None  # whether there is another one depends on the first
    many.give("ma", first, "5")
    last = many.held("ma", item)
    assert {first.answer_id, last.answer_id} == scripts
    many.give("ma", last, "4.5")
    assert many.held("ma", item).control_id is None
    assert many.services.own.counts(many.plan, "ma")[0] == 0
    for _ in range(2):
        many.give("mb", many.held("mb", item), "0")
    with pytest.raises(NotQualified):
        many.next("mb", item)
    assert len(many.finals()) == 2
    # The adjudicator sets more scripts: the newest ones decide.
    for _ in range(2):
        agree(many, "5", Purpose.QUALIFICATION)
        many.give("mb", many.held("mb", item), "5")
    assert many.held("mb", item).control_id is None


def test_a_marker_far_from_the_agreed_marks_is_paused_and_can_be_resumed(many: Room) -> None:
    many.open(OFTEN.model_copy(update={"control_percent": 50}), "ma")
    for _ in range(5):
        agree(many, "8")
    dealt = 0
    while dealt < 3:
        held = many.held("ma")
        dealt += held.control_id is not None
        many.give("ma", held, "2" if held.control_id else "5")
    with pytest.raises(MarkerPaused):
        many.next("ma")
    event = many.hq.audit_log.newest(1)[0]
    assert (event.kind, event.who, event.data["marker"]) == ("marker_paused", "drift", "ma")
    (assigned,) = many.services.markers.list(many.plan, "ma")
    assert (assigned.paused_by, assigned.why) == ("drift", "drift")
    many.services.markers.resume(many.plan, "", "ma", LEAD)
    while (answer := many.next("ma")) is not None:
        many.give("ma", answer, "8")


def test_a_control_mark_is_taken_back_like_any_other(many: Room) -> None:
    many.open(OFTEN, "ma")
    for _ in range(4):
        agree(many, "5")
    while (held := many.held("ma")).control_id is None:
        many.give("ma", held)
    many.give("ma", held, "8")
    taken = many.services.marks.take_back(many.plan, "ma")
    assert taken.held.answer_id == held.answer_id
    many.give("ma", taken.held, "5")
    drift = many.services.own.of(many.plan, "ma").drift
    assert drift is not None
    assert (drift.count, drift.exact) == (1, Decimal(1))


def test_a_retired_script_is_dealt_no_more(many: Room) -> None:
    many.open(OFTEN, "ma")
    for _ in range(4):
        agree(many, "5")
    for control in many.services.controls.list(many.plan):
        many.services.controls.retire(many.plan, control.id, LEAD)
    while (held := many.next("ma")) is not None:
        assert held.control_id is None
        many.give("ma", held)


def test_progress_counts_by_item_marker_and_day_and_estimates_the_end(many: Room) -> None:
    many.open(PLAIN, "ma", "mb")
    many.services.markers.assign(Assignment(many.plan, "", "ma", least_a_day=5), LEAD)
    for _ in range(2):
        held = many.held("ma")
        many.desk.clock.pass_time(60)
        many.give("ma", held, seconds=50)
        held = many.held("mb")
        many.desk.clock.pass_time(10)
        many.give("mb", held, seconds=1000)
    progress = many.services.progress.of(many.plan)
    assert (progress.done, progress.total, progress.to_give) == (4, 12, 8)
    assert progress.a_day == 4
    assert progress.ends_on is not None
    assert (progress.ends_on - progress.today).days == 2
    markers = {one.username: one for one in progress.markers}
    # A page may say what it likes: no longer than the answer was held.
    assert (markers["ma"].seconds, markers["mb"].seconds) == (50, 10)
    assert markers["ma"].behind == 3
    (row, other) = many.services.tables.progress(many.plan)
    assert (row["marker"], row["marks"], other["marker"]) == ("ma", 2, "mb")
