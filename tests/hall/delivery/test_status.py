"""Staff read "everything is at headquarters" only when there is nothing left to send."""

from kiosk.hall.services import CentreServices
from kiosk.store.centre import contact
from kiosk.store.centre.contact import Completeness
from tests.centres import NOON
from tests.hall.conftest import Room

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
