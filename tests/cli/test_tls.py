"""`kiosk tls` and `hq tls`: what is written, and what is found wrong."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from flask import Flask, request
from werkzeug.serving import make_server

from kiosk.cli import main as kiosk
from kiosk.edge import status
from kiosk.edge.addresses import is_own, own_addresses, strayed
from kiosk.edge.caddyfile import ROOT, Edge, LocalCa, caddyfile
from kiosk.edge.settings_file import change_server
from kiosk.edge.write import write_edge
from kiosk.exam.errors import ExamError
from kiosk.rehearsal.processes import free_port
from kiosk.settings import SettingsError, load_settings, resource, trusting
from kiosk.system import SystemClock, entropy
from sync.agent.transports import HttpTransport, Identity
from sync.hq.cli import main as hq
from sync.hq.settings import load_settings as load_hq
from sync.wire.sealing.keys import KeyPair
from tests import proxies

NOWHERE = "https://192.0.2.7"
"""An address for documentation, which no machine has."""


def invoke(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])  # type: ignore[arg-type]


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A data directory that has settings."""
    data = tmp_path / "centre"
    data.mkdir()
    text = resource("config/kiosk.toml").read_text(encoding="utf-8")
    (data / "kiosk.toml").write_text(text.replace("# centre_code =", 'centre_code = "BJ01"'))
    return data


def write(data: Path, *words: object, command: object = kiosk) -> Result:
    """Write into folders of the test."""
    folders = ("--to", data.parent / "caddy", "--storage", data.parent / "storage")
    return invoke(command, "tls", "write", "--data", data, *folders, *words)


def written(data: Path) -> str:
    return (data.parent / "caddy" / "Caddyfile").read_text(encoding="utf-8")


def validate(data: Path) -> None:
    """Let Caddy judge."""
    path = data.parent / "caddy" / "Caddyfile"
    command = ["caddy", "validate", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    formatted = ["caddy", "fmt", str(path)]
    assert subprocess.run(formatted, capture_output=True, text=True, timeout=60).stdout == (
        path.read_text(encoding="utf-8")
    )


def test_the_file_is_caddys_and_the_settings_fit(centre: Path) -> None:
    done = write(centre, "Exam.example", "192.0.2.7", "fd00::7", "考场.example:8443", "--yes")
    assert done.exit_code == 2  # a bare IPv6 address says no port
    done = write(centre, "Exam.example", "192.0.2.7", "[fd00::7]", "考场.example:8443", "--yes")
    assert done.exit_code == 0, done.output
    validate(centre)
    server = load_settings(centre / "kiosk.toml").server
    assert server.public_origins == (
        "https://exam.example", NOWHERE, "https://[fd00::7]", "https://xn--mesz26g.example:8443",
    )  # fmt: skip
    assert (server.secure_cookies, server.trusted_proxies) == (True, ("127.0.0.1",))


def test_without_names_the_machines_own_addresses_are_taken(centre: Path) -> None:
    assert write(centre, "exam.example", "192.0.2.7", "--yes").exit_code == 0
    assert write(centre, "--yes").exit_code == 0
    origins = load_settings(centre / "kiosk.toml").server.public_origins
    assert origins == ("https://exam.example", *(f"https://{ip}" for ip in own_addresses()))


def test_a_server_that_listens_to_the_lan_goes_behind_caddy(centre: Path) -> None:
    settings = centre / "kiosk.toml"
    settings.write_text(settings.read_text().replace('host = "127.0.0.1"', 'host = "0.0.0.0"'))
    assert write(centre, "exam.example", "--yes").exit_code == 0
    assert load_settings(settings).server.host == "127.0.0.1"


def test_nothing_is_changed_without_a_yes(centre: Path) -> None:
    before = (centre / "kiosk.toml").read_text()
    folders = ("--to", centre.parent / "caddy", "--storage", centre.parent / "storage")
    words = ["tls", "write", "--data", centre, *folders, "exam.example"]
    done = CliRunner().invoke(kiosk, [str(word) for word in words], input="n\n")
    assert "secure_cookies = true" in done.output
    assert (centre / "kiosk.toml").read_text() == before


def test_a_caddyfile_of_somebody_else_is_kept(centre: Path) -> None:
    folder = centre.parent / "caddy"
    folder.mkdir()
    (folder / "Caddyfile").write_text(":80 { respond hello }")
    for _ in range(2):
        assert write(centre, "exam.example", "--yes").exit_code == 0
    assert (folder / "Caddyfile.before-exam-kiosk").read_text() == ":80 { respond hello }"
    (folder / "Caddyfile").write_text("another")
    assert "already exists" in write(centre, "exam.example", "--yes").output
    assert (folder / "Caddyfile").read_text() == "another"


@pytest.mark.parametrize(
    "names", [["http://exam.example"], ["exam.example/staff"], ["exam example"], ["{evil}"], [" "]]
)
def test_what_is_no_host_is_refused(centre: Path, names: list[str]) -> None:
    assert write(centre, *names, "--yes").exit_code == 2


@pytest.mark.parametrize("email", ["nobody", "a@b {\n", 'a@"b'])
def test_what_is_no_email_address_is_refused(centre: Path, email: str) -> None:
    assert write(centre, "exam.example", "--public", email, "--yes").exit_code == 2


def test_headquarters_may_have_a_public_certificate(tmp_path: Path) -> None:
    data = tmp_path / "hq"
    data.mkdir()
    shutil.copy(resource("config/hq.toml"), data / "hq.toml")
    done = write(data, "hq.example.org", "--public", "it@example.org", "--yes", command=hq)
    assert done.exit_code == 0, done.output
    validate(data)
    assert "internal" not in written(data)
    server = load_hq(data / "hq.toml").server
    assert (server.proxies, server.secure_cookies) == (1, True)
    assert server.public_origins == ("https://hq.example.org",)


def test_a_certificate_from_elsewhere_may_be_used(centre: Path, tmp_path: Path) -> None:
    certificate, key = proxies.make_certificate(tmp_path, "exam.example")
    files = ("--certificate", certificate, "--key", key)
    assert write(centre, "exam.example", *files, "--yes").exit_code == 0
    validate(centre)
    assert write(centre, "exam.example", *files[:2], "--yes").exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        '[server]\nport = 1 # one\nsecure_cookies=false# no\n[sync]\nsecure_cookies = 1\n',
        '[sync]\na = 1',
        '[server]\n\n[sync]\na = 1\n',
        '[server]  # where\nsecure_cookies = false',
    ],
)  # fmt: skip
def test_a_value_changes_and_everything_else_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    path.chmod(0o640)
    change_server(path, {"secure_cookies": True})
    now = path.read_text()
    assert re.search(r"\[server\][^\[]*^secure_cookies ?= ?true", now, re.MULTILINE | re.DOTALL)
    assert ("# no" in now, "# one" in now) == ("# no" in text, "# one" in text)
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_changed_safely_is_left_to_people(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    text = '[server]\npublic_origins = [\n  "https://a.example",\n]\n'
    path.write_text(text)
    with pytest.raises(SettingsError, match="below \\[server\\]: public_origins"):
        change_server(path, {"public_origins": []})
    assert path.read_text() == text


def test_an_address_that_is_gone_is_noticed() -> None:
    assert is_own("127.0.0.1")
    assert strayed(["https://127.0.0.1", "https://exam.example", NOWHERE]) == [NOWHERE]


class Hall:
    """Caddy with its own CA on a free port, and what it keeps."""

    def __init__(self, base: Path) -> None:
        self.base, self.port, self.upstream = base, free_port(), free_port()
        self.storage = base / "storage"
        self.origin = f"https://127.0.0.1:{self.port}"

    def configure(self) -> Path:
        """As `kiosk tls write` does, but the page for terminals is on a port of its own."""
        issuer = LocalCa("Test CA", self.base / "page")
        upstream = f"127.0.0.1:{self.upstream}"
        edge = Edge("Test", [self.origin], upstream, issuer, self.storage, "/x", 1 << 20,
                    1 << 20, 60)  # fmt: skip
        write_edge(self.base, edge, "kiosk tls")
        assert caddyfile(edge) in (self.base / "Caddyfile").read_text()
        text = (self.base / "Caddyfile").read_text().replace("http:// {", f":{free_port()} {{")
        (self.base / "Caddyfile").write_text(text)
        return self.base / "Caddyfile"

    @property
    def root(self) -> status.Root:
        pem = (self.storage / ROOT).read_bytes()
        return status.Root(x509.load_pem_x509_certificate(pem))

    def problems(self, now: datetime) -> list[str]:
        """What is wrong at that time."""
        found = status.check_origins([self.origin], self.root, now)
        return [finding.text for finding in found if finding.bad]

    def kinds(self, now: datetime) -> set[str]:
        """What that is about, as the staff page says it."""
        found = status.check_origins([self.origin], self.root, now)
        return {finding.kind for finding in found if finding.bad}

    def until_well(self, now: datetime) -> None:
        """Caddy renews in the background, right after it has started."""
        if not until(lambda: not self.problems(now)):
            pytest.fail("\n".join(self.problems(now)))

    @property
    def certificate(self) -> Path:
        """Where Caddy keeps what it shows."""
        return self.storage / "certificates" / "local" / "127.0.0.1" / "127.0.0.1.crt"

    def kept(self) -> bytes:
        """The certificate that Caddy keeps, empty when there is none."""
        with suppress(FileNotFoundError):
            return self.certificate.read_bytes()
        return b""

    def age(self, begin: datetime, end: datetime) -> None:
        """Replace the certificate by one that the same CA signed for another time."""
        old = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        signer = load_pem_private_key((self.storage / ROOT.with_suffix(".key")).read_bytes(), None)
        builder = x509.CertificateBuilder(old.issuer, old.subject, old.public_key())
        builder = builder.serial_number(7).not_valid_before(begin).not_valid_after(end)
        for extension in old.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        new = builder.sign(signer, SHA256())  # type: ignore[arg-type]
        self.certificate.write_bytes(new.public_bytes(Encoding.PEM))


def until(condition: Callable[[], bool]) -> bool:
    """Whether it holds within a minute."""
    gate, end = threading.Event(), time.monotonic() + 60
    while not (held := condition()) and time.monotonic() < end:
        gate.wait(0.1)
    return held


@pytest.mark.parametrize(("days", "starts"), [(3, 1), (300, 2)])
def test_a_machine_that_was_off_too_long_comes_back_with_a_valid_certificate(
    tmp_path: Path, days: int, starts: int
) -> None:
    # What ended more than two weeks ago, Caddy 2.6 may remove while it renews it: the next start
    # makes a new one, as `kiosk tls status` says.
    hall, now = Hall(tmp_path), datetime.now(UTC) + timedelta(minutes=5)
    configuration = hall.configure()
    with proxies.caddy(tmp_path, configuration, hall.port):
        hall.until_well(now)
        assert "was not renewed" in hall.problems(now + timedelta(days=340))[0]
        assert hall.kinds(now + timedelta(days=340)) == {"certificate"}
        first = hall.root.fingerprint("sha256")
    hall.age(now - timedelta(days=days + 365), now - timedelta(days=days))
    aged = hall.kept()
    for _ in range(starts - 1):
        with proxies.caddy(tmp_path, configuration, hall.port, name=None):
            assert hall.root.fingerprint("sha256") == first
            assert until(lambda: hall.kept() != aged)
    with proxies.caddy(tmp_path, configuration, hall.port):
        hall.until_well(now)
        assert hall.root.fingerprint("sha256") == first


def test_wrong_clocks_are_said(tmp_path: Path) -> None:
    hall, now = Hall(tmp_path), datetime.now(UTC)
    configuration = hall.configure()
    with proxies.caddy(tmp_path, configuration, hall.port):
        behind = hall.problems(now - timedelta(days=2000))
        assert any("root certificate was made" in text for text in behind)
    hall.age(now + timedelta(days=100), now + timedelta(days=400))
    with proxies.caddy(tmp_path, configuration, hall.port):
        assert any("made while it was wrong" in text for text in hall.problems(now))
        assert hall.kinds(now) == {"clock"}


def test_the_edge_bounds_requests_and_says_that_the_server_is_away(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    app = Flask("behind")
    app.add_url_rule("/", view_func=lambda: str(len(request.get_data())), methods=["POST"])
    with proxies.caddy(tmp_path, hall.configure(), hall.port):
        context = status.trusting_root(hall.root)
        with httpx.Client(verify=context, trust_env=False, timeout=60) as client:
            away = client.get(f"{hall.origin}/")
            assert (away.status_code, away.headers["retry-after"]) == (502, "3")
            assert "服务器暂时没有响应" in away.text
            with behind(app, hall.upstream):
                fits, large = bytes(1 << 20), bytes(2 << 20)
                assert client.post(f"{hall.origin}/", content=fits).text == str(1 << 20)
                assert client.post(f"{hall.origin}/", content=large).status_code == 413
                chunks = (bytes(1 << 16) for _ in range(32))
                with suppress(httpx.TransportError):  # refused while the rest is still on its way
                    assert not client.post(f"{hall.origin}/", content=chunks).is_success


def test_readers_that_take_nothing_do_not_hold_the_servers_connections(tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    app = Flask("behind")
    app.add_url_rule("/page", view_func=lambda: bytes(900 << 10))
    configuration = hall.configure()
    text = configuration.read_text().replace("max_conns_per_host 1500", "max_conns_per_host 4")
    configuration.write_text(text)
    with proxies.caddy(tmp_path, configuration, hall.port), ExitStack() as stack:
        stack.enter_context(behind(app, hall.upstream))
        context = status.trusting_root(hall.root)
        for _ in range(8):
            stack.enter_context(_reads_nothing(hall.port, context))
        client = stack.enter_context(httpx.Client(verify=context, trust_env=False, timeout=30))
        assert client.get(f"{hall.origin}/page").status_code == 200


@contextmanager
def _reads_nothing(port: int, context: ssl.SSLContext) -> Iterator[None]:
    """A client that has asked for `/page`."""
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plain.settimeout(30)
        plain.connect(("127.0.0.1", port))
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            # Several at once: the first replies go into the buffers of the sockets.
            connection.sendall(b"GET /page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
            connection.recv(1)
            yield


@contextmanager
def behind(app: Flask, port: int) -> Iterator[None]:
    """A server without limits of its own."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(timeout=20)


def test_a_centre_that_is_given_hqs_ca_believes_no_other(tmp_path: Path) -> None:
    hall, keys = Hall(tmp_path), KeyPair.generate(entropy)
    identity = Identity("BJ01", keys)
    with proxies.caddy(tmp_path, hall.configure(), hall.port):
        for ca, said in ((None, "CERTIFICATE_VERIFY_FAILED"), (hall.storage / ROOT, "502")):
            link = HttpTransport(hall.origin, identity, SystemClock(), entropy, 60, ca=ca)
            with pytest.raises(ExamError, match=said):
                link.send("GET", "/healthz")
            link.close()


def test_a_ca_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for name in ("missing.crt", "empty.crt"):
        (tmp_path / "empty.crt").touch()
        with pytest.raises(SettingsError, match=name):
            trusting(tmp_path / name)


def test_a_relative_ca_lies_beside_the_settings(centre: Path) -> None:
    settings = centre / "kiosk.toml"
    settings.write_text(settings.read_text().replace("# hq_ca", "hq_ca"))
    assert load_settings(settings).sync.hq_ca == centre / "hq-root.crt"


def test_status_says_what_is_missing(centre: Path) -> None:
    assert "kiosk tls write" in invoke(kiosk, "tls", "status", "--data", centre).output
    settings = centre / "kiosk.toml"
    text = settings.read_text().replace("public_origins = []", f'public_origins = ["{NOWHERE}"]')
    settings.write_text(text)
    done = invoke(kiosk, "tls", "status", "--data", centre)
    assert done.exit_code == 1
    assert "secure_cookies must be true" in done.output
    assert f"{NOWHERE}: 192.0.2.7 is not this machine" in done.output
