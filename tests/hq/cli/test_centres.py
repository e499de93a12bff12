"""``hq centres``: requests that came by network are decided at the command line, too."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.system import SystemClock, entropy, new_id
from sync.hq.cli import main
from sync.hq.services import initialise, open_headquarters
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.centres import new_site

CODE = "SH01"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    initialise(tmp_path / "hq", entropy)
    return tmp_path / "hq"


def run(data: Path, command: str, *rest: str, answer: str = "") -> Result:
    """Run ``hq centres COMMAND``."""
    arguments = ["centres", command, "--data", str(data), *rest]
    return CliRunner().invoke(main, arguments, input=answer)


def ask(data: Path) -> KeyPair:
    """A centre asks by network."""
    keys, now = KeyPair.generate(entropy), datetime.now(UTC)
    hq = open_headquarters(data, SystemClock(), new_id, entropy)
    hq.enrolment.ask(make_request(CODE, "上海考点", keys, now), "192.0.2.7")
    hq.close()
    return keys


def waiting(data: Path) -> list[str]:
    """Codes of the centres that wait."""
    return [one["centre_code"] for one in json.loads(run(data, "requests", "--json").stdout)]


def test_a_request_is_listed_and_approved_by_its_fingerprint(data: Path, tmp_path: Path) -> None:
    keys = ask(data)
    assert keys.public.fingerprint in run(data, "requests").stdout
    out = tmp_path / "certificate.json"
    done = run(data, "approve", keys.public.fingerprint, "--out", str(out), answer="y\n")
    assert done.exit_code == 0, done.output
    assert CODE in run(data, "list").stdout
    assert CODE.encode() in out.read_bytes()
    assert waiting(data) == []


def test_nobody_is_enrolled_without_a_yes(data: Path) -> None:
    keys = ask(data)
    assert run(data, "approve", keys.public.key_id, answer="n\n").exit_code == 1
    assert waiting(data) == [CODE]


def test_new_keys_replace_the_old_ones(data: Path) -> None:
    assert run(data, "approve", ask(data).public.key_id, "--yes").exit_code == 0
    newer = ask(data)
    done = run(data, "approve", newer.public.key_id, "--yes", "--revoke-old")
    assert "will be replaced" in done.stderr
    assert newer.public.fingerprint in run(data, "list").stdout


def test_a_request_is_declined_with_a_reason(data: Path) -> None:
    keys = ask(data)
    assert run(data, "decline", keys.public.key_id, "--reason", " ").exit_code == 2
    assert run(data, "decline", keys.public.key_id, "--reason", "unknown").exit_code == 0
    assert waiting(data) == []


@pytest.mark.parametrize("command", ["approve", "decline"])
def test_an_unknown_fingerprint_is_told(data: Path, command: str) -> None:
    rest = ["--reason", "x"] if command == "decline" else ["--yes"]
    done = run(data, command, "0000 1111", *rest)
    assert done.exit_code == 1
    assert "no such" in done.output


def test_a_file_is_approved_as_before(data: Path, tmp_path: Path) -> None:
    new_site(tmp_path / "centre")
    request, out = tmp_path / "centre" / "enrolment-request.json", tmp_path / "c.json"
    done = run(data, "approve", str(request), "--yes", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert b"BJ01" in out.read_bytes()


def test_status_tells_of_every_centre(data: Path) -> None:
    run(data, "approve", ask(data).public.key_id, "--yes")
    assert "never heard of" in run(data, "status").stdout
    found = json.loads(run(data, "status", "--json").stdout)
    assert (found["centres"][0]["code"], found["findings"]) == (CODE, [])
    assert found["centres"][0]["contact"] is None
