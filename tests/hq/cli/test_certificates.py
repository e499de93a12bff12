"""``hq certificates``: keys in files, and verification on a machine without headquarters' data."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from kiosk.system import entropy
from sync.hq.certificates import signing
from sync.hq.certificates.numbers import new_number
from sync.hq.certificates.statements import Statement, sign_statement
from sync.hq.certificates.tokens import public_jwk
from sync.hq.cli import main
from sync.hq.services import initialise
from sync.wire.sealing.keys import KeyPair

NOW = datetime.now(UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory of headquarters."""
    initialise(tmp_path / "hq", entropy)
    return tmp_path / "hq"


def hq(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_key_is_created_once_and_others_cannot_read_it(data: Path) -> None:
    made = hq("certificates", "key", "create", "--data", data, "--issuer", "发证机构")
    assert made.exit_code == 0, made.output
    assert "SHA-256" in made.output
    assert (data / "keys/certificates.key").stat().st_mode & 0o077 == 0
    again = hq("certificates", "key", "create", "--data", data, "--issuer", "x")
    assert again.exit_code == 1
    assert "already a key" in again.output
    shown = hq("certificates", "key", "show", "--data", data)
    assert shown.output.splitlines()[-1] == made.output.splitlines()[-1]


def test_a_key_of_an_authority_replaces_ours_and_the_former_certificate_stays(
    data: Path, tmp_path: Path
) -> None:
    hq("certificates", "key", "create", "--data", data, "--issuer", "first")
    (tmp_path / "other").mkdir()
    other = signing.create(tmp_path / "other", "authority", NOW, entropy)
    file = tmp_path / "key.p12"
    lock = serialization.BestAvailableEncryption(b"secret")
    chain: list[x509.Certificate] = []
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"k", other.private, other.certificate, chain, lock)
    )
    take = ("certificates", "key", "import", "--data", data, file, "--password")
    assert "password wrong" in hq(*take, "wrong", "--replace").output
    assert "already a key" in hq(*take, "secret").output
    assert other.fingerprint in hq(*take, "secret", "--replace").output
    assert len(list((data / "keys").glob("certificates-*.pem"))) == 1


def test_a_qr_code_is_verified_by_public_keys_alone(tmp_path: Path) -> None:
    keys = KeyPair.generate(entropy)
    until = NOW.date().replace(year=NOW.year + 3, day=1)
    number = new_number("CS", 2026, entropy)
    statement = Statement(number, "欧阳五", "碳交易 中级", NOW.date(), until)
    token = sign_statement(statement, keys)
    jwks = tmp_path / "keys.json"
    jwks.write_text(json.dumps({"keys": [public_jwk(keys.public.signing)]}))
    sound = hq("certificates", "verify", f"https://h/verify#{token}", "--keys", jwks)
    assert (sound.exit_code, sound.output.splitlines()[:2]) == (0, ["VALID", "欧阳五"])
    assert "nobody can say whether it was revoked" in sound.output
    (tmp_path / "text").write_text(token)
    told = hq("certificates", "verify", tmp_path / "text", "--keys", jwks, "--json")
    assert json.loads(told.output)["state"] == "valid"
    jwks.write_text(json.dumps(public_jwk(KeyPair.generate(entropy).public.signing)))
    forged = hq("certificates", "verify", token, "--keys", jwks)
    assert (forged.exit_code, forged.output.splitlines()[0]) == (1, "FORGED")
    nothing = hq("certificates", "verify", "hello", "--keys", jwks)
    assert nothing.exit_code == 1
    assert "not the text" in nothing.output


def test_lists_keys_and_the_page_are_written(data: Path, tmp_path: Path) -> None:
    assert json.loads(hq("certificates", "list", "--data", data, "--json").output)["total"] == 0
    page, revoked = tmp_path / "page.html", tmp_path / "revoked.json"
    assert hq("certificates", "page", "--data", data, "--out", page).exit_code == 0
    assert hq("certificates", "revocations", "--data", data, "--out", revoked).exit_code == 0
    keys = json.loads(hq("certificates", "public-keys", "--data", data).output)
    assert keys["keys"][0]["x"] in page.read_text()
    assert (
        hq("certificates", "make", "--data", data)
        .output.strip()
        .endswith("with 'hq certificates key'.")
    )
