"""The board's API: what has changed, pauses at once, and acts on chosen seats."""

from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD
from tests.event_logs import event_log
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

BASE = f"/staff/api/sittings/{SITTING}"


def test_a_second_look_has_only_what_changed(desk: Desk, answering: Browser) -> None:
    first = desk.get(f"{BASE}/board").json
    assert (first["full"], len(first["rows"])) == (True, 3)
    assert desk.get(f"{BASE}/board?since={first['revision']}").json["rows"] == []
    desk.post(f"/staff/api/attempts/{answering.attempt_id}/pause", {"reason": "unwell"})
    [row] = desk.get(f"{BASE}/board?since={first['revision']}").json["rows"]
    assert (row["attempt_id"], row["state"], row["position"]) == (
        answering.attempt_id,
        "paused",
        [0, 0],
    )


def test_a_pause_at_once_asks_for_its_reason_until_it_is_given(
    desk: Desk, answering: Browser, hall: CentreServices
) -> None:
    assert desk.post(f"{BASE}/pause-at-once").status_code == 200
    assert desk.post(f"{BASE}/pause-at-once").status_code == 409
    [due] = desk.get(f"{BASE}/board").json["room"]["reasons_due"]
    assert desk.post(f"{BASE}/resume", {"reason": "all clear"}).status_code == 200
    room = desk.get(f"{BASE}/board").json["room"]
    assert room["pauses"] == []
    assert [pause["id"] for pause in room["reasons_due"]] == [due["id"]]
    reason = f"{BASE}/pauses/{due['id']}/reason"
    assert desk.post(reason, {"reason": ""}).status_code == 422
    assert desk.post(reason, {"reason": "fire alarm"}).status_code == 200
    assert desk.post(reason, {"reason": "another"}).status_code == 404
    assert desk.post(f"{BASE}/pauses/99/reason", {"reason": "none"}).status_code == 404
    assert desk.get(f"{BASE}/board").json["room"]["reasons_due"] == []
    events = {event.kind: event.data for event in event_log(hall, SITTING)}
    assert events["room_paused"]["reason"] == "reason_follows"
    assert events["room_pause_reason"]["reason"] == "fire alarm"


def test_an_act_on_chosen_seats_names_those_that_it_did_not_reach(
    desk: Desk, answering: Browser, hall: CentreServices
) -> None:
    rows = {row["admission_no"]: row for row in desk.get(f"{BASE}/room").json["rows"]}
    absent = rows["2026T0002"]
    chosen = [answering.attempt_id, absent["attempt_id"], answering.attempt_id, "nobody"]
    body = {"id": f"{1:032x}", "act": "pause", "attempts": chosen, "reason": "noise"}
    outcome = desk.post(f"{BASE}/chosen-seats", body).json
    assert outcome["done"] == 1
    assert [(seat["seat"], seat["name"]) for seat in outcome["missed"]] == [
        (absent["seat"], absent["name"]),
        ("", ""),
    ]
    assert all(seat["error"]["message"] for seat in outcome["missed"])
    assert hall.attempts.view(answering.attempt_id).state == "paused"
    given = desk.post(f"{BASE}/chosen-seats", {**body, "act": "time", "minutes": 5}).json
    assert given["done"] == 2
    again = desk.post(f"{BASE}/chosen-seats", {**body, "act": "time", "minutes": 5}).json
    assert again["done"] == 2
    rows = {row["admission_no"]: row for row in desk.get(f"{BASE}/room").json["rows"]}
    assert rows["2026T0002"]["credited_s"] == 300
    resumed = desk.post(f"{BASE}/chosen-seats", {**body, "act": "resume"}).json
    assert resumed["done"] == 1


def test_chosen_seats_are_bounded_and_acts_are_known(desk: Desk, sitting: str) -> None:
    body = {"id": f"{1:032x}", "act": "pause", "attempts": ["a"], "reason": "noise"}
    wrongs: list[dict[str, object]] = [
        {"id": "1"},
        {"act": "void"},
        {"attempts": []},
        {"attempts": ["a"] * 501},
        {"minutes": 999},
    ]
    for wrong in wrongs:
        assert desk.post(f"{BASE}/chosen-seats", {**body, **wrong}).status_code == 422
    assert desk.post("/staff/api/sittings/S9/chosen-seats", body).status_code == 404


def test_an_invigilator_of_another_room_is_refused(
    desk: Desk, app_desk: Desk, answering: Browser, hall: CentreServices
) -> None:
    desk.post(f"{BASE}/pause-at-once")
    [due] = desk.get(f"{BASE}/board").json["room"]["reasons_due"]
    hall.accounts.add("li", PASSWORD, "invigilator", "staff:chief")
    hall.accounts.set_rooms("li", ["elsewhere"], "staff:chief")
    li = Desk(app_desk.client.application.test_client())
    li.csrf = li.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD}).json["csrf"]
    attempts = [answering.attempt_id]
    body = {"id": f"{1:032x}", "act": "resume", "attempts": attempts, "reason": "noise"}
    assert li.post(f"{BASE}/chosen-seats", body).status_code == 403
    assert li.post(f"{BASE}/pause-at-once").status_code == 403
    assert li.post(f"{BASE}/pauses/{due['id']}/reason", {"reason": "why"}).status_code == 403
    view = li.get(f"{BASE}/board").json
    assert (view["rows"], view["room"]["reasons_due"]) == ([], [])
