"""What only a person can see, over HTTP: staff mark it, and nobody else does (R16)."""

import pytest

from tests.web.browser import Browser, Desk

ROOM = "/staff/api/sittings/S1/room"
CALLS = [
    ("PUT", "findings/hat", {}),
    ("POST", "findings/hat/clear", {"outcome": "taken_off"}),
    ("POST", "inspected", {"picture": None}),
]


def send(browser: Browser, attempt_id: str, call: tuple[str, str, object], token: str) -> int:
    """Make one of the calls with a token; its HTTP status."""
    method, what, body = call
    path, headers = f"/staff/api/attempts/{attempt_id}/{what}", {"X-CSRF-Token": token}
    return browser.client.open(path, method=method, json=body, headers=headers).status_code


@pytest.mark.parametrize("call", CALLS, ids=[what for _, what, _ in CALLS])
def test_only_staff_may_say_what_they_see(
    call: tuple[str, str, object], desk: Desk, app_desk: Desk, seated: Browser
) -> None:
    attempt_id = seated.attempt_id
    assert send(seated, attempt_id, call, seated.csrf) == 401
    assert send(desk, attempt_id, call, "") == 403
    assert send(desk, attempt_id, call, seated.csrf) == 403
    assert send(desk, attempt_id, call, desk.csrf) == 200
    desk.post("/staff/api/sign-out")
    assert send(desk, attempt_id, call, desk.csrf) == 401


def test_staff_compare_the_document_in_the_candidates_hand(
    desk: Desk, app_desk: Desk, seated: Browser
) -> None:
    path = f"/staff/api/attempts/{seated.attempt_id}/identity-document"
    found = desk.get(path)
    assert found.json == {
        "name": "考生1",
        "number": "99000119900101001X",
        "birth_date": None,
        "sex": "",
    }
    assert found.headers["Cache-Control"] == "no-store"
    assert seated.get(path).status_code == 401
    desk.post("/staff/api/sign-out")
    assert app_desk.get(path).status_code == 401


def test_the_candidate_reads_what_to_take_off(desk: Desk, seated: Browser) -> None:
    path = f"/staff/api/attempts/{seated.attempt_id}/findings"
    reply = desk.client.put(f"{path}/hat", json={}, headers={"X-CSRF-Token": desk.csrf})
    assert reply.json == {"state": "checked_in", "findings": ["hat"]}
    assert seated.get(seated.at("")).json["findings"] == ["hat"]
    row = next(r for r in desk.get(ROOM).json["rows"] if r["attempt_id"] == seated.attempt_id)
    assert (row["findings"], row["inspected"], row["picture"]) == (["hat"], True, None)
    assert desk.post(f"{path}/hat/clear", {"outcome": "allowed"}).json["findings"] == []
    page = desk.get("/staff/sittings/S1/event-log?lang=en").text
    assert "Staff asked for something to be taken off" in page
    assert "outcome:</span> allowed" in page


def test_a_ready_candidate_is_led_back_and_forward_again(desk: Desk, seated: Browser) -> None:
    desk.pass_by_hand(seated.attempt_id)
    path = f"/staff/api/attempts/{seated.attempt_id}/findings/mask"
    desk.client.put(path, json={}, headers={"X-CSRF-Token": desk.csrf})
    assert seated.get("/waiting").headers["Location"] == "/verify"
    assert 'id="verify-findings"' in seated.get("/verify").text
    assert desk.post(f"{path}/clear", {"outcome": "taken_off"}).json["state"] == "ready"
    assert seated.get("/verify").headers["Location"] == "/waiting"


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("findings/beard/clear", {"outcome": "allowed"}, (404, "not_found")),
        ("findings/hat/clear", {"outcome": "decided"}, (422, "invalid_request")),
        ("findings/hat/clear", {}, (422, "invalid_request")),
        ("inspected", {"picture": "x"}, (422, "invalid_request")),
        ("inspected", {"picture": "a" * 64}, (409, "stale_state")),
        ("inspected", {"picture": None, "by": "me"}, (422, "invalid_request")),
    ],
)
def test_what_does_not_fit_is_refused(
    desk: Desk, seated: Browser, path: str, body: dict[str, object], error: tuple[int, str]
) -> None:
    reply = desk.post(f"/staff/api/attempts/{seated.attempt_id}/{path}", body)
    assert (reply.status_code, reply.json["error"]["code"]) == error


def test_during_the_exam_the_list_is_shut(desk: Desk, answering: Browser) -> None:
    reply = desk.post(f"/staff/api/attempts/{answering.attempt_id}/inspected", {"picture": None})
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "inspection_over")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_must_be_off_and_what_no_camera_sees(
    consenting: Browser, language: str
) -> None:
    page = consenting.get(f"/verify?lang={language}").text.split('id="page-data"')[0]
    words = {
        "zh": ("耳机", "墨镜", "帽子", "头饰", "口罩", "头发", "无法识别", "监考员人工查看"),
        "en": ("headphones", "sunglasses", "hat", "headdress", "mask", "hair", "cannot recognise"),
    }
    assert [word for word in words[language] if word not in page] == []
