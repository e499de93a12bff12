"""Security headers, and a policy under which nothing leaves this server."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.web.app import create_app

PATHS = ["/", "/help", "/staff/sign-in", "/healthz", "/nothing", "/static/css/nothing.css"]
FILES = ["/static/css/base.css", "/static/js/common/api.js", "/static/mark.svg"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as reply:
        headers = reply.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PATHS)
def test_the_policy_lets_in_only_this_server(client: FlaskClient, path: str) -> None:
    with client.get(path) as reply:
        policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        assert word not in policy


@pytest.mark.parametrize("path", FILES)
def test_a_file_may_load_nothing_and_is_what_it_says(client: FlaskClient, path: str) -> None:
    with client.get(path) as reply:
        headers = reply.headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_nonce_is_fresh_and_matches_the_page(client: FlaskClient) -> None:
    seen = set()
    for _ in range(3):
        reply = client.get("/")
        nonce = re.search(r"'nonce-([0-9a-f]+)'", reply.headers["Content-Security-Policy"])
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in reply.text
        seen.add(nonce[1])
    assert len(seen) == 3


def test_pages_are_never_stored(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_tls_is_remembered_only_under_tls(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    secure = client.get("/", base_url="https://localhost")
    assert "max-age" in secure.headers["Strict-Transport-Security"]


def test_styles_come_from_this_server(client: FlaskClient) -> None:
    links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/").text)
    assert all(link.startswith("/") for link in links)
    assert any(link.startswith("/style/") and link.endswith("tokens.css") for link in links)
    for link in links:
        with client.get(link) as reply:
            assert reply.status_code == 200


def test_the_language_switch_is_remembered(client: FlaskClient) -> None:
    assert '<html lang="zh-CN" ' in client.get("/").text
    assert '<html lang="en" ' in client.get("/?lang=en").text
    assert '<html lang="en" ' in client.get("/help").text


def test_an_unknown_language_is_ignored(client: FlaskClient) -> None:
    assert '<html lang="zh-CN" ' in client.get("/?lang=xx").text


@pytest.mark.parametrize("secret", [None, b"short"])
def test_the_app_does_not_start_without_a_secret(app: Flask, secret: bytes | None) -> None:
    with pytest.raises(ValueError, match="secret"):
        create_app(app.extensions["exam-hall"], secret=secret)


def test_the_server_says_that_it_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
