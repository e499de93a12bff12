"""Calls over HTTP: candidates make them, staff of the room answer them."""

from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING


def test_a_call_goes_from_the_candidate_to_staff_and_back(answering: Browser, desk: Desk) -> None:
    made = answering.post(answering.at("/call"), {"reason": "technical", "note": " 鼠标失灵 "})
    assert (made.status_code, made.json["number"], made.json["coming"]) == (200, 1, False)
    base = f"/staff/api/attempts/{answering.attempt_id}/call"

    def shown() -> object:
        (row,) = [
            row
            for row in desk.get(f"/staff/api/sittings/{SITTING}/room").json["rows"]
            if row["attempt_id"] == answering.attempt_id
        ]
        return row["call"] and (row["call"]["note"], row["call"]["coming_by"])

    assert shown() == ("鼠标失灵", "")
    assert desk.post(f"{base}/coming", {"number": 1}).status_code == 200
    assert desk.post(f"{base}/coming", {"number": 1}).json["error"]["code"] == "stale_state"
    assert shown() == ("鼠标失灵", "staff:chief")
    assert answering.get(answering.at("/time")).json["call"]["coming"]
    assert desk.post(f"{base}/close", {"number": 1, "note": "换了鼠标"}).status_code == 200
    assert shown() is None
    assert answering.get(answering.at("/time")).json["call"] is None


def test_a_candidate_withdraws(answering: Browser, desk: Desk) -> None:
    answering.post(answering.at("/call"), {"reason": "toilet"})
    assert answering.post(answering.at("/call/withdraw"), {"number": 1}).status_code == 200
    assert answering.get(answering.at("/time")).json["call"] is None
    again = answering.post(answering.at("/call"), {"reason": "toilet"})
    assert (again.status_code, again.json["error"]["code"]) == (429, "called_too_soon")
    assert 1 <= int(again.headers["Retry-After"]) <= 10


def test_what_is_no_call_is_refused(answering: Browser) -> None:
    for body in ({}, {"reason": "bored"}, {"reason": "other", "note": "长" * 201}):
        assert answering.post(answering.at("/call"), body).status_code == 422
    assert answering.get(answering.at("/time")).json["call"] is None


SEND = f"/staff/api/sittings/{SITTING}/messages"
ID = "0" * 31


def message(number: int, text: str = "请保持安静。", **to: object) -> dict[str, object]:
    return {"id": f"{ID}{number}", "text": text, **to}


def test_a_message_goes_from_staff_to_the_candidate_and_back(
    answering: Browser, desk: Desk
) -> None:
    sent = desk.post(SEND, message(1, attempts=[answering.attempt_id]))
    assert (sent.status_code, sent.json) == (200, {"recipients": 1})
    (shown,) = answering.get(answering.at("/time")).json["messages"]
    assert shown["text"] == "请保持安静。"
    (listed,) = desk.get(SEND).json["messages"]
    assert (listed["read"], listed["total"], listed["unread"][0]["admission_no"]) == (
        0,
        1,
        "2026T0001",
    )
    assert answering.post(answering.at(f"/messages/{shown['id']}/read")).status_code == 200
    assert answering.get(answering.at("")).json["messages"] == []
    assert desk.get(SEND).json["messages"][0]["read"] == 1
    assert answering.post(answering.at("/messages/other/read")).status_code == 404


def test_ten_thousand_characters_are_refused_with_the_limit(answering: Browser, desk: Desk) -> None:
    refused = desk.post(SEND, message(1, "长" * 10_000))
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "message_too_long")
    assert "500" in refused.json["error"]["message"]
    assert "10000" in refused.json["error"]["message"]
    assert answering.get(answering.at("/time")).json["messages"] == []
    for body in (message(1, "x" * 20_001), {"text": "no id"}, {**message(1), "id": "short"}):
        assert desk.post(SEND, body).status_code == 422
