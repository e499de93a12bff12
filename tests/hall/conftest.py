"""A real centre: real database, real sealed package, a clock that tests turn by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.bootstrap.centre import build_hall
from kiosk.bootstrap.setup import SETTINGS, hq_keys
from kiosk.credentials.tokens import new_token
from kiosk.hall.clock import ExamTime
from kiosk.hall.context import CentreContext, Folders
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.services import CentreServices
from kiosk.hall.views.attempt import LeaseView
from kiosk.hall.views.check_in import TerminalSession
from kiosk.settings import load_settings
from kiosk.store.exam import attempts
from kiosk.store.sqlite.database import Store
from kiosk.system import entropy, new_id
from sync.wire.sealing.keys import KeyPair
from tests.centres import ManualClock, Site, emergency_key, usual_site
from tests.event_logs import event_log
from tests.web.faces import NoFaces

SITTING = "S1"
BY = "staff:chief"


@dataclass
class Room:
    """An open hall with its store, and shortcuts that tests need again and again."""

    hall: CentreServices
    store: Store
    site: Site
    clock: ManualClock

    def terminal(self) -> TerminalSession:
        """A terminal that has passed its device check."""
        terminal = self.hall.terminals.register("127.0.0.1", "test")
        check = DeviceCheck(camera=True, microphone=True, loudspeaker=True, server_ms=1)
        self.hall.terminals.record_check(terminal.terminal_id, check)
        return terminal

    def ready(self, number: int = 1) -> str:
        """A candidate whom staff have passed; returns the attempt."""
        numbers = (f"2026T{number:04d}", f"99000119900101{number:03d}X")
        session = self.hall.checkin.sign_in(self.terminal(), *numbers, False, "127.0.0.1")
        self.hall.verification.decide(session.attempt_id, True, "same person", BY)
        return session.attempt_id

    def unlock(self, **how: Any) -> None:
        """Import a package and unlock it; ``how`` as :meth:`Site.package` takes it."""
        package = self.site.usual_package(**how)
        self.hall.sittings.import_package(package.data, BY)
        self.hall.sittings.unlock(SITTING, package.code, BY)

    def begin(self, count: int = 1, **how: Any) -> list[str]:
        """Unlock, pass so many candidates by hand, and start; returns the attempts."""
        self.unlock(**how)
        attempt_ids = [self.ready(number) for number in range(1, count + 1)]
        self.hall.starts.start(SITTING, BY)
        return attempt_ids

    def close(self) -> None:
        """Close the sitting as somebody does who has looked at it."""
        seen = self.hall.closing.view(SITTING)
        self.hall.closing.close(SITTING, seen.mark, seen.writing, "time is over", BY)

    def stop(self) -> None:
        """Stop the sitting as somebody does who has looked at it."""
        seen = self.hall.closing.view(SITTING)
        self.hall.closing.stop(SITTING, seen.mark, seen.writing, "no power", BY)

    def open_page(
        self, attempt_id: str, previous: str | None = None, answer_buffer: str | None = None
    ) -> LeaseView:
        """A page is loaded, in place of ``previous`` if that is given."""
        before = [previous] if previous else []
        return self.hall.leases.acquire(attempt_id, new_token(entropy), before, answer_buffer)

    def left(self, attempt_id: str) -> float:
        """Minutes that the candidate has left."""
        return self.hall.attempts.time(attempt_id).remaining_s / 60

    def kinds(self) -> list[str]:
        """Kinds of the sitting's events, oldest first."""
        return [event.kind for event in reversed(event_log(self.hall, SITTING, 1000))]


@contextmanager
def open_room(site: Site, clock: ManualClock, faces: Faces | None = None) -> Iterator[Room]:
    """Open the centre as a starting server does, without background jobs and workers.

    Without ``faces`` nobody is ever recognised.
    """
    settings = load_settings(site.data / SETTINGS)
    store = Store(site.data)
    try:
        centre = CentreContext(
            settings=settings,
            store=store,
            folders=Folders.below(site.data),
            keys=KeyPair.load(site.data / "keys"),
            hq=hq_keys(site.data, settings),
            clock=clock,
            time=ExamTime(store, clock, anew=not attempts.being_sat(store.read())),
            ids=new_id,
            entropy=entropy,
        )
        emergency = emergency_key(site.data)
        hall = build_hall(centre, faces or NoFaces(), emergency, lambda: None)  # type: ignore[arg-type]
        yield Room(hall, store, site, clock)
    finally:
        store.close()


@pytest.fixture
def clock() -> ManualClock:
    """The centre's clock."""
    return ManualClock()


@pytest.fixture
def site(_usual_centre: None, tmp_path: Path) -> Site:
    """A centre that is set up and enrolled."""
    return usual_site(tmp_path / "centre")


@pytest.fixture
def room(site: Site, clock: ManualClock) -> Iterator[Room]:
    """The open centre."""
    with open_room(site, clock) as room:
        yield room


@pytest.fixture
def sitting(room: Room) -> str:
    """A candidate who answers; returns the attempt."""
    room.unlock()
    attempt_id = room.ready()
    room.hall.starts.start(SITTING, BY)
    return attempt_id
