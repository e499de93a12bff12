"""The notes pad: saved like answers, sealed with the attempt, never an answer."""

import pytest

from kiosk.exam.errors import AttemptEnded, AttemptPaused, ExamError
from kiosk.hall.errors import BadRequest, NotesTooLong, NotFound
from kiosk.hall.inputs import AnswerWrite, ConductSignal, NotesWrite
from sync.wire import canonical
from sync.wire.delivery.bundle import open_bundle
from sync.wire.delivery.result import MOST_NOTES, ResultBundle
from tests.centres import CENTRE
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

WITH = {"tools": {"notes": True}}


def text(room: Room, attempt_id: str) -> tuple[str, int] | None:
    shown = room.hall.attempts.view(attempt_id).notes
    return (shown.text, shown.number) if shown else None


def sealed(room: Room, attempt_id: str) -> ResultBundle:
    """What is in the outbox for headquarters."""
    room.hall.results.sweep()
    query = "SELECT id FROM outbox WHERE kind = 'result' AND attempt_id = ?"
    (row,) = room.store.read().query(query, [attempt_id])
    data = (room.site.data / "outbox" / row["id"]).read_bytes()
    return open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)[0]


def test_the_newest_save_stands_and_a_late_or_repeated_one_changes_nothing(room: Room) -> None:
    (one,) = room.begin(rules=WITH)
    assert text(room, one) == ("", 0)
    assert room.hall.notes.save(one, NotesWrite(1, "第 3 题\n再看 ")).number == 1
    assert text(room, one) == ("第 3 题\n再看 ", 1)
    assert room.hall.notes.save(one, NotesWrite(4, "new")).number == 4
    assert room.hall.notes.save(one, NotesWrite(3, "late")).number == 4
    assert room.hall.notes.save(one, NotesWrite(4, "another")).number == 4
    assert text(room, one) == ("new", 4)


def test_they_are_there_when_the_server_starts_again(room: Room) -> None:
    (one,) = room.begin(rules=WITH)
    room.hall.notes.save(one, NotesWrite(1, "mine"))
    room.store.close()
    with open_room(room.site, room.clock) as again:
        assert text(again, one) == ("mine", 1)


def test_a_programme_that_says_nothing_has_no_pad(room: Room) -> None:
    (one,) = room.begin()
    assert text(room, one) is None
    with pytest.raises(NotFound):
        room.hall.notes.save(one, NotesWrite(1, "mine"))
    room.hall.page_leaves.conduct(one, [ConductSignal("notes")])
    assert "notes_opened" not in room.kinds()


def test_the_pad_is_bounded_and_says_so(room: Room) -> None:
    (one,) = room.begin(rules=WITH)
    room.hall.notes.save(one, NotesWrite(1, "字" * MOST_NOTES))
    with pytest.raises(NotesTooLong):
        room.hall.notes.save(one, NotesWrite(2, "字" * (MOST_NOTES + 1)))
    with pytest.raises(BadRequest):
        room.hall.notes.save(one, NotesWrite(2, "\ud800"))
    with pytest.raises(BadRequest):
        room.hall.notes.save(one, NotesWrite(2, "\x00"))
    assert text(room, one) == ("字" * MOST_NOTES, 1)


@pytest.mark.parametrize("ended", [False, True])
def test_nothing_is_written_during_a_pause_or_after_the_end(room: Room, ended: bool) -> None:
    (one,) = room.begin(rules=WITH)
    room.hall.notes.save(one, NotesWrite(1, "before"))
    expected: type[ExamError] = AttemptEnded if ended else AttemptPaused
    if ended:
        room.hall.ends.hand_in(one)
    else:
        room.hall.pauses.pause(one, "looking", BY)
        room.hall.notes.save(one, NotesWrite(2, "under way"))
        room.clock.pass_time(60)
    with pytest.raises(expected):
        room.hall.notes.save(one, NotesWrite(3, "after"))


def test_a_hundred_saves_make_one_event_and_no_page_leave(room: Room) -> None:
    (one,) = room.begin(rules=WITH)
    before = room.kinds()
    for number in range(1, 101):
        room.hall.page_leaves.conduct(one, [ConductSignal("notes")])
        room.hall.notes.save(one, NotesWrite(number, f"text {number}"))
    assert room.kinds() == [*before, "notes_opened"]
    assert room.hall.attempts.view(one).leaves == 0
    rows = room.store.read().conn.execute("SELECT count(*) FROM notes").fetchone()
    assert rows[0] == 1


def test_they_reach_headquarters_with_the_attempt_and_touch_no_answer(room: Room) -> None:
    one, other = room.begin(2, rules=WITH)
    item = room.hall.attempts.view(one).items[0]
    room.hall.attempts.save(one, [AnswerWrite(1, item.id, item.options[0].id)])
    room.hall.notes.save(one, NotesWrite(1, "草稿 42"))
    receipt = room.hall.ends.hand_in(one)
    bundle = sealed(room, one)
    assert bundle.notes is not None
    assert bundle.notes.text == "草稿 42"
    assert list(bundle.values) == [item.id]
    assert bundle.answer_findings([room.site.centre.public]) == []
    assert (receipt.answered, receipt.revisions) == (1, 1)
    ends = [e for e in event_log(room.hall, SITTING, 100) if e.kind == "attempt_ended"]
    told = next(event.data for event in ends if event.admission_no == receipt.admission_no)
    assert told["notes_sha256"] == canonical.digest("草稿 42".encode())
    room.hall.ends.hand_in(other)
    assert "notes" not in sealed(room, other).model_dump(mode="json")
