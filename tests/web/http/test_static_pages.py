"""What a terminal loads: packed, kept for good while it is the same, and little at first."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.web.http import static_files

FIRST_PAGE_KB = 100
LINKED = re.compile(r'(?:href|src)="(/[^"]+\.(?:css|js|svg))"')
IMPORTED = re.compile(r'(?:from|import) "(\.[^"]+)"')


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
            text = client.get(address).get_data(as_text=True)
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


def test_the_first_page_of_a_terminal_is_small(client: FlaskClient) -> None:
    accept = {"Accept-Encoding": "gzip"}
    addresses = linked(client, "/")
    assert len(addresses) > 15
    sizes = {address: len(client.get(address, headers=accept).data) for address in addresses}
    page = len(client.get("/").data)
    assert page + sum(sizes.values()) < FIRST_PAGE_KB * 1000


@pytest.mark.parametrize("page", ["/", "/sign-in", "/staff/sign-in"])
def test_whatever_a_page_links_may_be_kept_for_good(client: FlaskClient, page: str) -> None:
    for address in linked(client, page):
        reply = client.get(address)
        assert reply.status_code == 200, address
        assert reply.headers["Cache-Control"] == static_files.FOR_GOOD, address


def test_a_packed_file_is_the_same_file(client: FlaskClient) -> None:
    (style,) = [name for name in linked(client, "/") if name.endswith("bootstrap.min.css")]
    plain = client.get(style)
    packed = client.get(style, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 4
    for reply in (plain, packed):
        assert "Accept-Encoding" in reply.headers["Vary"]
        tag = {"If-None-Match": reply.headers["ETag"], "Accept-Encoding": "gzip"}
        assert client.get(style, headers=tag).status_code == 304


def test_a_page_from_before_an_update_still_finds_its_files(client: FlaskClient) -> None:
    reply = client.get("/static/js/common/api.js")
    assert reply.status_code == 200
    assert "immutable" not in reply.headers["Cache-Control"]
    assert client.get("/static/../app.py").status_code == 404


def test_the_version_is_that_of_the_files(app: Flask) -> None:
    assert app.static_url_path == f"/static/{static_files.version()}"
