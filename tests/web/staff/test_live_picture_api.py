"""Live pictures over HTTP: who may send one, who may see it, and that answers never wait for it."""

import json

import pytest
from flask import Flask

from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from kiosk.server.serving import listening
from kiosk.vision.images import jpeg
from kiosk.vision.samples import frame
from kiosk.web.http.traffic import CentreTraffic
from tests.centres import PASSWORD, ManualClock, Site, sat, seated
from tests.web.browser import Browser, Desk, Reply
from tests.web.http.test_traffic import begin, reply

PICTURE = jpeg(frame(0)[::2, ::2], 60)
JPEG = "image/jpeg"


def live(attempt_id: str) -> str:
    """Where staff look."""
    return f"/staff/api/attempts/{attempt_id}/live-picture"


def send(terminal: Browser, data: bytes = PICTURE, kind: str = JPEG) -> Reply:
    """Send a picture of the terminal's camera."""
    return terminal.post(terminal.at("/live-picture"), data=data, content_type=kind)


def close(desk: Desk, attempt_id: str) -> int:
    """Look no more; the HTTP status."""
    return desk.post(f"{live(attempt_id)}/close").status_code


def test_staff_see_what_the_terminal_sends_while_they_look(desk: Desk, seated: Browser) -> None:
    address = live(seated.attempt_id)
    assert seated.get(seated.at("")).json["live_wanted"] is False
    assert send(seated).json == {"wanted": False}
    assert desk.post(address).status_code == 200
    assert seated.get(seated.at("")).json["live_wanted"] is True
    assert desk.get(address).status_code == 204
    assert send(seated).json == {"wanted": True}
    found = desk.get(address)
    assert (found.data, found.mimetype) == (PICTURE, JPEG)
    assert found.headers["Cache-Control"] == "no-store"
    assert close(desk, seated.attempt_id) == 200
    assert send(seated).json == {"wanted": False}
    assert desk.get(address).json["error"]["code"] == "live_picture_closed"


def test_polling_for_pictures_keeps_no_session_alive(
    desk: Desk, seated: Browser, clock: ManualClock, hall: CentreServices
) -> None:
    desk.post(live(seated.attempt_id))
    for _ in range(4):
        clock.pass_time(hall.settings.staff.idle_minutes * 60 / 3)
        status = desk.get(live(seated.attempt_id)).status_code
    assert status == 401


def test_only_the_terminal_of_the_candidate_sends_pictures(
    app: Flask, desk: Desk, seated: Browser
) -> None:
    other = Browser(app.test_client()).arrive(2)
    desk.post(live(seated.attempt_id))
    headers = {"X-CSRF-Token": other.csrf, "Content-Type": JPEG}
    path = seated.at("/live-picture")
    foreign = other.client.post(path, data=PICTURE, headers=headers)
    assert foreign.json["error"]["code"] == "not_yours"  # type: ignore[index]
    stolen = seated.client.get_cookie("candidate")
    assert stolen is not None
    other.client.set_cookie("candidate", stolen.value)
    assert other.client.post(path, data=PICTURE, headers=headers).status_code == 401
    assert desk.get(live(seated.attempt_id)).status_code == 204


def test_candidates_and_strangers_see_no_live_picture(
    app: Flask, desk: Desk, seated: Browser
) -> None:
    desk.post(live(seated.attempt_id))
    send(seated)
    other = Browser(app.test_client()).arrive(2)
    for browser in (seated, other, Browser(app.test_client())):
        assert browser.get(live(seated.attempt_id)).status_code == 401
        assert browser.post(live(seated.attempt_id)).status_code == 401


def test_only_who_looks_gets_the_picture(
    app: Flask, desk: Desk, seated: Browser, hall: CentreServices
) -> None:
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    other = Desk(app.test_client())
    answer = other.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD})
    other.csrf = answer.json["csrf"]
    desk.post(live(seated.attempt_id))
    send(seated)
    refused = other.get(live(seated.attempt_id))
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "live_picture_closed")


def test_staff_of_another_room_see_no_live_picture(
    app: Flask, hall: CentreServices, site: Site, clock: ManualClock
) -> None:
    rooms = (("1", "一号机房"), ("2", "二号机房"))
    package = site.package(papers=(sat("a"),), rooms=rooms, roster=seated(("1", "a"), ("2", "a")))
    hall.sittings.import_package(package.data, "staff:chief")
    terminals = [Browser(app.test_client()).arrive(number) for number in (1, 2)]
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    hall.accounts.set_rooms("li", {"2"}, "staff:chief")
    li = Desk(app.test_client())
    li.csrf = li.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD}).json["csrf"]
    foreign, own = (terminal.attempt_id for terminal in terminals)
    for answer in (li.post(live(foreign)), li.get(live(foreign))):
        assert (answer.status_code, answer.json["error"]["code"]) == (403, "not_your_room")
    assert close(li, foreign) == 403
    assert li.post(live(own)).status_code == 200
    assert hall.live_pictures.wanted(own)
    assert not hall.live_pictures.wanted(foreign)


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"\xff\xd8" + b"\0" * 32 * 1024, JPEG, 413),
        (b"hello", JPEG, 415),
        (PICTURE, "image/png", 415),
    ],
)
def test_what_is_no_small_jpeg_is_refused(
    desk: Desk, seated: Browser, data: bytes, kind: str, status: int
) -> None:
    desk.post(live(seated.attempt_id))
    assert send(seated, data, kind).status_code == status
    assert desk.get(live(seated.attempt_id)).status_code == 204


def test_live_pictures_have_no_thread_of_answers(app: Flask) -> None:
    traffic = CentreTraffic(app)
    assert traffic.lane("terminal.live_picture") == traffic.other
    assert traffic.lane("inspection_api.live_picture") == "staff"


def test_a_flood_of_live_pictures_delays_no_answer(
    app: Flask, answering: Browser, hall: CentreServices
) -> None:
    waiting = [Browser(app.test_client()).arrive(number) for number in (2, 3)]
    for terminal in waiting:
        hall.live_pictures.open(terminal.attempt_id, "staff:chief")
    item = answering.get(answering.at("")).json["items"][0]["id"]
    write = [{"seq": 1, "item": item, "value": "A", "at": None}]
    with listening(app, "127.0.0.1", 0, 4) as url:
        port = int(url.rpartition(":")[2])
        flood = [
            begin(port, terminal, terminal.at("/live-picture"), PICTURE, JPEG)
            for terminal in waiting
            for _ in range(40)
        ]
        body = json.dumps({"writes": write}).encode()
        saved = begin(port, answering, answering.at("/answers"), body, "application/json")
        assert reply(saved)[0] == 200
        assert {reply(connection)[0] for connection in flood} <= {200, 429, 503}
