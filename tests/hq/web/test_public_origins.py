"""Behind a proxy that hides the address in the browser, the settings say which it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import HOST, QUICK, Desk, open_desk

ORIGIN, UPSTREAM = "https://hq.example.org", "http://127.0.0.1:8090"


def _desk(folder: Path, *origins: str) -> Desk:
    server = QUICK.server.model_copy(update={"public_origins": origins})
    return open_desk(folder, QUICK.model_copy(update={"server": server}))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """HQ under a public address, and under the one at which centres of the tests call."""
    desk = _desk(tmp_path, ORIGIN, HOST)
    yield desk
    desk.hq.close()


def behind(desk: Desk) -> FlaskClient:
    """A client behind a proxy that replaces the Host header."""
    app = create_app(desk.hq)
    inner = app.wsgi_app

    def proxied(environ: Any, start: Any) -> Any:
        return inner({**environ, "HTTP_HOST": "upstream:8090"}, start)

    app.wsgi_app = proxied  # type: ignore[assignment,method-assign]
    return app.test_client()


def sign_in(client: FlaskClient, origin: str, **headers: str) -> int:
    """Sign in with a form of a page of that origin; the proxy says the upstream's host."""
    client.set_cookie("hq_form", "secret", domain="127.0.0.1")
    form = {"csrf": "secret", "username": "chief", "password": PASSWORD}
    headers = {"Origin": origin, **headers}
    reply = client.post("/sign-in", data=form, headers=headers, base_url=UPSTREAM)
    return reply.status_code


def test_forms_get_through_a_proxy_that_names_itself(desk: Desk) -> None:
    client = create_app(desk.hq).test_client()
    assert sign_in(client, ORIGIN) == 302
    assert sign_in(client, UPSTREAM) == 302  # at the machine itself


@pytest.mark.parametrize("origin", ["https://evil.example", "http://hq.example.org", "null", ""])
def test_forms_of_another_site_do_not(desk: Desk, origin: str) -> None:
    assert sign_in(create_app(desk.hq).test_client(), origin) != 302


@pytest.mark.parametrize(("site", "status"), [("same-origin", 302), ("cross-site", 403)])
def test_forms_that_the_browser_says_are_another_sites_do_not(
    desk: Desk, site: str, status: int
) -> None:
    client = create_app(desk.hq).test_client()
    assert sign_in(client, ORIGIN, **{"Sec-Fetch-Site": site}) == status


def test_a_signature_for_the_public_address_counts_whatever_the_proxy_says(desk: Desk) -> None:
    client = behind(desk)
    assert desk.signed(client, "GET", "/sync/v1/inbox?after=0").status_code == 200


def test_a_signature_for_another_address_does_not(tmp_path: Path) -> None:
    desk = _desk(tmp_path, ORIGIN)
    try:
        client = behind(desk)
        assert desk.signed(client, "GET", "/sync/v1/inbox?after=0").status_code == 401
    finally:
        desk.hq.close()
