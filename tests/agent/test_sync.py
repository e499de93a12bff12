"""Results reach a real HQ exactly once, whatever the link does."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bootstrap.centre import open_centre
from kiosk.bootstrap.setup import SETTINGS
from kiosk.hall.errors import PackageRevoked
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.services import CentreServices
from kiosk.hall.views.sync import KindView
from kiosk.rehearsal.environment import CENTRE, Access, set_up
from kiosk.rehearsal.people import make_people
from kiosk.server.serving import listening
from kiosk.store.centre import contact
from kiosk.store.sqlite.database import Store
from kiosk.system import SystemClock, entropy, new_id
from sync.agent.backoff import Backoff
from sync.agent.errors import HqRefused, HqUnreachable
from sync.agent.transports import HttpTransport, Identity
from sync.hq.announcements.drafts import Draft, digest_of
from sync.hq.announcements.listing import Wanted
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.services import HqServices, open_headquarters
from sync.hq.web.app import create_app
from sync.wire.sealing.keys import KeyPair
from tests.event_logs import event_log

WAIT = 60.0
Start = Callable[..., Any]


@dataclass
class Link:
    """A link to HQ that can be away, or lose a reply after HQ has done its work."""

    app: Flask
    away: bool = False
    lose_replies: int = 0
    unknown: str = ""

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Pass a request on, or break it."""
        if self.away:
            start("503 Service Unavailable", [])
            return [b""]
        if self.unknown and environ["PATH_INFO"] == self.unknown:
            start("404 Not Found", [])
            return [b""]
        if self.lose_replies and environ["REQUEST_METHOD"] == "PUT":
            self.lose_replies -= 1
            list(self.app(environ, lambda *_: lambda _data: None))
            start("502 Bad Gateway", [])
            return [b""]
        return self.app(environ, start)


@dataclass
class World:
    """A centre whose one candidate has ended, and its HQ behind a link."""

    access: Access
    hq: HqServices
    link: Link
    url: str

    @contextmanager
    def centre(self) -> Iterator[CentreServices]:
        """The centre at work."""
        with open_centre(self.access.centre) as running:
            yield running.hall

    def results(self) -> list[dict[str, Any]]:
        """What HQ holds."""
        return list(self.hq.results.attempts().entries)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """HQ is up behind the link; the centre is set up and shut."""
    with ExitStack() as stack:
        access = set_up(tmp_path, "http://127.0.0.1:1", {"S": make_people(1)}, 60)
        hq = open_headquarters(access.hq, SystemClock(), new_id, entropy)
        stack.callback(hq.close)
        link = Link(create_app(hq))
        url = stack.enter_context(listening(link, "127.0.0.1", 0, 4))
        settings = access.centre / SETTINGS
        settings.write_text(settings.read_text().replace("http://127.0.0.1:1", url))
        yield World(access, hq, link, url)


def until(condition: Callable[[], object]) -> None:
    """Wait for something that background jobs do."""
    gate = threading.Event()
    for _ in range(int(WAIT / 0.05)):
        if condition():
            return
        gate.wait(0.05)
    pytest.fail("waited in vain")


def sync_until(hall: CentreServices, condition: Callable[[], bool]) -> None:
    """Ask for round after round until that is so."""

    def met() -> bool:
        if condition():
            return True
        hall.sync.sync_now()
        return False

    until(met)


def results_of(hall: CentreServices) -> KindView:
    """How many result bundles wait and are delivered."""
    return hall.sync.view().kinds["result"]


def end_the_attempt(hall: CentreServices) -> None:
    """The sitting starts and is closed; its one candidate was absent."""
    until(lambda: hall.sittings.list())
    sitting = hall.sittings.list()[0].id
    hall.starts.start(sitting, "staff:chief")
    seen = hall.closing.view(sitting)
    hall.closing.close(sitting, seen.mark, seen.writing, "all done", "staff:chief")


def unlock_with(hall: CentreServices, code: str) -> None:
    """Type the code."""
    until(lambda: hall.sittings.list())
    hall.sittings.unlock(hall.sittings.list()[0].id, code, "staff:chief")


def unlock(hall: CentreServices, world: World) -> None:
    """Type the code of the world's package."""
    unlock_with(hall, world.access.codes["S"])


def test_a_package_arrives_and_a_result_goes_back(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        end_the_attempt(hall)
        until(lambda: results_of(hall).delivered == 1)
        assert hall.sync.view().state == "online"
    assert [entry["end_reason"] for entry in world.results()] == ["absent"]


def test_a_lost_reply_leads_to_one_result_and_a_receipt(world: World) -> None:
    world.link.lose_replies = 2
    with world.centre() as hall:
        unlock(hall, world)
        end_the_attempt(hall)
        sync_until(hall, lambda: world.link.lose_replies == 0)
        sync_until(hall, lambda: results_of(hall).delivered == 1)
    assert len(world.results()) == 1


def test_while_hq_is_away_results_wait_and_then_go(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: hall.sync.view().state == "offline" and results_of(hall).waiting == 1)
        assert hall.sync.view().next_try is not None
        assert world.results() == []
        world.link.away = False
        hall.sync.sync_now()
        until(lambda: results_of(hall).delivered == 1)
        assert results_of(hall).waiting == 0


def test_results_outlive_a_restart_of_the_centre(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    world.link.away = False
    with world.centre() as hall:
        hall.sync.sync_now()
        until(lambda: results_of(hall).delivered == 1)
    assert len(world.results()) == 1


def reported(world: World) -> list[tuple[str, int]]:
    """What HQ has been told of its sittings: the state, and how many have ended."""
    now, year = SystemClock().now(), timedelta(days=365)
    everything = Scope(frozenset({Grant(Role.REGISTRAR)}))
    places = world.hq.exam_days.places(now - year, now + year, everything)
    return [(place.report.state, place.report.ended) for place in places if place.report]


def test_hq_sees_how_a_sitting_stands_before_any_result(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        sync_until(hall, lambda: reported(world) == [("unlocked", 0)])
        hall.starts.start(hall.sittings.list()[0].id, "staff:chief")
        sync_until(hall, lambda: reported(world) == [("started", 0)])
        assert world.results() == []


def test_an_older_hq_that_knows_no_reports_gets_results(world: World) -> None:
    world.link.unknown = "/sync/v1/day-report"
    with world.centre() as hall:
        unlock(hall, world)
        end_the_attempt(hall)
        sync_until(hall, lambda: results_of(hall).delivered == 1)
        assert hall.sync.view().state == "online"
    assert reported(world) == []


def announce(world: World, name: str, **how: Any) -> None:
    """Headquarters announces something to all centres."""
    draft, codes = Draft("停电预案", "请看应急卡。", **how), [CENTRE]
    shown = digest_of(world.hq.announcements.recipients(draft, codes))
    world.hq.announcements.send(name, draft, codes, shown, "test")


def readers(world: World, name: str) -> list[tuple[str, str | None]]:
    """How far an announcement has come at each centre, and who read it."""
    everything = Scope(frozenset({Grant(Role.REGISTRAR)}))
    rows = world.hq.announcement_lists.centres(name, everything, Wanted()).rows
    return [(row.reached.value, row.read_by) for row in rows]


def test_an_announcement_reaches_staff_and_their_confirmation_headquarters(world: World) -> None:
    announce(world, "A1")
    assert readers(world, "A1") == [("waiting", None)]
    with world.centre() as hall:
        sync_until(hall, lambda: readers(world, "A1") == [("delivered", None)])
        hall.announcements.confirm("A1", "staff:chief")
        sync_until(hall, lambda: readers(world, "A1") == [("read", "staff:chief")])
        announce(world, "A2", replaces="A1")
        sync_until(hall, lambda: [known.id for known in hall.announcements.open()] == ["A2"])
        assert {known.id: known.state for known in hall.announcements.newest()} == {
            "A2": "valid", "A1": "superseded",
        }  # fmt: skip


def test_an_older_hq_that_knows_no_announcements_gets_results(world: World) -> None:
    world.link.unknown = "/sync/v1/announcements"
    announce(world, "A1")
    with world.centre() as hall:
        unlock(hall, world)
        end_the_attempt(hall)
        sync_until(hall, lambda: results_of(hall).delivered == 1)
        assert hall.sync.view().state == "online"
        assert hall.announcements.newest() == []


class WrongClock(SystemClock):
    """A centre's clock that is three hours behind."""

    def now(self) -> Any:
        """The wrong time."""
        return super().now() - timedelta(hours=3)


def transport(world: World, keys: KeyPair, clock: SystemClock) -> HttpTransport:
    """A transport of the world's centre."""
    return HttpTransport(world.url, Identity("DEMO01", keys), clock, entropy, 10)


def test_a_wrong_clock_is_learned_from_hq(world: World) -> None:
    link = transport(world, KeyPair.load(world.access.centre / "keys"), WrongClock())
    assert b"inbox/1" in link.send("GET", "/sync/v1/inbox?after=0").body
    assert abs(link.offset - timedelta(hours=3)) < timedelta(seconds=3)
    link.close()


def test_another_key_is_refused(world: World) -> None:
    link = transport(world, KeyPair.generate(entropy), SystemClock())
    with pytest.raises(HqRefused):
        link.send("GET", "/sync/v1/inbox?after=0")
    link.close()


def test_nobody_there_is_unreachable() -> None:
    keys = KeyPair.generate(entropy)
    link = HttpTransport("http://127.0.0.1:9", Identity("C1", keys), SystemClock(), entropy, 2)
    with pytest.raises(HqUnreachable):
        link.send("GET", "/sync/v1/inbox?after=0")
    link.close()


@given(st.integers(1, 200), st.binary(min_size=8, max_size=8))
def test_back_off_stays_between_nothing_and_its_cap(failures: int, random: bytes) -> None:
    wait = Backoff(lambda _: random, first_seconds=2, cap_seconds=900).after(failures)
    assert timedelta(0) <= wait <= timedelta(seconds=min(900.0, 2.0**failures))


def test_the_inbox_is_worked_through_once(world: World) -> None:
    with world.centre() as hall:
        until(lambda: hall.sittings.list())
        until(lambda: hall.sync.view().state == "online")
    store = Store(world.access.centre)
    assert contact.inbox_cursor(store.read()) > 0
    store.close()


def test_a_revocation_reaches_the_centre_and_its_code_does_not_open_the_paper(world: World) -> None:
    with world.centre() as hall:
        until(lambda: hall.sittings.list())
        sitting = hall.sittings.list()[0]
        world.hq.packages.revoke(sitting.id, CENTRE, "item leaked", "test")
        hall.sync.sync_now()
        until(lambda: hall.sittings.list()[0].revoked)
        with pytest.raises(PackageRevoked):
            unlock(hall, world)
        newer = world.hq.packages.build(sitting.id, CENTRE, "test")
        hall.sync.sync_now()
        until(lambda: hall.sittings.list()[0].version == newer.version)
        code = world.hq.unlocking.code(sitting.id, CENTRE, "command-line:test")
        hall.sittings.unlock(sitting.id, code, "staff:chief")


def test_a_package_that_comes_too_late_is_finished_and_told_to_headquarters(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        sitting = hall.sittings.list()[0]
        assert world.hq.packages.build(sitting.id, CENTRE, "chief").version == 2
        hall.sync.sync_now()
        until(lambda: too_late(hall, sitting.id))
        assert hall.sittings.list()[0].version == 1
        until(lambda: hall.sync.view().state == "online")
        assert hall.sync.view().errors == []
        end_the_attempt(hall)
        until(lambda: world.hq.event_logs.findings())
        assert len(too_late(hall, sitting.id)) == 1
    found = [(finding.what, finding.first) for finding in world.hq.event_logs.findings()]
    assert found == [("too_late", 2)]


def too_late(hall: CentreServices, sitting_id: str) -> list[str]:
    """The notes about late packages in a sitting's event log."""
    kinds = [event.kind for event in event_log(hall, sitting_id, 100)]
    return [kind for kind in kinds if kind == "package_too_late"]


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        ("507 Insufficient Storage", b'{"error": {"code": "hq_storage_full"}}', "hq_storage_full"),
        ("503 Away", b'{"error": {"code": "hq_database_unreachable"}}', "hq_database_unreachable"),
        ("502 Bad Gateway", b"<html>", None),
    ],
)
def test_staff_see_whether_headquarters_is_away_or_in_trouble(
    world: World, status: str, body: bytes, trouble: str | None
) -> None:
    world.link.app = lambda _environ, start: (start(status, []), [body])[1]  # type: ignore[assignment]
    with world.centre() as hall:
        until(lambda: hall.sync.view().state == "offline")
        assert hall.sync.view().trouble == trouble


def test_results_go_also_where_an_incident_was_reported(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        sitting = hall.sittings.list()[0].id
        terminal = hall.terminals.register("127.0.0.1", "test")
        check = DeviceCheck(camera=True, microphone=True, loudspeaker=True, server_ms=1)
        hall.terminals.record_check(terminal.terminal_id, check)
        who = make_people(1)[0]
        numbers = (who.admission_no, who.identity_no)
        session = hall.checkin.sign_in(terminal, *numbers, False, "127.0.0.1")
        hall.verification.decide(session.attempt_id, True, "same person", "staff:chief")
        hall.personal_forms.skip(session.attempt_id, "on paper", "staff:chief")
        hall.starts.start(sitting, "staff:chief")
        hall.proctoring.mark(session.attempt_id, "talking", "与邻座交谈", "staff:chief")
        hall.ends.end_by_staff(session.attempt_id, "talking", "staff:chief")
        sync_until(hall, lambda: results_of(hall).delivered == 1)
    assert len(world.results()) == 1
