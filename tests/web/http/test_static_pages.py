"""What a terminal loads: packed, kept for good while it is the same, and little at first."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from kiosk.web.http import static_files

FIRST_PAGE_BYTES = 70_000
FIRST_PAGE_REQUESTS = 18
PACKED = {"Accept-Encoding": "gzip"}
LINKED = re.compile(r'(?:href|src)="(/[^"]+\.(?:css|js|svg))"')
IMPORTED = re.compile(r'(?:from|import) "(\.[^"]+)"')


def loaded(client: FlaskClient, address: str, **headers: str) -> tuple[int, Headers, bytes]:
    """Status, headers and bytes of a file."""
    with client.get(address, headers=headers) as reply:
        return reply.status_code, reply.headers, reply.data


def linked(client: FlaskClient, page: str) -> set[str]:
    """Addresses of the styles and modules of a page, with what the modules import."""
    waiting = LINKED.findall(client.get(page).get_data(as_text=True))
    found: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        found.add(address)
        if address.endswith(".js"):
            text = loaded(client, address)[2].decode()
            waiting += [resolved(address, name) for name in IMPORTED.findall(text)]
    return found


def resolved(address: str, name: str) -> str:
    parts = address.split("/")[:-1]
    for part in name.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def sent(headers: Headers, body: bytes) -> int:
    """Bytes of a reply, with its headers."""
    return len(str(headers).encode()) + len(body)


def test_the_first_page_of_a_terminal_is_small(client: FlaskClient) -> None:
    replies = [loaded(client, address, **PACKED) for address in linked(client, "/")]
    replies.append(loaded(client, "/", **PACKED))
    assert 10 < len(replies) <= FIRST_PAGE_REQUESTS
    assert sum(sent(headers, body) for _, headers, body in replies) <= FIRST_PAGE_BYTES


@pytest.mark.parametrize("page", ["/", "/sign-in", "/staff/sign-in"])
def test_whatever_a_page_links_may_be_kept_for_good(client: FlaskClient, page: str) -> None:
    for address in linked(client, page):
        status, headers, _ = loaded(client, address)
        assert (status, headers["Cache-Control"]) == (200, static_files.FOR_GOOD), address


def test_a_packed_file_is_the_same_file(client: FlaskClient) -> None:
    (style,) = [name for name in linked(client, "/") if name.endswith("bootstrap.css")]
    _, plain, text = loaded(client, style)
    _, packed, small = loaded(client, style, **PACKED)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == text
    assert len(small) == int(packed["Content-Length"]) < len(text) / 4
    for headers in (plain, packed):
        assert "Accept-Encoding" in headers["Vary"]
        tag = {"If-None-Match": headers["ETag"], **PACKED}
        assert loaded(client, style, **tag)[0] == 304


def test_a_page_from_before_an_update_still_finds_its_files(client: FlaskClient) -> None:
    status, headers, _ = loaded(client, "/static/js/common/api.js")
    assert status == 200
    assert "immutable" not in headers["Cache-Control"]
    assert loaded(client, "/static/%2e%2e/app.py")[0] == 404


def test_the_version_is_that_of_the_files(app: Flask) -> None:
    assert app.static_url_path == f"/static/{static_files.version()}"
