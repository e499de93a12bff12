"""An invigilator who is assigned to a room sees it and acts in it, and nowhere else."""

from typing import Any

import pytest
from flask import Flask

from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, Site, sat, seated
from tests.web.browser import Desk
from tests.web.conftest import SITTING

ROOMS = (("1", "一号机房"), ("2", "二号机房"))
WHY = {"reason": "for this test"}
BASE = f"/staff/api/sittings/{SITTING}"


@pytest.fixture
def two(hall: CentreServices, site: Site) -> dict[str, str]:
    """A running sitting with one candidate in each of two rooms; attempts by room."""
    package = site.package(papers=(sat("a"),), rooms=ROOMS, roster=seated(("1", "a"), ("2", "a")))
    hall.sittings.import_package(package.data, "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    view = hall.rooms.room(SITTING, hall.sync.view())
    return {row.room: row.attempt_id for row in view.rows}


@pytest.fixture
def li(app: Flask, hall: CentreServices, two: dict[str, str]) -> Desk:
    """The browser of an invigilator who is assigned to room 2."""
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    hall.accounts.set_rooms("li", {"2"}, "staff:chief")
    desk = Desk(app.test_client())
    answer = desk.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD})
    desk.csrf = answer.json["csrf"]
    return desk


def refused(reply: Any) -> bool:
    return bool(
        reply.status_code == 403
        and reply.is_json
        and reply.json["error"]["code"] == "not_your_room"
    )


def test_the_board_has_only_the_own_room(li: Desk, desk: Desk) -> None:
    assert [row["room"] for row in li.get(f"{BASE}/room").json["rows"]] == ["2"]
    assert [group["room"] for group in li.get(f"{BASE}/room").json["groups"]] == ["2"]
    assert [row["room"] for row in desk.get(f"{BASE}/room").json["rows"]] == ["1", "2"]


def test_the_event_log_and_its_table_have_nothing_of_candidates_elsewhere(
    li: Desk, desk: Desk, two: dict[str, str]
) -> None:
    for attempt_id in two.values():
        body = {**WHY, "ending": "absent"}
        assert desk.post(f"/staff/api/attempts/{attempt_id}/ending", body).status_code == 200
    log = f"/staff/sittings/{SITTING}/event-log"
    for path in ("", ".csv", "?person=2026T", "?text=2026T", ".csv?text=2026T"):
        assert "2026T0001" in desk.get(f"{log}{path}").text
        text = li.get(f"{log}{path}").text
        assert "2026T0002" in text
        assert "2026T0001" not in text


TIME = {"id": f"{1:032x}", "minutes": 5}
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("ending", {**WHY, "ending": "absent"}),
    ("admit", WHY),
    ("undo-sign-in", WHY),
    ("decision", {**WHY, "passed": True}),
    ("release", WHY),
    ("time", {**WHY, **TIME}),
    ("pause", WHY),
    ("end", WHY),
    ("marks", {"id": f"{2:032x}", "rule": "phone", "note": "seen"}),
    ("inspected", {}),
    ("call/coming", {"number": 1}),
    ("call/close", {"number": 1}),
]


def test_acts_on_candidates_of_another_room_are_refused(li: Desk, two: dict[str, str]) -> None:
    for act, body in ACTS:
        assert refused(li.post(f"/staff/api/attempts/{two['1']}/{act}", body)), act
        assert not refused(li.post(f"/staff/api/attempts/{two['2']}/{act}", body)), act


def test_candidates_of_another_room_are_not_shown(li: Desk, two: dict[str, str]) -> None:
    for what in ("records", "thumbnail", "picture", "identity-document"):
        assert refused(li.get(f"/staff/api/attempts/{two['1']}/{what}")), what
        assert not refused(li.get(f"/staff/api/attempts/{two['2']}/{what}")), what
    assert refused(li.get(f"{BASE}/portraits/2026T0001"))
    assert not refused(li.get(f"{BASE}/portraits/2026T0002"))


@pytest.mark.parametrize("act", ["pause", "resume", "time"])
def test_groups_that_are_not_all_in_the_own_room_are_refused(li: Desk, act: str) -> None:
    body = {**WHY, **TIME} if act == "time" else WHY
    for group in ({}, {"room": "1"}, {"paper": "a"}):
        assert refused(li.post(f"{BASE}/{act}", {**body, **group})), group
    for group in ({"room": "2"}, {"room": "2", "paper": "a"}):
        assert not refused(li.post(f"{BASE}/{act}", {**body, **group})), group


def test_seats_and_guests_of_other_rooms_are_refused(li: Desk, hall: CentreServices) -> None:
    terminal = hall.terminals.register("127.0.0.1", "test").terminal_id
    path, headers = f"/staff/api/terminals/{terminal}/seat", {"X-CSRF-Token": li.csrf}

    def bind(room: str) -> Any:
        return li.client.put(path, json={"room": room, "seat": "A01"}, headers=headers)

    assert refused(bind("1"))
    assert bind("2").status_code == 200
    hall.seating.bind(terminal, "1", "A01", "staff:chief")
    assert refused(bind("2"))
    assert li.get("/staff/api/terminals").json["terminals"] == []
    assert refused(li.post(f"{BASE}/lots", {"kind": "lot"}))
    person = {**WHY, "name": "来宾", "identity_no": "990001199001010999", "seat": "", "paper": "a"}
    assert refused(li.post(f"{BASE}/guests", {**person, "room": "1"}))
    assert li.post(f"{BASE}/guests", {**person, "room": "2"}).status_code == 200


def test_nobody_is_moved_out_of_or_into_another_room(li: Desk, two: dict[str, str]) -> None:
    def move(attempt_id: str, room: str) -> Any:
        body = {**WHY, "room": room, "seat": "A07"}
        return li.post(f"/staff/api/attempts/{attempt_id}/seat", body)

    assert refused(move(two["1"], "2"))
    assert refused(move(two["2"], "1"))
    assert move(two["2"], "2").status_code == 200


def test_a_browser_of_the_other_room_is_not_taken_back(li: Desk, two: dict[str, str]) -> None:
    assert refused(li.post(f"{BASE}/returns", {"terminals": [[two["1"], "T1"]]}))
    body = {**WHY, "terminal_id": "T1", "attempt_id": two["1"], "wanted": True}
    assert refused(li.post(f"{BASE}/held-answers", body))


def test_the_chief_assigns_rooms(li: Desk, desk: Desk, two: dict[str, str]) -> None:
    reply = desk.get("/staff/api/accounts").json
    assert [room["name"] for room in reply["rooms"]] == ["一号机房", "二号机房"]
    assert {one["username"]: one["rooms"] for one in reply["accounts"]} == {
        "chief": [],
        "li": ["2"],
    }
    refusal = li.post(f"/staff/api/attempts/{two['1']}/admit", WHY)
    assert "二号机房" in refusal.json["error"]["message"]
    assert li.post("/staff/api/accounts/li/rooms", {"rooms": []}).status_code == 403
    assert desk.post("/staff/api/accounts/li/rooms", {"rooms": []}).status_code == 200
    assert not refused(li.post(f"/staff/api/attempts/{two['1']}/admit", WHY))
    assert desk.post("/staff/api/accounts/nobody/rooms", {"rooms": ["1"]}).status_code == 404
    acts = desk.get("/staff/api/accounts").json["acts"]
    assert [(act["kind"], act["detail"]) for act in acts[:2]] == [("rooms", ""), ("rooms", "2")]


def test_a_chief_is_limited_to_no_room(
    desk: Desk, hall: CentreServices, two: dict[str, str]
) -> None:
    hall.accounts.set_rooms("chief", {"2"}, "staff:chief")
    assert not refused(desk.post(f"/staff/api/attempts/{two['1']}/admit", WHY))
    assert not refused(desk.post(f"{BASE}/pause", WHY))


def test_messages_go_to_the_own_room_only(li: Desk, desk: Desk, two: dict[str, str]) -> None:
    def send(number: int, **to: Any) -> Any:
        return li.post(f"{BASE}/messages", {"id": f"{number:032x}", "text": "安静", **to})

    assert refused(send(1))
    assert refused(send(2, room="1"))
    assert refused(send(3, attempts=[two["1"]]))
    assert refused(send(4, attempts=[two["2"], two["1"]]))
    assert send(5, room="2").json == {"recipients": 1}
    assert send(6, attempts=[two["2"]]).json == {"recipients": 1}
    assert (
        desk.post(f"{BASE}/messages", {"id": f"{7:032x}", "text": "安静", "room": "1"}).status_code
        == 200
    )
    assert len(li.get(f"{BASE}/messages").json["messages"]) == 2
    assert len(desk.get(f"{BASE}/messages").json["messages"]) == 3


def test_a_message_to_seats_of_several_rooms_names_only_own_ones(
    li: Desk, desk: Desk, two: dict[str, str]
) -> None:
    message = {"id": "0" * 32, "text": "请稍候。", "attempts": list(two.values())}
    assert desk.post(f"{BASE}/messages", message).status_code == 200
    log = f"/staff/sittings/{SITTING}/event-log"
    for path in ("", ".csv"):
        assert "2026T0001" in desk.get(f"{log}{path}").text
        assert "2026T0002" in li.get(f"{log}{path}").text
        assert "2026T0001" not in li.get(f"{log}{path}").text
