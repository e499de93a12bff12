"""What HQ takes before it knows the sender, and whose threads a request takes."""

import socket
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.exam.ports import KNOCK, REFUSED, REFUSING
from kiosk.server.serving import listening
from sync.hq.web.app import create_app
from sync.hq.web.limits import LARGE, MAX_UPLOAD, SLOW, HqTraffic, refusing
from tests.hq.desk import Desk

WAIT = 30
HOST = "a" * 70 + ".example"


@pytest.fixture
def app(desk: Desk) -> Flask:
    """The application of that HQ."""
    return create_app(desk.hq)


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Where it is served."""
    with listening(app, "127.0.0.1", 0, 2) as url:
        yield int(url.rpartition(":")[2])


def test_every_rule_names_a_route_that_there_is(app: Flask) -> None:
    assert set(app.view_functions) >= set(LARGE) | SLOW


def test_each_lane_has_threads(app: Flask) -> None:
    traffic = HqTraffic()
    lanes = {traffic.lane(endpoint) for endpoint in app.view_functions}
    assert lanes == set(traffic.lanes(8))
    assert min(traffic.lanes(1).values()) == 1


def test_a_strangers_file_is_refused_before_it_is_stored(port: int) -> None:
    for line in (
        "POST /imports/items",
        "POST /removable-media",
        f"PUT /sync/v1/bundles/{'a' * 64}",
    ):
        head = f"{line} HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), WAIT) as connection:
            connection.sendall(head.encode())
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413"), line


def test_a_centre_is_let_in_by_the_keys_that_it_names(desk: Desk, app: Flask) -> None:
    code = desk.hq.centres.list()[0].code
    keys = desk.hq.centres.keys(code).key_id

    def knock(key_id: str) -> int:
        header = f'sync=("@method");created=1;keyid="{key_id}";alg="ed25519"'
        path, headers = "/sync/v1/bundles/" + "a" * 64, {"Signature-Input": header}
        answer = app.test_client().put(path, headers=headers, environ_overrides={KNOCK: True})
        return answer.status_code

    assert knock(f"{code}/{keys}") == 204
    assert {knock(f"{code}/{'0' * 32}"), knock(f"XX99/{keys}"), knock("nonsense")} == {401}


def test_staff_are_let_in_by_their_session(app: Flask) -> None:
    stranger = app.test_client()
    assert stranger.post("/removable-media", environ_overrides={KNOCK: True}).status_code == 401


def test_the_app_answers_for_a_body_that_was_not_taken(app: Flask) -> None:
    for path in ("/removable-media", "/sync/v1/inbox"):
        for status in (413, 503):
            answer = app.test_client().post(path, environ_overrides={REFUSED: status})
            assert answer.status_code == status


def test_a_stick_may_be_as_large_as_an_import() -> None:
    assert HqTraffic().body_limit("removable_media.take") == MAX_UPLOAD


def test_no_host_header_is_a_fault_of_the_server(client: FlaskClient) -> None:
    for host in (HOST, "a..b", "x" * 300, "-", "[::1", "x:y", "ä"):
        for path in ("/", "/nothing", "/sign-in", "/healthz", "/sync/v1/inbox"):
            assert client.get(path, headers={"Host": host}).status_code < 500, (host, path)


def test_staff_see_which_address_is_turned_away(app: Flask, desk: Desk) -> None:
    app.extensions[REFUSING] = lambda: ["192.0.2.7"]
    with app.test_request_context("/"):
        assert refusing() == ["192.0.2.7"]
