"""Key files, signatures and sealed boxes."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.wire.errors import BadSignature, KeysTooOpen, KeysUnusable, WrongRecipient
from sync.wire.sealing.keys import BOX_FILE, SIGNING_FILE, KeyPair, PublicKeys
from tests.wire.conftest import stream

PAIR = KeyPair.generate(stream("pair"))


def test_saved_keys_are_loaded_again(tmp_path: Path) -> None:
    PAIR.save(tmp_path / "keys")
    assert KeyPair.load(tmp_path / "keys").public == PAIR.public


def test_key_files_are_for_their_owner_only(tmp_path: Path) -> None:
    PAIR.save(tmp_path)
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (SIGNING_FILE, BOX_FILE)}
    assert modes == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_key_file_that_others_may_reach_is_refused(tmp_path: Path, mode: int) -> None:
    PAIR.save(tmp_path)
    (tmp_path / BOX_FILE).chmod(mode)
    with pytest.raises(KeysTooOpen, match=BOX_FILE):
        KeyPair.load(tmp_path)


def test_existing_keys_are_never_replaced(tmp_path: Path) -> None:
    PAIR.save(tmp_path)
    with pytest.raises(FileExistsError):
        PAIR.save(tmp_path)


@pytest.mark.parametrize("content", ["", "AAAA", "not base64", "é"])
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: str) -> None:
    PAIR.save(tmp_path)
    (tmp_path / SIGNING_FILE).write_text(content, encoding="latin-1")
    with pytest.raises(KeysUnusable):
        KeyPair.load(tmp_path)


def test_missing_key_files_are_named_by_folder(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match=str(tmp_path)):
        KeyPair.load(tmp_path)


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_only_for_its_recipient(plain: bytes) -> None:
    sealed = PAIR.public.seal(plain)
    assert PAIR.unseal(sealed) == plain
    with pytest.raises(WrongRecipient):
        KeyPair.generate(stream("other")).unseal(sealed)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_fits_only_its_text(text: bytes, other: bytes) -> None:
    signature = PAIR.sign(text)
    PAIR.public.verify(text, signature)
    if other != text:
        with pytest.raises(BadSignature):
            PAIR.public.verify(other, signature)


@pytest.mark.parametrize("signature", [b"", b"short", bytes(64), bytes(65)])
def test_a_malformed_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(BadSignature):
        PAIR.public.verify(b"text", signature)


def test_an_attached_signature_gives_the_text_back() -> None:
    assert PAIR.public.open_signed(PAIR.sign_attached(b"text")) == b"text"


def test_public_keys_survive_their_document_form() -> None:
    assert PublicKeys.from_dict(PAIR.public.to_dict()) == PAIR.public


@pytest.mark.parametrize("bad", [{}, {"signing": "AAAA", "box": "AAAA"}, {"signing": 1, "box": 2}])
def test_malformed_public_keys_are_refused(bad: dict[str, str]) -> None:
    with pytest.raises(KeysUnusable):
        PublicKeys.from_dict(bad)


def test_the_fingerprint_is_eight_groups_of_four() -> None:
    groups = PAIR.public.fingerprint.split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert "".join(groups) == PAIR.public.key_id


def test_a_key_pair_shows_nothing_of_itself() -> None:
    assert repr(PAIR) == "KeyPair()"
