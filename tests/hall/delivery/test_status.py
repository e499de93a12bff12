"""Staff read "everything is at headquarters" only when there is nothing left to send."""

from datetime import timedelta

from kiosk.hall.services import CentreServices
from kiosk.store.centre import contact, outbox
from kiosk.store.centre.contact import Completeness
from kiosk.store.exam import attempts
from tests.centres import NOON
from tests.hall.conftest import SITTING, Room

HELD = {"result": 0, "event_log": 0, "evidence": 0}


def everything(hall: CentreServices) -> bool:
    """Whether staff read that everything is at headquarters."""
    view = hall.sync.view()
    return view.complete and not view.unsealed


def test_what_is_over_but_not_sealed_yet_is_not_at_headquarters(room: Room) -> None:
    room.store.write(lambda db: contact.put_completeness(db, Completeness(NOON, True, HELD)))
    room.begin()
    assert everything(room.hall)
    room.close()
    assert room.hall.sync.view().waiting == 0
    assert not everything(room.hall)
    room.hall.results.sweep()
    room.hall.event_logs.sweep()
    view = room.hall.sync.view()
    assert (view.kinds["event_log"].waiting, view.complete, view.unsealed) == (1, False, False)


def test_without_headquarters_word_nothing_is_complete(room: Room) -> None:
    assert not everything(room.hall)


def test_a_seat_whose_later_result_is_still_to_be_sealed_waits(room: Room) -> None:
    (one,) = room.begin()
    room.hall.ends.hand_in(one)
    room.hall.results.sweep()
    (result,) = [
        item for item in outbox.everything(room.store.read()) if item.kind == outbox.RESULT
    ]
    room.store.write(lambda db: outbox.deliver(db, result.kind, result.id, "{}", NOON))
    assert outbox.states(room.store.read(), SITTING) == {one: "delivered"}
    room.store.write(lambda db: attempts.want_bundle(db, one))
    assert outbox.states(room.store.read(), SITTING) == {one: "waiting"}


def test_headquarters_asking_for_files_again_makes_no_stick_count(room: Room) -> None:
    room.begin()
    room.close()
    room.hall.results.sweep()
    room.store.write(lambda db: outbox.note_stick(db, NOON + timedelta(days=1)))
    waiting = outbox.waiting_by_sitting(room.store.read())[SITTING]
    assert waiting.files == waiting.on_stick > 0
    room.store.write(lambda db: outbox.reopen(db, outbox.RESULT, ["a1" * 32]))
    assert outbox.waiting_by_sitting(room.store.read())[SITTING].on_stick == 0
