"""The caller's real address behind trusted proxies, and nobody else's word for it."""

import dataclasses
from collections.abc import Sequence

import httpx
import pytest
from flask import Flask, request

from kiosk.hall.services import CentreServices
from kiosk.server.serving import listening
from kiosk.settings import ServerSettings, SettingsError, parse_settings
from kiosk.web.app import create_app
from kiosk.web.auth import Audience, allow, remote

PROXY = "10.0.0.1"


def _app(hall: CentreServices, trusted: Sequence[str]) -> Flask:
    server = ServerSettings(trusted_proxies=tuple(trusted))
    settings = hall.settings.model_copy(update={"server": server})
    app = create_app(dataclasses.replace(hall, settings=settings), testing=True)

    @allow(Audience.PUBLIC)
    def seen() -> dict[str, str]:
        return {"remote": remote(), "url": request.host_url}

    app.add_url_rule("/seen", "seen", seen)
    return app


def _seen(app: Flask, peer: str, **headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    reply = app.test_client().get("/seen", headers=named, environ_base={"REMOTE_ADDR": peer})
    return dict(reply.get_json())


@pytest.mark.parametrize(
    ("forwarded", "counts"),
    [
        ("192.168.1.7", "192.168.1.7"),
        ("6.6.6.6, 192.168.1.7", "192.168.1.7"),
        ("192.168.1.7, 10.0.0.2", "192.168.1.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("192.168.1.7:51324", "192.168.1.7"),
        ("2001:db8::7", "2001:db8::7"),
        ('"[2001:db8::7]:51324"', "2001:db8::7"),
        ("::ffff:192.168.1.7", "192.168.1.7"),
        ("unknown", PROXY),
        ("6.6.6.6, unknown", PROXY),
        ("", PROXY),
    ],
)
def test_the_right_most_untrusted_address_counts(
    hall: CentreServices, forwarded: str, counts: str
) -> None:
    app = _app(hall, ["10.0.0.0/24"])
    assert _seen(app, PROXY, X_Forwarded_For=forwarded)["remote"] == counts


def test_scheme_and_host_are_the_proxys(hall: CentreServices) -> None:
    app = _app(hall, [PROXY])
    seen = _seen(app, PROXY, X_Forwarded_Proto="https", X_Forwarded_Host="exam.hall:8443")
    assert seen["url"] == "https://exam.hall:8443/"


@pytest.mark.parametrize("trusted", [[], ["10.9.9.9"], ["10.0.0.128/25"]])
def test_nobody_else_is_believed(hall: CentreServices, trusted: list[str]) -> None:
    headers = {"X_Forwarded_For": "1.2.3.4", "X_Forwarded_Proto": "https"}
    seen = _seen(_app(hall, trusted), PROXY, X_Forwarded_Host="evil.example", **headers)
    assert seen == {"remote": PROXY, "url": "http://localhost/"}


def test_a_proxy_at_an_ipv4_address_is_known_on_an_ipv6_socket(hall: CentreServices) -> None:
    seen = _seen(_app(hall, [PROXY]), f"::ffff:{PROXY}", X_Forwarded_For="192.168.1.7")
    assert seen["remote"] == "192.168.1.7"


@pytest.mark.parametrize("bad", ["caddy", "10.0.0.1/33", ""])
def test_a_proxy_that_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(SettingsError, match="trusted_proxies"):
        parse_settings({"centre_code": "BJ01", "server": {"trusted_proxies": [bad]}})


def test_the_real_server_lets_the_headers_through(hall: CentreServices) -> None:
    with listening(_app(hall, ["127.0.0.1"]), "127.0.0.1", 0, 2) as url:
        headers = {"X-Forwarded-For": "192.168.1.7"}
        assert httpx.get(f"{url}/seen", headers=headers).json()["remote"] == "192.168.1.7"
