"""Staff's acts while an exam is sat, over HTTP; and what terminals send that does not fit."""

from typing import Any

import pytest

from kiosk.hall.services import CentreServices
from tests.centres import ManualClock, Package, Site
from tests.event_logs import event_log
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

WHY = {"reason": "for this test"}


def kinds(hall: CentreServices) -> list[str]:
    """Kinds of the event log's events."""
    return [event.kind for event in event_log(hall, SITTING, 1000)]


def row(desk: Desk) -> dict[str, Any]:
    """The first candidate's seat in the room."""
    found = desk.get(f"/staff/api/sittings/{SITTING}/room").json["rows"]
    return next(one for one in found if one["admission_no"] == "2026T0001")


@pytest.mark.parametrize(
    ("act", "body", "kind"),
    [
        ("pause", WHY, "attempt_paused"),
        ("time", {**WHY, "id": f"{1:032x}", "minutes": 10}, "time_credited"),
        ("outage", {**WHY, "credited": False}, "outage_not_credited"),
        ("window", WHY, "page_released"),
        ("admit", WHY, "admitted_late"),
        ("pictures", WHY, "pictures_reinstated"),
    ],
)
def test_an_act_on_one_candidate_is_done_and_on_record(
    answering: Browser, desk: Desk, hall: CentreServices, act: str, body: dict[str, Any], kind: str
) -> None:
    path = f"/staff/api/attempts/{answering.attempt_id}/{act}"
    assert desk.post(path, {**body, "reason": " "}).status_code == 422
    assert desk.post(path, body).status_code == 200
    assert kind in kinds(hall)


def test_a_device_that_failed_its_check_is_admitted_by_staff_with_a_reason(
    sitting: str, browser: Browser, desk: Desk, hall: CentreServices
) -> None:
    browser.register()
    browser.check(microphone=False)
    browser.sign_in()
    assert row(desk)["devices_missing"] == ["microphone"]
    path = f"/staff/api/attempts/{browser.attempt_id}/devices"
    assert desk.post(path, {"reason": " "}).status_code == 422
    assert desk.post(path, WHY).status_code == 200
    assert (row(desk)["devices_missing"], row(desk)["devices_without"]) == ([], ["microphone"])
    assert desk.post(path, WHY).json["error"]["code"] == "devices_fine"
    assert "devices_admitted" in kinds(hall)


def test_a_camera_that_is_another_is_seen_by_staff(answering: Browser, desk: Desk) -> None:
    path = f"/api/attempts/{answering.attempt_id}/camera"
    for label in ("C920", "OBS Virtual Camera"):
        assert answering.post(path, {"label": label}).status_code == 200
    assert answering.post(path, {"label": "x" * 201}).status_code == 422
    assert (row(desk)["camera"], row(desk)["camera_virtual"]) == ("OBS Virtual Camera", True)
    found = desk.get(f"/staff/api/sittings/{SITTING}/incidents").json["incidents"]
    assert {incident["rule"] for incident in found} == {"camera_changed", "camera_virtual"}


def test_pause_resume_end_reopen_and_void(
    answering: Browser, desk: Desk, hall: CentreServices
) -> None:
    base = f"/staff/api/attempts/{answering.attempt_id}"
    for act, state in (
        ("pause", "paused"),
        ("resume", "in_progress"),
        ("end", "ended"),
        ("reopen", "paused"),
        ("end", "ended"),
        ("void", "voided"),
    ):
        assert desk.post(f"{base}/{act}", WHY).status_code == 200
        assert row(desk)["state"] == state
    assert desk.post(f"{base}/resume", WHY).json["error"]["code"] == "attempt_ended"


def test_the_room_is_paused_resumed_given_time_and_stopped(
    answering: Browser, desk: Desk, hall: CentreServices
) -> None:
    base = f"/staff/api/sittings/{SITTING}"
    assert desk.post(f"{base}/pause", WHY).status_code == 200
    assert desk.get(f"{base}/room").json["pauses"][0]["reason"] == WHY["reason"]
    reply = answering.get(answering.at("/time")).json
    assert (reply["state"], reply["pause_reason"]) == ("paused", "room")
    assert desk.post(f"{base}/resume", WHY).status_code == 200
    time = {**WHY, "id": f"{1:032x}", "minutes": 5}
    for _ in range(2):  # the first reply got lost
        assert desk.post(f"{base}/time", time).status_code == 200
    assert 300 <= row(desk)["credited_s"] < 600
    other = desk.post(f"{base}/time", {**time, "minutes": 10})
    assert (other.status_code, other.json["error"]["code"]) == (409, "done_otherwise")
    assert desk.post(f"{base}/time", {**time, "minutes": 500}).status_code == 422
    assert desk.post(f"{base}/lots", {"kind": "lot"}).json["error"]["code"] == "seats_fixed"
    seen = desk.get(f"{base}/closing").json
    confirmed = {**WHY, "seen": seen["mark"], "writing": seen["writing"]}
    assert desk.post(f"{base}/stop", WHY).status_code == 422
    assert desk.post(f"{base}/stop", {**confirmed, "writing": 7}).status_code == 409
    assert desk.post(f"{base}/stop", confirmed).status_code == 200
    assert row(desk)["end_reason"] == "stopped"


def test_seats_are_drawn_and_terminals_bound(browser: Browser, sitting: str, desk: Desk) -> None:
    assert desk.post(f"/staff/api/sittings/{SITTING}/lots", {"kind": "lot"}).status_code == 200
    browser.register()
    browser.check()
    (terminal,) = desk.get("/staff/api/terminals").json["terminals"]
    path = f"/staff/api/terminals/{terminal['id']}/seat"
    headers = {"X-CSRF-Token": desk.csrf}
    assert (
        desk.client.put(path, json={"room": "1", "seat": "Z99"}, headers=headers).status_code == 200
    )
    refused = browser.sign_in(1)
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "wrong_seat")
    assert "Z99" in refused.json["error"]["message"]


def test_a_page_leave_is_reversed(answering: Browser, desk: Desk) -> None:
    answering.post(answering.at("/conduct"), {"signals": [{"kind": "left", "cause": "blur"}]})
    base = f"/staff/api/attempts/{answering.attempt_id}"
    assert desk.post(f"{base}/page-leaves/1/reverse", WHY).status_code == 200
    assert desk.post(f"{base}/page-leaves/2/reverse", WHY).status_code == 404
    (entry,) = desk.get(f"{base}/records").json["page_leaves"]
    assert entry["reversal"] == WHY["reason"]


def test_a_file_that_is_none_is_refused_with_words(answering: Browser, desk: Desk) -> None:
    reply = desk.post("/staff/api/late-answers", data=b"nonsense")
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "emergency_file_damaged")
    own = answering.post(answering.at("/late-answers"), data=b"x", content_type="text/plain")
    assert own.status_code == 415
    decision = {**WHY, "taken": True}
    assert desk.post("/staff/api/late-answers/none/decision", decision).status_code == 404


def first(answering: Browser) -> dict[str, Any]:
    """The first single-choice item."""
    items = answering.get(answering.at("")).json["items"]
    return next(item for item in items if item["type"] == "single_choice")


@pytest.mark.parametrize(
    ("seq", "value", "code"),
    [(1, 7, "invalid_request"), (1, ["A"], "invalid_answer"), (900, "A", "sequence_gap")],
)
def test_an_answer_that_does_not_fit_is_told_recorded_and_changes_nothing(
    answering: Browser, hall: CentreServices, seq: int, value: object, code: str
) -> None:
    write = {"seq": seq, "item": first(answering)["id"], "value": value, "at": None}
    reply = answering.post(answering.at("/answers"), {"writes": [write]})
    assert reply.json["error"]["code"] == code
    assert ("answer_refused" in kinds(hall)) == (code != "invalid_request")
    assert hall.attempts.view(answering.attempt_id).answers == {}


def test_a_number_from_the_past_with_another_answer_is_told_and_recorded(
    answering: Browser, hall: CentreServices
) -> None:
    item = first(answering)
    for option, status in ((0, 200), (0, 200), (1, 409)):
        write = {"seq": 1, "item": item["id"], "value": item["options"][option]["id"], "at": None}
        assert answering.post(answering.at("/answers"), {"writes": [write]}).status_code == status
    assert hall.attempts.view(answering.attempt_id).answers == {
        item["id"]: item["options"][0]["id"]
    }
    assert kinds(hall).count("answer_refused") == 1


def test_somebody_elses_attempt_is_refused_and_on_record(
    answering: Browser, hall: CentreServices, desk: Desk
) -> None:
    rows = desk.get(f"/staff/api/sittings/{SITTING}/room").json["rows"]
    other = next(one["attempt_id"] for one in rows if one["admission_no"] == "2026T0002")
    for path in ("answers", "hand-in", "lease", "parts/theory/hand-in"):
        reply = answering.post(f"/api/attempts/{other}/{path}")
        assert (reply.status_code, reply.json["error"]["code"]) == (403, "not_yours")
    assert answering.get(f"/api/attempts/{other}").status_code == 403
    assert kinds(hall).count("foreign_attempt") == 1


def test_only_the_page_that_holds_the_exam_may_write(answering: Browser) -> None:
    other = Browser(answering.client, answering.csrf, answering.attempt_id)
    for method, path in (
        ("GET", "/time"),
        ("POST", "/answers"),
        ("POST", "/hand-in"),
        ("POST", "/parts/a/hand-in"),
    ):
        reply = getattr(other, method.lower())(other.at(path))
        assert (reply.status_code, reply.json["error"]["code"]) == (409, "lease_lost")
    assert other.open_exam().json["error"]["code"] == "lease_held"


def test_handing_in_too_early_says_from_when(
    seated: Browser, hall: CentreServices, site: Site, clock: ManualClock
) -> None:
    package: Package = site.package(version=2, rules={"time": {"earliest_hand_in_minutes": 30}})
    hall.sittings.import_package(package.data, "staff:chief")
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    seated.open_exam()
    reply = seated.post(seated.at("/hand-in"))
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "hand_in_too_early")
    assert "30" in reply.json["error"]["message"]
