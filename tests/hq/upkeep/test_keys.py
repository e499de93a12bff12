"""Headquarters changes its keys: what still opens, what verifies, who may go on when."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sync.hq.errors import NotFound
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.upkeep.errors import (
    CentresBehind,
    KeyInUse,
    KeysOlder,
    NextKeyMissing,
    NextKeyThere,
)
from sync.hq.web.app import create_app
from sync.wire.delivery.receipt import read_receipt
from sync.wire.errors import BadSignature
from sync.wire.exchange.inbox import UnlockNotice, open_release
from sync.wire.packages.package import open_package
from sync.wire.sealing.certificate import read_certificate
from sync.wire.sealing.hq_keys import HqRing, KeyState, read_chain
from tests.hq.desk import BY, CODE, Desk, open_again

ANYWAY = {"anyway": True}


@pytest.fixture
def first(desk: Desk) -> HqRing:
    """A centre that was enrolled before any change."""
    return HqRing.pinned(desk.hq.public_keys)


def followed(desk: Desk, ring: HqRing) -> HqRing:
    """The centre follows and says so."""
    ring, refused = ring.follow(read_chain(desk.hq.key_followers.chain(ring.number)))
    assert refused is None
    desk.hq.key_followers.followed(CODE, ring.number, "network")
    return ring


def state_of(desk: Desk, key_id: str) -> KeyState:
    return next(key.state for key in desk.hq.key_changes.view().keys if key.key_id == key_id)


def test_a_planned_change_in_its_order(desk: Desk, first: HqRing) -> None:
    changes, old = desk.hq.key_changes, desk.hq.public_keys
    with pytest.raises(NextKeyMissing):
        changes.switch(BY)
    new = changes.prepare(BY)
    assert desk.hq.public_keys == old, "announced, not used"
    with pytest.raises(NextKeyThere):
        changes.prepare(BY)
    with pytest.raises(CentresBehind, match=CODE):
        changes.switch(BY)
    ring = followed(desk, first)
    desk.clock.pass_time(60)
    changes.switch(BY)
    assert desk.hq.public_keys.key_id == new.key_id
    with pytest.raises(CentresBehind):
        changes.retire(old.key_id, BY)
    ring = followed(desk, ring)
    assert ring.accepts(old.key_id)
    assert ring.current == desk.hq.public_keys
    with pytest.raises(KeyInUse):
        changes.retire(old.key_id, BY)
    desk.clock.pass_time(60)
    desk.hq.packages.build(desk.sitting, CODE, BY)
    changes.retire(old.key_id, BY)
    assert not followed(desk, ring).accepts(old.key_id)
    with pytest.raises(NotFound):
        changes.retire(old.key_id, BY)
    assert [key.state for key in changes.view().keys] == [KeyState.RETIRED, KeyState.CURRENT]
    assert desk.hq.audit_log.verify().broken_at is None


def test_results_sealed_to_a_retired_key_are_accepted(desk: Desk, first: HqRing) -> None:
    old, sealed = desk.hq.public_keys, desk.bundle({})
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    desk.hq.key_changes.retire(old.key_id, BY, **ANYWAY)
    receipt = desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    assert read_receipt(receipt, desk.hq.public_keys, CODE).id == sealed.id
    assert followed(desk, first).current == desk.hq.public_keys


def test_receipts_of_before_are_signed_again_for_whoever_asks_again(desk: Desk) -> None:
    sealed, old = desk.bundle({}), desk.hq.public_keys
    before = desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    again = desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    old_says, new_says = (
        read_receipt(data, keys, CODE)
        for data, keys in ((before, old), (again, desk.hq.public_keys))
    )
    assert old_says == new_says


def test_packages_of_both_keys_open_at_a_centre_that_follows(desk: Desk, first: HqRing) -> None:
    def opens(ring: HqRing) -> None:
        newest = desk.hq.packages.newest(desk.sitting, CODE)
        data, now = desk.hq.packages.data(newest), desk.clock.now()
        assert open_package(data, desk.keys, ring, CODE, now).manifest.package_id == newest.id

    desk.hq.key_changes.prepare(BY)
    ring = followed(desk, first)
    opens(ring)
    desk.hq.key_changes.switch(BY)
    ring = followed(desk, ring)
    opens(ring)
    desk.hq.packages.build(desk.sitting, CODE, BY)
    opens(ring)
    with pytest.raises(BadSignature):
        opens(first)


def test_secrets_sealed_before_the_change_are_still_opened(desk: Desk) -> None:
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    assert len(desk.code()) == 19


def test_codes_that_wait_in_the_inbox_are_signed_again(desk: Desk) -> None:
    old = desk.hq.public_keys
    desk.clock.pass_time(24 * 3600)
    desk.hq.inbox.page(CODE, desk.keys.public, 0)
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    desk.hq.key_changes.retire(old.key_id, BY, **ANYWAY)
    page = desk.hq.inbox.page(CODE, desk.keys.public, 0)
    (notice,) = (entry for entry in page.entries if isinstance(entry, UnlockNotice))
    release = open_release(notice.sealed, desk.keys, desk.hq.public_keys, CODE)
    assert release.code == desk.hq.unlocking.code(desk.sitting, CODE, BY)


def test_what_former_keys_signed_for_good_still_proves_something(desk: Desk) -> None:
    """Statements on certificates of candidates are verified years later."""
    keys, names = KeyFolder(desk.data / "hq" / "keys"), list[str]()
    for _ in range(2):
        names.insert(0, keys.public.key_id)
        desk.hq.key_changes.prepare(BY)
        desk.hq.key_changes.switch(BY, **ANYWAY)
        desk.hq.key_changes.retire(names[0], BY, **ANYWAY)
    assert [key.key_id for key in keys.known] == [keys.public.key_id, *names]
    stolen = keys.public.key_id
    desk.hq.key_changes.withdraw(stolen, BY)
    assert [key.key_id for key in keys.known] == [keys.public.key_id, *names]


def test_certificates_name_the_present_key(desk: Desk) -> None:
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    found = read_certificate(desk.hq.centres.certificate(CODE))
    assert found.hq_keys.public == desk.hq.public_keys
    assert found.centre_keys.public == desk.keys.public


def test_in_an_emergency_the_announced_key_takes_over(desk: Desk, first: HqRing) -> None:
    old = desk.hq.public_keys
    new = desk.hq.key_changes.prepare(BY)
    ring = followed(desk, first)
    assert desk.hq.key_changes.withdraw(old.key_id, BY).key_id == new.key_id
    ring = followed(desk, ring)
    assert (ring.accepts(old.key_id), ring.accepts(new.key_id)) == (False, True)
    assert state_of(desk, old.key_id) is KeyState.WITHDRAWN


def test_without_an_announced_key_people_have_to_compare(desk: Desk, first: HqRing) -> None:
    old = desk.hq.public_keys
    new = desk.hq.key_changes.withdraw(old.key_id, BY)
    ring, refused = first.follow(read_chain(desk.hq.key_followers.chain()))
    assert ring == first, "nothing that the stolen key could have signed is believed"
    assert refused is not None
    assert refused.fingerprint == new.fingerprint
    enrolled = HqRing.pinned(read_certificate(desk.hq.centres.certificate(CODE)).hq_keys.public)
    assert not followed(desk, enrolled).accepts(old.key_id)


def test_a_key_that_was_announced_by_mistake_is_taken_back(desk: Desk, first: HqRing) -> None:
    new = desk.hq.key_changes.prepare(BY)
    ring = followed(desk, first)
    desk.hq.key_changes.withdraw(new.key_id, BY)
    ring = followed(desk, ring)
    assert ring.current == desk.hq.public_keys
    desk.hq.key_changes.prepare(BY)
    assert followed(desk, ring).number == 3


def test_signing_keys_that_are_given_up_are_deleted(desk: Desk) -> None:
    old, keys = desk.hq.public_keys.key_id, desk.data / "hq" / "keys"
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    assert (keys / "pairs" / old / "signing.key").exists()
    desk.hq.key_changes.retire(old, BY, **ANYWAY)
    assert [path.name for path in (keys / "pairs" / old).iterdir()] == ["box.key"]
    assert not (keys / "signing.key").exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys.rglob("*.key"))


@pytest.fixture
def other(desk: Desk) -> Iterator[Desk]:
    """The same headquarters as another process has it."""
    again = Desk(open_again(desk), desk.data, desk.clock, desk.keys, desk.sitting)
    yield again
    again.hq.close()


def test_another_process_notices_the_change(desk: Desk, other: Desk) -> None:
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    assert other.hq.public_keys == desk.hq.public_keys


def test_an_old_database_with_new_keys_learns_what_it_lacks(desk: Desk, tmp_path: Path) -> None:
    """A crash between folder and database looks the same."""
    beside = KeyFolder(desk.data / "hq" / "keys")
    kept = tmp_path / "keys"
    shutil.copytree(desk.data / "hq" / "keys", kept)
    desk.hq.key_changes.prepare(BY)
    desk.hq.key_changes.switch(BY, **ANYWAY)
    assert len(beside.chain) == 2
    newer = tmp_path / "newer"
    shutil.move(desk.data / "hq" / "keys", newer)
    shutil.copytree(kept, desk.data / "hq" / "keys")
    with pytest.raises(KeysOlder, match="from number 1 on"):
        open_again(desk)
    shutil.rmtree(desk.data / "hq" / "keys")
    shutil.move(newer, desk.data / "hq" / "keys")
    open_again(desk).close()


def test_keys_that_were_changed_apart_are_refused(desk: Desk, tmp_path: Path) -> None:
    keys, kept = desk.data / "hq" / "keys", tmp_path / "keys"
    shutil.copytree(keys, kept)
    desk.hq.key_changes.prepare(BY)
    shutil.rmtree(keys)
    shutil.copytree(kept, keys)
    apart = KeyFolder(keys)
    with pytest.raises(KeysOlder):
        desk.hq.key_changes.prepare(BY)
    assert apart.chain == (), "nothing was changed"
    shutil.rmtree(keys)
    shutil.copytree(kept, keys)


def test_a_centre_that_knows_more_than_headquarters_is_shown(desk: Desk) -> None:
    desk.hq.key_followers.followed(CODE, 7, "stick")
    (centre,) = desk.hq.key_changes.view().centres
    assert (centre.ahead, centre.follows) == (True, True)


def test_only_centres_ask_for_statements_and_so_tell_how_far_they_are(desk: Desk) -> None:
    client: FlaskClient = create_app(desk.hq).test_client()
    assert client.get("/sync/v1/hq-keys?known=0").status_code == 401
    desk.hq.key_changes.prepare(BY)
    reply = desk.signed(client, "GET", "/sync/v1/hq-keys?known=0")
    assert len(read_chain(reply.data)) == 1
    assert desk.hq.key_changes.view().behind
    for known in ("1", "-3", "x", "99999999999"):
        assert desk.signed(client, "GET", f"/sync/v1/hq-keys?known={known}").status_code == 200
    assert not desk.hq.key_changes.view().behind
