"""Each class of a sitting has a key of its own; what it sealed is lost with it."""

from pathlib import Path

import pytest

from kiosk.store.centre.sitting_keys import WITH_KEY, SittingKeys, key_name, key_of
from kiosk.store.files import Folder
from kiosk.system import entropy
from sync.wire.errors import PackageDamaged, WrongRecipient
from sync.wire.sealing.keys import KeyPair

CENTRE = KeyPair.generate(entropy)
PLAIN = b"a picture of somebody"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Where the keys lie."""
    return Folder(tmp_path / "sitting-keys")


@pytest.fixture
def keys(folder: Folder) -> SittingKeys:
    """The keys of a centre."""
    return SittingKeys(folder, CENTRE, entropy)


def test_what_was_sealed_opens_as_long_as_its_key_is_there(keys: SittingKeys) -> None:
    sealed, other = (keys.seal("S1", what, PLAIN) for what in ("pictures", "answers"))
    assert PLAIN not in sealed
    assert (keys.open(sealed), keys.open(other)) == (PLAIN, PLAIN)
    keys.destroy("S1", "pictures")
    with pytest.raises(FileNotFoundError):
        keys.open(sealed)
    assert keys.open(other) == PLAIN


def test_a_key_that_is_made_later_opens_nothing_of_before(keys: SittingKeys) -> None:
    sealed = keys.seal("S1", "pictures", PLAIN)
    keys.destroy("S1", "pictures")
    keys.destroy("S1", "pictures")
    keys.seal("S1", "pictures", b"another picture")
    with pytest.raises(PackageDamaged):
        keys.open(sealed)


def test_the_key_file_alone_opens_nothing(keys: SittingKeys, folder: Folder) -> None:
    sealed = keys.seal("S1", "pictures", PLAIN)
    thief = SittingKeys(folder, KeyPair.generate(entropy), entropy)
    with pytest.raises(WrongRecipient):
        thief.open(sealed)


def test_what_an_earlier_version_sealed_to_the_centre_opens(keys: SittingKeys) -> None:
    old = CENTRE.public.seal(PLAIN)
    assert key_of(old) is None
    assert keys.open(old) == PLAIN


def test_keys_still_open_after_the_centre_has_changed_its_own(
    keys: SittingKeys, folder: Folder, tmp_path: Path
) -> None:
    sealed = keys.seal("S1", "pictures", PLAIN)
    CENTRE.save(tmp_path / "keys")
    KeyPair.generate(entropy).take_over(tmp_path / "keys")
    changed = SittingKeys(folder, KeyPair.load(tmp_path / "keys"), entropy)
    assert changed.open(sealed) == PLAIN
    assert key_of(changed.seal("S1", "pictures", PLAIN)) == key_name("S1", "pictures")


def test_a_folder_that_is_missing_stops_no_exam(tmp_path: Path) -> None:
    keys = SittingKeys(Folder(tmp_path / "none", create=False), CENTRE, entropy)
    sealed = keys.seal("S1", "answers", PLAIN)
    assert (key_of(sealed), keys.open(sealed)) == (None, PLAIN)


def test_all_keys_are_made_before_the_exam(keys: SittingKeys) -> None:
    keys.prepare("S1")
    assert all(keys.has("S1", what) for what in WITH_KEY)
    sealed = keys.seal("S1", "answers", PLAIN)
    keys.prepare("S1")
    assert keys.open(sealed) == PLAIN


def test_a_damaged_key_stops_no_exam(keys: SittingKeys, folder: Folder) -> None:
    folder.put(key_name("S1", "pictures"), b"damaged")
    sealed = keys.seal("S1", "pictures", PLAIN)
    assert key_of(sealed) is None
    assert keys.open(sealed) == PLAIN
    assert folder.get(key_name("S1", "pictures")) == b"damaged"
