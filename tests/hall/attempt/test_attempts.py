"""What a candidate was told is saved is saved; time and conduct are the server's."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest

from kiosk.exam.attempt.states import AttemptState, EndReason
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, InvalidAnswer, SequenceGap
from kiosk.hall.errors import BadRequest, NotFound, ReasonMissing
from kiosk.hall.inputs import AnswerWrite, ConductSignal
from kiosk.store.exam import events
from sync.wire.delivery.bundle import answers_digest, open_bundle
from tests.centres import CENTRE, Site
from tests.hall.conftest import BY, SITTING, Room, open_room

LEFT, RETURNED = ConductSignal("left", "blur"), ConductSignal("returned")


def choice(room: Room, attempt_id: str, number: int = 0) -> str:
    """Id of the n-th single-choice item of the paper."""
    items = room.hall.attempts.view(attempt_id).items
    return [item.id for item in items if item.type == "single_choice"][number]


def test_before_the_start_there_is_no_paper_and_no_answer(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    assert room.hall.attempts.view(attempt_id).items == []
    with pytest.raises(AttemptNotStarted):
        room.hall.attempts.save(attempt_id, [AnswerWrite(1, "CM-POL-001", "A")])


def test_a_saved_answer_is_acknowledged_and_shown_again(room: Room, sitting: str) -> None:
    item = choice(room, sitting)
    assert room.hall.attempts.save(sitting, [AnswerWrite(1, item, "A")]).acked_through == 1
    assert room.hall.attempts.view(sitting).answers == {item: "A"}


def test_a_replay_is_acknowledged_without_effect(room: Room, sitting: str) -> None:
    item = choice(room, sitting)
    room.hall.attempts.save(sitting, [AnswerWrite(1, item, "A"), AnswerWrite(2, item, "B")])
    again = room.hall.attempts.save(sitting, [AnswerWrite(1, item, "A")])
    assert again.acked_through == 2
    assert room.hall.attempts.view(sitting).answers == {item: "B"}


def test_a_number_may_not_come_before_those_below_it(room: Room, sitting: str) -> None:
    with pytest.raises(SequenceGap):
        room.hall.attempts.save(sitting, [AnswerWrite(2, choice(room, sitting), "A")])


@pytest.mark.parametrize("value", ["Z", ["A"], 7, {"x": 1}])
def test_an_answer_that_does_not_fit_keeps_nothing_of_its_batch(
    room: Room, sitting: str, value: Any
) -> None:
    good, bad = AnswerWrite(1, choice(room, sitting), "A"), choice(room, sitting, 1)
    with pytest.raises(InvalidAnswer):
        room.hall.attempts.save(sitting, [good, AnswerWrite(2, bad, value)])
    assert room.hall.attempts.view(sitting).answers == {}


def test_answers_to_items_of_no_paper_and_empty_batches_are_refused(
    room: Room, sitting: str
) -> None:
    with pytest.raises(InvalidAnswer):
        room.hall.attempts.save(sitting, [AnswerWrite(1, "nothing", "A")])
    with pytest.raises(BadRequest):
        room.hall.attempts.save(sitting, [])
    with pytest.raises(NotFound):
        room.hall.attempts.save("no-such-attempt", [AnswerWrite(1, "x", "A")])


def test_time_out_ends_the_attempt_when_the_time_is_up(room: Room, sitting: str) -> None:
    end = room.hall.attempts.view(sitting).ends_at
    room.clock.pass_time(120 * 60 + 1)
    assert room.hall.ends.sweep() == 0  # an answer may be on its way for two seconds
    room.clock.pass_time(2)
    assert room.hall.ends.sweep() == 1
    view = room.hall.attempts.view(sitting)
    assert view.end_reason is EndReason.TIME_OUT
    assert view.receipt is not None
    assert view.receipt.ended_at == end
    with pytest.raises(AttemptEnded):
        room.hall.attempts.save(sitting, [AnswerWrite(1, "x", "A")])


@pytest.mark.parametrize("hours", [-3, 3])
def test_setting_the_clock_changes_nothing_and_is_on_record(
    room: Room, sitting: str, hours: int
) -> None:
    room.clock.pass_time(60)
    before = room.hall.attempts.view(sitting).remaining_s
    room.clock.wall += timedelta(hours=hours)
    assert room.hall.attempts.view(sitting).remaining_s == before
    room.hall.watch.keep()
    assert "clock_set" in room.kinds()
    assert room.hall.attempts.view(sitting).remaining_s == before


@pytest.fixture
def restarted(site: Site, room: Room, sitting: str) -> Iterator[Room]:
    """The same centre after ten minutes, a power cut of another ten, and a reboot."""
    room.hall.attempts.save(sitting, [AnswerWrite(1, choice(room, sitting), "C")])
    room.clock.pass_time(600)
    room.hall.watch.keep()
    room.store.close()
    room.clock.wall += timedelta(minutes=10)
    room.clock.seconds, room.clock.boot_id = 5.0, "boot-2"
    with open_room(site, room.clock) as again:
        yield again


def test_after_a_reboot_answers_are_there_and_the_lost_time_is_given_back(
    restarted: Room, sitting: str
) -> None:
    view = restarted.hall.attempts.view(sitting)
    assert list(view.answers.values()) == ["C"]
    assert view.acked_through == 1
    assert view.remaining_s == 110 * 60


def test_leaves_are_counted_warned_and_the_fifth_ends(room: Room, sitting: str) -> None:
    for count in range(1, 5):
        room.clock.pass_time(10)
        reply = room.hall.page_leaves.conduct(sitting, [LEFT, LEFT, RETURNED])
        assert (reply.leaves, reply.warn, reply.state) == (count, True, AttemptState.IN_PROGRESS)
    room.clock.pass_time(10)
    last = room.hall.page_leaves.conduct(sitting, [LEFT])
    assert (last.leaves, last.end_reason) == (5, EndReason.RULE)


def test_copy_and_paste_are_recorded_but_no_leaves(room: Room, sitting: str) -> None:
    reply = room.hall.page_leaves.conduct(sitting, [ConductSignal("copy"), ConductSignal("paste")])
    assert (reply.leaves, reply.warn) == (0, False)
    assert {"page_copy", "page_paste"} <= set(room.kinds())


def test_an_unknown_signal_is_refused(room: Room, sitting: str) -> None:
    with pytest.raises(BadRequest):
        room.hall.page_leaves.conduct(sitting, [ConductSignal(cast("Any", "dance"))])


def test_handing_in_twice_gives_the_same_receipt(room: Room, sitting: str) -> None:
    item = choice(room, sitting)
    room.hall.attempts.save(sitting, [AnswerWrite(1, item, "D")])
    receipt = room.hall.ends.hand_in(sitting)
    assert receipt == room.hall.ends.hand_in(sitting)
    assert receipt.digest == answers_digest({item: "D"})


def test_staff_need_a_reason_to_end_an_attempt(room: Room, sitting: str) -> None:
    with pytest.raises(ReasonMissing):
        room.hall.ends.end_by_staff(sitting, "  ", BY)
    room.hall.ends.end_by_staff(sitting, "unwell", BY)
    assert room.hall.attempts.view(sitting).end_reason is EndReason.STAFF


def test_an_ended_attempt_becomes_one_bundle_that_only_hq_opens(room: Room, sitting: str) -> None:
    item = choice(room, sitting)
    room.hall.attempts.save(sitting, [AnswerWrite(1, item, "A"), AnswerWrite(2, item, "B")])
    room.hall.page_leaves.conduct(sitting, [LEFT, RETURNED])
    room.hall.ends.hand_in(sitting)
    assert (room.hall.results.sweep(), room.hall.results.sweep()) == (1, 0)
    (file,) = (room.site.data / "outbox").iterdir()
    bundle, bundle_id = open_bundle(
        file.read_bytes(), room.site.hq, room.site.centre.public, CENTRE
    )
    assert bundle_id == file.name
    assert bundle.values == {item: "B"}
    assert bundle.answers[0].revisions == 2
    assert bundle.conduct.leaves == 1
    assert bundle.broken_event() is None
    assert bundle.check_in is not None
    assert bundle.check_in.outcome == "by_hand"


def test_the_event_log_finds_an_event_that_was_edited_or_cut_out(room: Room, sitting: str) -> None:
    room.hall.ends.hand_in(sitting)
    chain = list(reversed(events.of_sitting(room.store.read(), SITTING)))
    assert events.broken_at(chain) is None
    assert events.broken_at(chain[:2] + chain[3:]) == 3
    forged = chain[1].__class__(**{**vars(chain[1]), "who": "staff:nobody"})
    assert events.broken_at([chain[0], forged, *chain[2:]]) == 2


def test_an_attempt_that_cannot_be_bundled_holds_up_nobody_elses(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = room.begin(2)
    for one in (first, second):
        room.clock.pass_time(1)
        room.hall.ends.hand_in(one)
    bundle = room.hall.results.bundle

    def fail_first(attempt_id: str) -> str:
        if attempt_id == first:
            raise OSError(28, "No space left on device")
        return bundle(attempt_id)

    with monkeypatch.context() as patch:
        patch.setattr(room.hall.results, "bundle", fail_first)
        assert room.hall.results.sweep() == 1
    assert room.hall.results.sweep() == 0  # it waits a little before it is tried again
    room.clock.pass_time(2)
    assert (room.hall.results.sweep(), room.hall.results.sweep()) == (1, 0)
