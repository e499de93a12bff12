"""A candidate's way over HTTP: device check, sign-in, verification, answers, hand-in."""

from typing import Any

import pytest

from kiosk.web.http.limits import ANSWERS_BYTES, FRAME_BYTES
from tests.centres import ManualClock
from tests.faces import live, portrait
from tests.web.browser import Browser, Desk


def _items(browser: Browser) -> list[dict[str, Any]]:
    return list(browser.get(browser.at("")).json["items"])


def _write(browser: Browser, seq: int, item: object, value: object) -> dict[str, object]:
    return {"seq": seq, "item": item, "value": value, "at": "2026-04-25T06:10:00Z"}


def test_registering_again_keeps_the_terminal(browser: Browser) -> None:
    assert browser.register() == browser.register()


def test_a_device_check_is_recorded(browser: Browser) -> None:
    browser.register()
    assert browser.check().json == {"passed": True}
    assert browser.check(microphone=False).json == {"passed": False}


def test_sign_in_needs_a_device_check(browser: Browser, sitting: str) -> None:
    browser.register()
    assert browser.sign_in().json["error"]["code"] == "device_check_missing"


def test_a_wrong_identity_number_is_refused_and_slowed_down(browser: Browser, sitting: str) -> None:
    browser.register()
    browser.check()
    replies = [browser.sign_in(identity_no="990001199001019999") for _ in range(7)]
    assert replies[0].json["error"]["code"] == "wrong_identity"
    assert replies[-1].status_code == 429
    assert int(replies[-1].headers["Retry-After"]) > 0


def test_nobody_sees_an_item_before_the_start(seated: Browser) -> None:
    view = seated.get(seated.at("")).json
    assert (view["state"], view["items"]) == ("checked_in", [])


def test_pages_lead_to_where_the_attempt_is(seated: Browser) -> None:
    assert seated.get("/verify").status_code == 200
    for page in ("/waiting", "/exam", "/receipt"):
        assert seated.get(page).headers["Location"] == "/verify"


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{}", "application/json", "wrong_content_type"),
        (b"GIF89a", "image/jpeg", "not_a_jpeg"),
        (portrait(0)[:200], "image/jpeg", "broken_picture"),
        (b"", "image/jpeg", "not_a_jpeg"),
    ],
)
def test_a_look_takes_pictures_only(consenting: Browser, body: bytes, kind: str, code: str) -> None:
    assert consenting.post(consenting.at("/face-check/start")).status_code == 200
    reply = consenting.post(consenting.at("/face-check"), data=body, content_type=kind)
    assert reply.json["error"]["code"] == code


def test_a_look_says_what_to_do_and_how_long_there_is(consenting: Browser) -> None:
    begun = consenting.post(consenting.at("/face-check/start")).json
    assert (begun["ask"], begun["step"], begun["steps"]) == ("front", 0, 5)
    assert 0 < begun["seconds_left"] <= 15
    reply = consenting.post(
        consenting.at("/face-check"), data=live(0), content_type="image/jpeg"
    ).json
    assert (reply["ask"], reply["advice"], reply["result"]) == ("front", ["no_face"], None)


def test_a_frame_without_a_look_is_refused(consenting: Browser) -> None:
    reply = consenting.post(consenting.at("/face-check"), data=live(0), content_type="image/jpeg")
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "face_check_missing")


def test_a_candidate_who_does_not_agree_is_not_looked_at(seated: Browser) -> None:
    reply = seated.post(seated.at("/face-check/start"))
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "not_verifiable")


def test_an_identity_card_is_taken_after_the_look_only(consenting: Browser) -> None:
    reply = consenting.post(consenting.at("/id-card"), data=live(0), content_type="image/jpeg")
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "not_verifiable")


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (bytes(32000), "audio/l16", 200, None),
        (bytes(31999), "audio/l16", 422, "sound_refused"),
        (bytes(1000), "audio/l16", 422, "sound_refused"),
        (bytes(32000), "audio/wav", 415, "wrong_content_type"),
        (bytes(400_000), "audio/l16", 413, "too_large"),
    ],
)
def test_sound_is_half_a_second_to_six_of_plain_samples(
    answering: Browser, body: bytes, kind: str, status: int, code: str | None
) -> None:
    reply = answering.post(answering.at("/sound"), data=body, content_type=kind)
    assert (reply.status_code, (reply.json or {}).get("error", {}).get("code")) == (status, code)


def test_nobody_is_heard_before_the_start(seated: Browser) -> None:
    reply = seated.post(seated.at("/sound"), data=bytes(32000), content_type="audio/l16")
    assert reply.status_code == 409


def test_an_answer_is_saved_and_comes_back(answering: Browser) -> None:
    item = _items(answering)[0]
    value = item["options"][0]["id"]
    writes = [_write(answering, 1, item["id"], value)]
    ack = answering.post(answering.at("/answers"), {"writes": writes})
    assert (ack.status_code, ack.json["acked_through"]) == (200, 1)
    assert answering.get(answering.at("")).json["answers"] == {item["id"]: value}


def test_sending_an_answer_again_changes_nothing(answering: Browser) -> None:
    item = _items(answering)[0]
    writes = [_write(answering, 1, item["id"], item["options"][0]["id"])]
    for _ in range(2):
        assert answering.post(answering.at("/answers"), writes).json["acked_through"] == 1


def test_a_hole_in_the_sequence_is_told(answering: Browser) -> None:
    item = _items(answering)[0]
    reply = answering.post(answering.at("/answers"), [_write(answering, 3, item["id"], None)])
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "sequence_gap")


def test_an_answer_that_does_not_fit_is_refused(answering: Browser) -> None:
    item = _items(answering)[0]
    reply = answering.post(answering.at("/answers"), [_write(answering, 1, item["id"], "ZZ")])
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "invalid_answer")


@pytest.mark.parametrize(
    ("path", "limit", "kind"),
    [
        ("/answers", ANSWERS_BYTES, "application/json"),
        ("/frames", FRAME_BYTES, "image/jpeg"),
        ("/conduct", 64 * 1024, "application/json"),
    ],
)
def test_too_large_a_body_is_refused(answering: Browser, path: str, limit: int, kind: str) -> None:
    body = b" " * (limit + 1)
    reply = answering.post(answering.at(path), data=body, content_type=kind)
    assert (reply.status_code, reply.json["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", [b"not json", b"[1,", b"\xff\xfe"])
def test_a_body_that_is_no_json_is_refused(answering: Browser, body: bytes) -> None:
    reply = answering.post(answering.at("/answers"), data=body, content_type="application/json")
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "invalid_request")


def test_a_frame_that_is_no_jpeg_is_refused(answering: Browser) -> None:
    reply = answering.post(answering.at("/frames"), data=b"nonsense", content_type="image/jpeg")
    assert (reply.status_code, reply.json["error"]["code"]) == (415, "not_a_jpeg")


def test_a_frame_is_taken_and_the_next_one_ordered(answering: Browser) -> None:
    reply = answering.post(answering.at("/frames"), data=portrait(0), content_type="image/jpeg")
    assert reply.status_code == 200
    assert reply.json["interval_ms"] >= 200


def test_the_fifth_leave_ends_the_exam(answering: Browser, clock: ManualClock) -> None:
    signals = [{"kind": "left", "cause": "blur"}, {"kind": "returned"}]
    counts = []
    for _ in range(5):
        clock.pass_time(10)
        reply = answering.post(answering.at("/conduct"), {"signals": signals})
        counts.append(reply.json["leaves"])
        if reply.json["state"] == "ended":
            break
    assert counts == [1, 2, 3, 4, 5]
    assert answering.get(answering.at("")).json["end_reason"] == "rule"


def test_handing_in_gives_a_receipt_and_ends_all_writing(answering: Browser) -> None:
    receipt = answering.post(answering.at("/hand-in"))
    assert receipt.json["end_reason"] == "handed_in"
    reply = answering.post(answering.at("/answers"), [_write(answering, 1, "x", None)])
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "attempt_ended")
    page = answering.get("/receipt").text
    assert receipt.json["digest"][:4] in page
    assert receipt.json["head"][:4] in page


def test_a_released_candidate_has_to_sign_in_again(answering: Browser, desk: Desk) -> None:
    path = f"/staff/api/attempts/{answering.attempt_id}/release"
    assert desk.post(path, {"reason": "machine failed"}).status_code == 200
    assert answering.get(answering.at("")).status_code == 401


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_know_is_refused(browser: Browser, number: str) -> None:
    browser.register()
    given = '{"camera": true, "microphone": true, "loudspeaker": true, "server_ms": 1, "details": '
    body = given + '{"level": ' + number + "}}"
    reply = browser.post("/api/terminal/check", data=body, content_type="application/json")
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "invalid_request")


def test_half_a_character_is_refused(browser: Browser) -> None:
    browser.register()
    body = (
        '{"camera": true, "microphone": true, "loudspeaker": true, "server_ms": 1,'
        ' "details": {"camera": "\\ud83d"}}'
    )
    reply = browser.post("/api/terminal/check", data=body, content_type="application/json")
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "invalid_request")


def test_the_next_candidate_at_a_terminal_begins_in_the_usual_language(answering: Browser) -> None:
    answering.client.get("/help?lang=en")
    assert 'lang="en"' in answering.client.get("/exam").text
    answering.post(answering.at("/hand-in"))
    assert answering.post(answering.at("/leave")).status_code == 200
    assert 'lang="zh-CN"' in answering.client.get("/").text
