"""What one terminal may take of the server, and what nothing else can take from an answer."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from kiosk.exam.ports import KNOCK, REFUSED, REFUSING
from kiosk.hall.errors import TooManyAtOnce
from kiosk.hall.services import CentreServices
from kiosk.server.serving import listening
from kiosk.vision.analysis.checkin import FaceCheckTask, FaceResult
from kiosk.vision.errors import AnalysisLost
from kiosk.web.http.concurrency import AT_ONCE, InWork
from kiosk.web.http.traffic import ANSWERS, OF_STAFF, SIGN_IN, SLOW, CentreTraffic
from tests.centres import Package
from tests.web.browser import Browser, Desk

WAIT = 30
HOST = "a" * 70 + ".example"


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Where the app is served."""
    with listening(app, "127.0.0.1", 0, 4) as url:
        yield int(url.rpartition(":")[2])


def cookies(browser: Browser) -> str:
    return "; ".join(
        f"{name}={browser.client.get_cookie(name).value}"  # type: ignore[union-attr]
        for name in ("terminal", "candidate", "staff")
        if browser.client.get_cookie(name)
    )


def begin(port: int, browser: Browser, path: str, body: bytes, kind: str) -> socket.socket:
    """Send a write on a connection of its own; the reply is read later."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Cookie: {cookies(browser)}\r\nX-CSRF-Token: {browser.csrf}\r\n"
        f"X-Lease: {browser.lease}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    made = socket.create_connection(("127.0.0.1", port), WAIT)
    made.sendall(head.encode() + body)
    return made


def reply(connection: socket.socket) -> tuple[int, bytes]:
    got = b""
    with connection:
        while piece := connection.recv(1 << 16):
            got += piece
    return int(got.split(b" ", 2)[1]), got


@contextmanager
def stuck_analysis(
    hall: CentreServices, monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Semaphore]:
    """Face checks that last until the block ends; the semaphore counts those that have begun."""
    over, begun = threading.Event(), threading.Semaphore(0)

    def face_check(task: FaceCheckTask, sender: str) -> FaceResult:
        begun.release()
        over.wait(WAIT)
        raise AnalysisLost()

    monkeypatch.setattr(hall.verification._faces, "face_check", face_check)
    monkeypatch.setattr(hall.verification._faces, "reference", lambda *_: b"\0" * 512)
    yield begun
    over.set()


def test_48_face_checks_of_a_terminal_hold_two_threads_at_most_and_delay_no_save(
    port: int,
    hall: CentreServices,
    app: Flask,
    consenting: Browser,
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = Browser(app.test_client()).arrive(2)
    hall.verification.decide(other.attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock("S1", package.code, "staff:chief")
    hall.starts.start("S1", "staff:chief")
    assert other.open_exam().status_code == 200
    item = other.get(other.at("")).json["items"][0]["id"]
    with stuck_analysis(hall, monkeypatch) as begun:
        started = consenting.post(consenting.at("/face-check/start"))
        assert started.status_code == 200, started.json
        face_checks = [
            begin(port, consenting, consenting.at("/face-check"), b"\xff\xd8", "image/jpeg")
            for _ in range(48)
        ]
        assert begun.acquire(timeout=WAIT)
        writes = {"writes": [{"seq": 1, "item": item, "value": "A", "at": "2026-04-25T06:00:00Z"}]}
        body = json.dumps(writes).encode()
        saved = begin(port, other, other.at("/answers"), body, "application/json")
        assert reply(saved)[0] == 200
        assert not begun.acquire(blocking=False)
    statuses = [reply(connection)[0] for connection in face_checks]
    assert set(statuses) <= {429, 503}


def test_a_third_write_of_a_terminal_is_refused_at_once() -> None:
    in_work = InWork()
    two = (in_work.place("T1"), in_work.place("T1"), in_work.place("T2"))
    with two[0], two[1], two[2], pytest.raises(TooManyAtOnce), in_work.place("T1"):
        pytest.fail("a third was let in")
    assert AT_ONCE == 2
    with in_work.place("T1"), in_work.place("T1"):
        pass
    assert in_work._counts == {}


def test_the_refusal_says_when_to_come_again(
    app: Flask, seated: Browser, hall: CentreServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise TooManyAtOnce()

    monkeypatch.setattr(InWork, "place", full)
    answer = seated.post(seated.at("/face-check/start"))
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many_at_once")
    assert answer.headers["Retry-After"] == "1"
    assert seated.get(seated.at("")).status_code == 200


def test_a_look_in_work_lets_nobody_wait(
    hall: CentreServices, consenting: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stuck_analysis(hall, monkeypatch):
        assert consenting.post(consenting.at("/face-check/start")).status_code == 200
        hall.verification._face_checks[consenting.attempt_id].lock.acquire()
        answer = consenting.post(
            consenting.at("/face-check"), data=b"\xff\xd8", content_type="image/jpeg"
        )
        assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many_at_once")


def test_every_lane_names_routes_that_there_are(app: Flask) -> None:
    endpoints = set(app.view_functions)
    assert endpoints >= ANSWERS | SIGN_IN | SLOW
    assert {name.partition(".")[0] for name in endpoints} >= OF_STAFF


def test_no_page_of_staff_waits_behind_cameras(app: Flask) -> None:
    lanes = CentreTraffic(app)
    of_staff = [str(rule.endpoint) for rule in app.url_map.iter_rules() if "/staff" in rule.rule]
    assert len(of_staff) > 40
    assert [name for name in of_staff if lanes.lane(name) == lanes.other] == []


def test_saving_and_staff_have_lanes_of_their_own(app: Flask) -> None:
    traffic = CentreTraffic(app)
    lanes = {traffic.lane(endpoint) for endpoint in app.view_functions}
    assert lanes == set(traffic.lanes(16))
    assert traffic.lane("terminal.answers") == "answers"
    assert traffic.lane("staff_api.room") == traffic.lane("staff.room_page") == "staff"
    assert traffic.lane("terminal.look") == traffic.lane("terminal.frames") == "other"
    assert min(traffic.lanes(2).values()) >= 2


def test_a_routes_limit_is_known_before_its_body(app: Flask) -> None:
    limit = CentreTraffic(app).body_limit
    assert limit("terminal.answers") == limit("terminal.frames") == 512 << 10
    assert limit("staff_api.import_package") == 200 << 20
    assert limit("staff_api.sign_in") == 64 << 10


def test_a_strangers_package_is_refused_before_it_is_stored(port: int) -> None:
    for path in ("/staff/api/packages", "/staff/api/removable-media"):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
        connection = socket.create_connection(("127.0.0.1", port), WAIT)
        connection.sendall(head + b"Content-Length: 180000000\r\n\r\n")
        status, got = reply(connection)
        assert (status, b"too_large" in got) == (413, True)


def test_staff_bring_a_package_through_the_server(port: int, desk: Desk, package: Package) -> None:
    padded = package.data + b"\0" * (2 << 20)
    sent = begin(port, desk, "/staff/api/packages", padded, "application/octet-stream")
    status, got = reply(sent)
    assert (status, b"package_damaged" in got) == (422, True)


def test_the_door_asks_for_the_writes_token_too(app: Flask, desk: Desk) -> None:
    def knock(**headers: str) -> int:
        return desk.client.post(
            "/staff/api/packages", headers=headers, environ_overrides={KNOCK: True}
        ).status_code

    assert knock() == 403
    assert knock(**{"X-CSRF-Token": desk.csrf}) == 204
    desk.post("/staff/api/sign-out")
    assert knock(**{"X-CSRF-Token": desk.csrf}) == 401


def test_the_app_answers_for_a_body_that_was_not_taken(app: Flask) -> None:
    for status in (413, 503):
        answer = app.test_client().post("/api/check-in", environ_overrides={REFUSED: status})
        assert answer.status_code == status
        assert answer.get_json()["error"]["code"]


def test_staff_see_which_address_is_turned_away(app: Flask, desk: Desk, sitting: str) -> None:
    room = f"/staff/api/sittings/{sitting}/room"
    assert desk.get(room).json["refusing"] == []
    app.extensions[REFUSING] = lambda: ["192.0.2.7"]
    assert desk.get(room).json["refusing"] == ["192.0.2.7"]


def test_no_host_header_is_a_fault_of_the_server(app: Flask) -> None:
    client = app.test_client()
    for host in (HOST, "a..b", "x" * 300, "-", "[::1", "x:y", "ä"):
        for path in ("/", "/nothing", "/staff/", "/healthz", "/api/terminal/ping"):
            status = client.get(path, headers={"Host": host}).status_code
            assert status < 500, (host, path)
            assert status == 400 or (len(host) < 60 and host != "a..b")
        answer = client.post("/api/terminal/register", json={}, headers={"Host": host})
        assert answer.status_code < 500
