"""Enrolment by network, and changing a centre's keys without losing what was sealed to them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.bootstrap import enrolment
from kiosk.bootstrap.centre import open_centre
from kiosk.bootstrap.setup import CERTIFICATE, REQUEST, SETTINGS, create_centre, hq_keys
from kiosk.cli import main
from kiosk.server.serving import listening
from kiosk.settings import SettingsError, load_settings
from kiosk.system import SystemClock, entropy, new_id
from sync.agent.errors import HqRefused
from sync.agent.transports import HttpTransport, Identity
from sync.hq.cli import main as hq_main
from sync.hq.errors import AlreadyThere, RequestDeclined
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.web.app import create_app
from sync.wire.delivery.receipt import Kind
from sync.wire.errors import BadSignature, UnsupportedFormat
from sync.wire.sealing.certificate import (
    make_certificate,
    make_request,
    read_certificate,
    read_request,
)
from sync.wire.sealing.keys import BOX_FILE, KeyPair, PublicKeys
from tests.agent.test_sync import World, end_the_attempt, results_of, unlock, until
from tests.agent.test_sync import world as world  # the fixture
from tests.centres import PASSWORD


@dataclass
class Site:
    """HQ with a server, and a centre that nobody has enrolled."""

    hq: HqServices
    url: str
    data: Path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """They know nothing of each other yet."""
    with ExitStack() as stack:
        initialise(tmp_path / "hq", entropy)
        hq = open_headquarters(tmp_path / "hq", SystemClock(), new_id, entropy)
        stack.callback(hq.close)
        url = stack.enter_context(listening(create_app(hq), "127.0.0.1", 0, 2))
        create_centre(tmp_path / "centre", "BJ77", "考点七", url, "chief", PASSWORD)
        yield Site(hq, url, tmp_path / "centre")


def test_a_centre_asks_by_network_and_a_person_decides(site: Site) -> None:
    key_id = enrolment.ask_headquarters(site.data)
    assert enrolment.ask_headquarters(site.data) == key_id, "asking again is the same request"
    assert enrolment.fetch_certificate(site.data, key_id) is None
    (pending,) = site.hq.enrolment.pending()
    assert (pending.centre_code, pending.name) == ("BJ77", "考点七")
    assert pending.fingerprint == KeyPair.load(site.data / "keys").public.fingerprint
    site.hq.enrolment.approve(pending.key_id, "test")
    ran = CliRunner().invoke(main, ["enrol", "--data", str(site.data), "--yes"])
    assert ran.exit_code == 0, ran.output
    assert site.hq.public_keys.fingerprint in ran.output
    settings = load_settings(site.data / SETTINGS)
    assert hq_keys(site.data, settings).current == site.hq.public_keys
    assert site.hq.enrolment.pending() == []


def test_a_declined_centre_reads_why(site: Site) -> None:
    key_id = enrolment.ask_headquarters(site.data)
    site.hq.enrolment.decline(key_id, "no such room", "test")
    with pytest.raises(HqRefused, match="no such room"):
        enrolment.fetch_certificate(site.data, key_id)
    with pytest.raises(RequestDeclined):
        site.hq.enrolment.answer(key_id)


def test_without_an_address_the_request_goes_by_stick(tmp_path: Path) -> None:
    create_centre(tmp_path / "centre", "BJ78", "考点八", None, "chief", PASSWORD)
    with pytest.raises(SettingsError, match="by USB stick"):
        enrolment.ask_headquarters(tmp_path / "centre")


def change_keys(world: World) -> None:
    """As ``kiosk keys change`` does."""
    ran = CliRunner().invoke(main, ["keys", "change", "--yes", "--data", str(world.access.centre)])
    assert ran.exit_code == 0, ran.output


def test_what_was_sealed_before_is_opened_and_delivered_after_the_change(world: World) -> None:
    data = world.access.centre
    old = KeyPair.load(data / "keys")
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    world.link.away = False
    change_keys(world)
    new = KeyPair.load(data / "keys")
    assert new.public != old.public
    assert new.unseal(old.public.seal(b"a picture of before")) == b"a picture of before"
    with world.centre() as hall:
        hall.sync.sync_now()
        until(lambda: hall.sync.view().complete)
        assert hall.sittings.list()[0].candidates == 1, "the package of before is still read"
    assert len(world.results()) == 1


def test_the_old_keys_sign_no_request_any_more(world: World) -> None:
    old = KeyPair.load(world.access.centre / "keys")
    change_keys(world)
    link = HttpTransport(world.url, Identity("DEMO01", old), SystemClock(), entropy, 10)
    with pytest.raises(HqRefused):
        link.send("GET", "/sync/v1/inbox?after=0")
    link.close()


def test_a_lost_answer_to_the_change_is_made_up_for(world: World) -> None:
    data = world.access.centre
    request = enrolment.prepare_keys(data)
    world.hq.centres.change_keys("DEMO01", request, "test")
    change_keys(world)
    assert KeyPair.load(data / "keys").public == world.hq.centres.keys("DEMO01")


def test_a_change_that_was_cut_short_is_finished_at_the_next_start(world: World) -> None:
    data = world.access.centre
    certificate = enrolment.certify_keys(data, enrolment.prepare_keys(data))
    waiting = data / enrolment.NEXT
    (waiting / CERTIFICATE).write_bytes(certificate)
    new = KeyPair.load(waiting).public
    # The power fails between the two files: the pair is mixed.
    (data / "keys" / "signing.key").write_bytes((waiting / "signing.key").read_bytes())
    old_box = (data / "keys" / BOX_FILE).read_text()
    with open_centre(data):
        assert KeyPair.load(data / "keys").public == new
    assert not waiting.exists()
    retired = [path.read_text() for path in (data / "keys" / "retired").iterdir()]
    assert retired == [old_box]


def test_what_revoked_keys_signed_is_not_believed(world: World) -> None:
    data = world.access.centre
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    sealed = next((data / "outbox").iterdir())
    request = enrolment.prepare_keys(data)
    world.hq.centres.change_keys("DEMO01", request, "test", revoke=True)
    with pytest.raises(BadSignature):
        world.hq.intake.accept("result", "DEMO01", sealed.name, sealed.read_bytes())


def test_by_stick_the_keys_of_an_enrolled_centre_are_changed_too(
    world: World, tmp_path: Path
) -> None:
    data, request, answer = world.access.centre, tmp_path / "request", tmp_path / "answer"
    run = CliRunner().invoke
    asked = run(main, ["keys", "change", "--yes", "--data", str(data), "--request", str(request)])
    assert asked.exit_code == 0, asked.output
    words = ["centres", "approve", str(request), "--out", str(answer), "--yes"]
    approved = run(hq_main, [*words, "--data", str(world.access.hq)])
    assert approved.exit_code == 0, approved.output
    taken = run(main, ["enrol", str(answer), "--data", str(data), "--yes"])
    assert taken.exit_code == 0, taken.output
    assert KeyPair.load(data / "keys").public == world.hq.centres.keys("DEMO01")


def test_only_the_headquarters_that_is_known_may_certify_new_keys(world: World) -> None:
    data, stranger = world.access.centre, KeyPair.generate(entropy)
    before = KeyPair.load(data / "keys").public
    asked, now = read_request(enrolment.prepare_keys(data)), SystemClock().now()
    forged = make_certificate(asked, stranger, now - timedelta(days=1), now + timedelta(days=9))
    with pytest.raises(BadSignature):
        enrolment.adopt_new_keys(data, forged)
    assert KeyPair.load(data / "keys").public == before


def signed_by(keys: KeyPair) -> Callable[[PublicKeys], None]:
    """Whether what these keys signed is theirs whose keys are tried."""
    return lambda own: own.verify(b"x", keys.sign(b"x"))


def test_whoever_a_thief_vouched_for_is_revoked_with_him(world: World) -> None:
    """The stolen key changed the keys by itself, which the centre's staff then take back."""
    centres = world.hq.centres
    old = KeyPair.load(world.access.centre / "keys")
    thief, rightful = KeyPair.generate(entropy), KeyPair.generate(entropy)
    now = SystemClock().now()
    for keys, revoke in ((thief, False), (rightful, True)):
        centres.change_keys("DEMO01", make_request("DEMO01", "x", keys, now), "t", revoke=revoke)
    for keys in (old, thief):
        with pytest.raises(BadSignature):
            centres.open("DEMO01", signed_by(keys))
        with pytest.raises(AlreadyThere):
            centres.change_keys("DEMO01", make_request("DEMO01", "x", keys, now), "t")


def test_what_was_closed_arrives_though_the_certificate_has_ended(world: World) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    sealed = next(path for path in (world.access.centre / "outbox").iterdir())
    later = SystemClock().now() + timedelta(days=4000)
    old = open_headquarters(world.access.hq, Later(later), new_id, entropy)
    try:
        assert old.centres.find_keys("DEMO01") is None
        (report,) = [one for one in _by_kind(old, sealed.name, sealed.read_bytes()) if one]
        assert report
        renewed = old.enrolment.accept((world.access.centre / REQUEST).read_bytes(), "test")
        assert read_certificate(renewed).not_after > later
        assert old.centres.find_keys("DEMO01") is not None
    finally:
        old.close()


def _by_kind(hq: HqServices, name: str, data: bytes) -> Iterator[bytes | None]:
    """The receipt, whichever kind of item it is."""
    kinds: tuple[Kind, ...] = ("result", "event_log")
    for kind in kinds:
        try:
            yield hq.intake.accept(kind, "DEMO01", name, data)
        except UnsupportedFormat:
            yield None


class Later(SystemClock):
    """A clock years ahead."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The same moment always."""
        return self._at


def test_a_change_whose_tidying_up_was_cut_short_does_not_matter(world: World) -> None:
    data = world.access.centre
    change_keys(world)
    left = data / f"{enrolment.NEXT}.done"
    left.mkdir()
    (left / "signing.key").write_text("half")
    with open_centre(data):
        pass
    change_keys(world)
