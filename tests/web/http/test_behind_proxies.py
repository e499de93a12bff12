"""Real proxies in front of a real server: as many set them up, and as docs/tls.md says."""

import dataclasses
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from kiosk.hall.services import CentreServices
from kiosk.rehearsal.processes import free_port
from kiosk.server.serving import listening
from kiosk.settings import ServerSettings, parse_settings
from kiosk.web.app import create_app
from tests import proxies

DOCS = (Path(__file__).parents[3] / "docs" / "tls.md").read_text(encoding="utf-8")
NAME = "exam.example.org"
LOOPBACK = ("127.0.0.1",)


@contextmanager
def centre(hall: CentreServices, **server: object) -> Iterator[str]:
    """The centre's server with these settings; gives host and port."""
    parsed = parse_settings({"centre_code": "BJ01", "server": server}).server
    settings = hall.settings.model_copy(update={"server": parsed})
    app = create_app(dataclasses.replace(hall, settings=settings), testing=True)
    with listening(app, "127.0.0.1", 0, ServerSettings().threads) as url:
        yield url.removeprefix("http://")


def documented(kind: str) -> str:
    """The configuration of that kind in the documentation."""
    found = re.search(rf"```{kind}\n(.*?)```", DOCS, re.DOTALL)
    assert found
    return found[1]


def register(
    port: int, origin: str, host: str, verify: ssl.SSLContext | bool = True
) -> httpx.Response:
    """What a terminal's browser does first, at an address that only the proxy knows."""
    scheme = origin.partition(":")[0]
    with httpx.Client(trust_env=False, verify=verify, timeout=60) as client:
        request = client.build_request(
            "POST", f"{scheme}://127.0.0.1:{port}/api/terminal/register", json={},
            headers={"Origin": origin, "Host": host}, extensions={"sni_hostname": NAME},
        )  # fmt: skip
        return client.send(request)


PASSES = {
    "a bare proxy_pass": "",
    "the host without its port": "proxy_set_header Host $host;",
    "the host with its port": "proxy_set_header Host $http_host;",
}


@pytest.mark.parametrize("header", PASSES.values(), ids=list(PASSES))
@pytest.mark.parametrize("port_in_origin", ["", ":8443"], ids=["usual port", "another port"])
def test_writes_get_through_nginx(
    hall: CentreServices, tmp_path: Path, header: str, port_in_origin: str
) -> None:
    origin, port = f"https://{NAME}{port_in_origin}", free_port()
    with centre(hall, public_origins=[origin], trusted_proxies=LOOPBACK) as upstream:
        location = f"location / {{ {header} proxy_pass http://{upstream}; }}"
        site = f"server {{ listen 127.0.0.1:{port}; {location} }}"
        with proxies.nginx(tmp_path, site, port):
            host = f"{NAME}{port_in_origin}"
            headers = {"Origin": origin, "Host": host}
            there = f"http://127.0.0.1:{port}/api/terminal/register"
            assert httpx.post(there, json={}, headers=headers).is_success
            headers["Origin"] = "https://evil.example"
            refused = httpx.post(there, json={}, headers=headers)
    assert refused.json()["error"]["code"] == "foreign_origin"


def _trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Of the documented name."""
    return proxies.make_certificate(tmp_path, NAME)


def test_the_documented_nginx_works(
    hall: CentreServices, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    port = free_port()
    with centre(
        hall,
        public_origins=[f"https://{NAME}"],
        secure_cookies=True,
        trusted_proxies=LOOPBACK,
    ) as upstream:
        site = documented("nginx").replace("listen 443", f"listen 127.0.0.1:{port}")
        site = site.replace("127.0.0.1:8080", upstream)
        site = site.replace("/etc/ssl/private/exam.key", str(certificate[1]))
        site = site.replace("/etc/ssl/exam.pem", str(certificate[0]))
        with proxies.nginx(tmp_path, site, port):
            reply = register(port, f"https://{NAME}", NAME, _trusting(certificate[0]))
    assert reply.is_success
    assert reply.headers["set-cookie"].startswith("__Host-terminal=")


def test_the_documented_caddyfile_works(
    hall: CentreServices, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    port, origin = free_port(), f"https://{NAME}"
    settings = {"public_origins": [origin], "trusted_proxies": LOOPBACK}
    with centre(hall, secure_cookies=True, **settings) as upstream:
        site = documented("caddy").replace(f"{NAME} {{", f"https://{NAME}:{port} {{", 1)
        site = site.replace("127.0.0.1:8080", upstream)
        site = site.replace("/etc/ssl/private/exam.key", str(certificate[1]))
        site = site.replace("/etc/ssl/exam.pem", str(certificate[0]))
        options = "{\nadmin off\nauto_https disable_redirects\n}\n"
        (tmp_path / "Caddyfile").write_text(options + site)
        with proxies.caddy(tmp_path, tmp_path / "Caddyfile", port, NAME):
            host = f"{NAME}:{port}"
            reply = register(port, origin, host, _trusting(certificate[0]))
    assert reply.is_success
    assert reply.headers["set-cookie"].startswith("__Host-terminal=")
