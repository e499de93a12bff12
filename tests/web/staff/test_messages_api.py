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
