"""Security headers of headquarters: the same as a centre's, and nothing in caches."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sync.hq.web.app import create_app
from tests.hq.desk import open_desk

PATHS = ["/sign-in", "/healthz", "/nothing", "/sync/v1/inbox", "/static/console.css"]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser at headquarters."""
    desk = open_desk(tmp_path)
    yield create_app(desk.hq).test_client()
    desk.hq.close()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as reply:
        headers = reply.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    )


def test_pages_are_never_stored_and_their_files_may_be(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
    assert "/style/tokens.css" in links
    for link in links:
        with client.get(link) as reply:
            assert reply.status_code == 200
            assert reply.headers["Cache-Control"] != "no-store"
