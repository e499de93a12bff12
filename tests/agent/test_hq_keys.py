"""Headquarters changes its keys while real centres sync, use sticks, or are away."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.bootstrap.centre import open_centre
from kiosk.bootstrap.setup import SETTINGS, hq_keys
from kiosk.cli import main
from kiosk.hall.services import CentreServices
from kiosk.settings import SettingsError, load_settings
from kiosk.store.centre.hq_trust import HQ_KEYS, HqTrust
from sync.hq.services import HqServices
from sync.wire.errors import HqKeysReplaced
from sync.wire.exchange.container import FolderContainer, write_folder
from sync.wire.sealing.hq_keys import KeyState
from tests.agent.test_sync import World, end_the_attempt, results_of, unlock, until, world

__all__ = ["world"]

BY = "command-line:test"


def trust(data: Path) -> HqTrust:
    """Which keys of headquarters the centre in that folder trusts."""
    return hq_keys(data, load_settings(data / SETTINGS))


def quiet(_name: str) -> None:
    """Nobody watches."""


def change(hq: HqServices) -> str:
    """A whole change without waiting for anybody; gives the id of the old key."""
    old = hq.public_keys.key_id
    hq.key_changes.prepare(BY)
    hq.key_changes.switch(BY, anyway=True)
    hq.key_changes.retire(old, BY, anyway=True)
    return old


def test_a_centre_follows_step_by_step_by_network(world: World) -> None:
    changes, old, data = world.hq.key_changes, world.hq.public_keys, world.access.centre
    with world.centre() as hall:
        unlock(hall, world)
        changes.prepare(BY)
        hall.sync.sync_now()
        until(lambda: not changes.view().behind)
        changes.switch(BY)
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting + results_of(hall).delivered == 1)
        hall.sync.sync_now()
        until(lambda: hall.sync.view().complete)
        until(lambda: not changes.view().behind)
        changes.retire(old.key_id, BY, anyway=True)
        hall.sync.sync_now()
        until(lambda: not changes.view().behind)
        assert hall.sittings.list()[0].candidates == 1, "the package of before is still read"
    assert trust(data).current == world.hq.public_keys
    assert not trust(data).accepts(old.key_id)
    assert len(world.results()) == 1


def test_a_centre_that_was_away_comes_back_and_delivers_what_it_sealed_before(
    world: World,
) -> None:
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    old = change(world.hq)
    world.link.away = False
    with world.centre() as hall:
        hall.sync.sync_now()
        until(lambda: hall.sync.view().complete and not hall.sync.view().errors)
    assert trust(world.access.centre).state(old) is KeyState.RETIRED
    assert len(world.results()) == 1


def told(hall: CentreServices) -> set[str]:
    """The fingerprints that staff are told to compare."""
    errors = hall.sync.view().errors
    return {
        str(error.params["fingerprint"]) for error in errors if error.code == HqKeysReplaced.code
    }


def by_stick(world: World, stick: Path, data: Path) -> None:
    """A stick goes from the centre to headquarters and back."""
    with open_centre(data) as running:
        write_folder(stick, running.media.outbound(), quiet)
    for report in world.hq.media.take(FolderContainer(stick), BY):
        assert not report.problems
        write_folder(stick, world.hq.media.answer(FolderContainer(stick), "DEMO01"), quiet)
    with open_centre(data) as running:
        received = running.media.take(FolderContainer(stick))
        assert not received.problems


def test_a_centre_without_a_network_follows_by_stick(world: World, tmp_path: Path) -> None:
    data = world.access.centre
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    old = change(world.hq)
    by_stick(world, tmp_path / "stick", data)
    assert trust(data).current == world.hq.public_keys
    assert not trust(data).accepts(old)
    assert len(world.results()) == 1
    assert world.hq.key_changes.view().behind, "headquarters hears of it with the next stick"
    shutil.rmtree(tmp_path / "stick")
    by_stick(world, tmp_path / "stick", data)
    (centre,) = world.hq.key_changes.view().centres
    assert (centre.follows, centre.follower and centre.follower.way) == (True, "stick")


def test_statements_on_a_stick_that_were_altered_change_nothing(
    world: World, tmp_path: Path
) -> None:
    data, stick = world.access.centre, tmp_path / "stick"
    world.hq.key_changes.prepare(BY)
    write_folder(stick, world.hq.media.answer(FolderContainer(stick), "DEMO01"), quiet)
    path = stick / "exam-kiosk" / "DEMO01" / "inbound" / "hq-keys.json"
    path.write_bytes(path.read_bytes().replace(b"e", b"f", 3))
    world.link.away = True
    with open_centre(data) as running, pytest.raises(Exception, match=r"signature|format|JSON"):
        running.media.take(FolderContainer(stick))
    assert trust(data).number == 0


def test_in_an_emergency_staff_compare_the_new_fingerprint(world: World, tmp_path: Path) -> None:
    data, old = world.access.centre, world.hq.public_keys
    with world.centre() as hall:
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: results_of(hall).waiting == 1)
    new = world.hq.key_changes.withdraw(old.key_id, BY)
    world.link.away = False
    with world.centre() as hall:
        hall.sync.sync_now()
        until(lambda: told(hall))
        assert told(hall) == {new.fingerprint}
    assert trust(data).current == old, "nothing is believed without a person"
    certificate = tmp_path / "certificate"
    certificate.write_bytes(world.hq.centres.certificate("DEMO01"))
    ran = CliRunner().invoke(main, ["enrol", str(certificate), "--data", str(data), "--yes"])
    assert ran.exit_code == 0, ran.output
    assert new.fingerprint in ran.output
    with world.centre() as hall:
        hall.sync.sync_now()
        until(lambda: hall.sync.view().complete)
        assert hall.sittings.list()[0].candidates == 1, "what was accepted before is still read"
    assert trust(data).state(old.key_id) is KeyState.WITHDRAWN
    assert not world.hq.key_changes.view().behind
    assert len(world.results()) == 1


def test_a_certificate_of_a_key_that_was_given_up_is_refused(world: World, tmp_path: Path) -> None:
    data, certificate = world.access.centre, tmp_path / "certificate"
    certificate.write_bytes(world.hq.centres.certificate("DEMO01"))
    change(world.hq)
    with world.centre() as hall:
        hall.sync.sync_now()
        until(lambda: not world.hq.key_changes.view().behind)
    ran = CliRunner().invoke(main, ["enrol", str(certificate), "--data", str(data), "--yes"])
    assert ran.exit_code != 0
    assert "given up" in ran.output


def test_a_damaged_file_of_trusted_keys_is_named(world: World) -> None:
    data = world.access.centre
    (data / HQ_KEYS).write_text("{}")
    with pytest.raises(SettingsError, match=HQ_KEYS):
        trust(data)
