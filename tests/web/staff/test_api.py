"""The staff desk over HTTP: packages, unlock, start, decisions, portraits."""

import pytest

from kiosk import __version__
from kiosk.hall.services import CentreServices
from sync.wire.packages import package as packages
from tests.centres import Package, Site
from tests.faces import portrait
from tests.web.browser import Browser, Desk

ROOM = "/staff/api/sittings/S1/room"


def test_a_wrong_password_is_refused(app_desk: Desk) -> None:
    reply = app_desk.sign_in_staff("not the password")
    assert (reply.status_code, reply.json["error"]["code"]) == (401, "sign_in_refused")


def test_the_session_tells_name_and_token(desk: Desk) -> None:
    assert desk.get("/staff/api/session").json["csrf"] == desk.csrf


def test_a_package_is_imported_once_checked(desk: Desk, package: Package) -> None:
    view = desk.upload(package.data).json
    assert (view["id"], view["state"], view["candidates"]) == ("S1", "imported", 3)
    assert [s["id"] for s in desk.get("/staff/api/sittings").json["sittings"]] == ["S1"]


def test_a_tampered_package_leaves_nothing_behind(desk: Desk, package: Package) -> None:
    at = len(package.data) // 2
    broken = package.data[:at] + bytes([package.data[at] ^ 1]) + package.data[at + 1 :]
    reply = desk.upload(broken)
    assert reply.status_code == 422
    assert desk.get("/staff/api/sittings").json["sittings"] == []


def test_a_package_of_another_centre_is_refused(desk: Desk, site: Site) -> None:
    reply = desk.upload(site.package(centre_code="SH01").data)
    assert reply.json["error"]["code"] in ("wrong_centre", "wrong_recipient")


@pytest.mark.parametrize(("language", "word"), [("en", "Update the centre"), ("zh", "请先升级")])
def test_a_package_for_newer_software_says_which_version_it_needs(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    monkeypatch.setattr(packages, "MIN_SOFTWARE", "99.1")
    later = site.package().data
    monkeypatch.undo()
    desk.client.set_cookie("lang", language)
    reply = desk.upload(later)
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "software_too_old")
    assert all(part in reply.json["error"]["message"] for part in ("99.1", __version__, word))
    assert desk.get("/staff/api/sittings").json["sittings"] == []


def test_a_package_comes_as_bytes_not_as_a_form(desk: Desk, package: Package) -> None:
    reply = desk.post("/staff/api/packages", data={"file": "x"}, content_type="text/plain")
    assert (reply.status_code, reply.json["error"]["code"]) == (415, "wrong_content_type")


@pytest.mark.parametrize(
    ("code", "error"),
    [("nonsense", "mistyped_unlock_code"), ("", "invalid_request")],
)
def test_a_mistyped_code_opens_nothing(desk: Desk, sitting: str, code: str, error: str) -> None:
    reply = desk.post(f"/staff/api/sittings/{sitting}/unlock", {"code": code})
    assert (reply.status_code, reply.json["error"]["code"]) == (422, error)


def test_the_room_shows_a_candidate_who_waits_for_staff(desk: Desk, seated: Browser) -> None:
    row = next(r for r in desk.get(ROOM).json["rows"] if r["attempt_id"] == seated.attempt_id)
    assert (row["state"], row["terminal"], row["device_ok"]) == ("checked_in", "T01", True)


def test_a_decision_needs_a_reason(desk: Desk, seated: Browser) -> None:
    path = f"/staff/api/attempts/{seated.attempt_id}/decision"
    reply = desk.post(path, {"passed": True, "reason": " "})
    assert (reply.status_code, reply.json["error"]["code"]) == (422, "invalid_request")


def test_staff_pass_a_candidate_by_hand(desk: Desk, seated: Browser) -> None:
    assert desk.pass_by_hand(seated.attempt_id).status_code == 200
    assert seated.get("/verify").headers["Location"] == "/waiting"


def test_staff_end_an_exam_with_a_reason(desk: Desk, answering: Browser) -> None:
    path = f"/staff/api/attempts/{answering.attempt_id}/end"
    assert desk.post(path, {"reason": "gave up <script>"}).status_code == 200
    assert answering.get("/exam").headers["Location"] == "/receipt"


def test_what_staff_type_is_escaped_in_the_event_log(desk: Desk, answering: Browser) -> None:
    path = f"/staff/api/attempts/{answering.attempt_id}/end"
    desk.post(path, {"reason": "<script>alert(1)</script>"})
    page = desk.get("/staff/sittings/S1/event-log").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_the_registered_portrait_is_shown(desk: Desk, sitting: str) -> None:
    reply = desk.get(f"/staff/api/sittings/{sitting}/portraits/2026T0001")
    assert (reply.mimetype, reply.data) == ("image/jpeg", portrait(0))
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_candidate_without_a_portrait_has_none_to_show(desk: Desk, sitting: str) -> None:
    assert desk.get(f"/staff/api/sittings/{sitting}/portraits/2026T0003").status_code == 404


@pytest.mark.parametrize(
    ("headers", "body", "kind", "status"),
    [
        ({"X-Reason": "%E9%87%87%E9%9B%86"}, b"x", "image/png", 415),
        ({}, b"x", "image/jpeg", 422),
        ({"X-Reason": "%E9%87%87%E9%9B%86"}, b"", "image/jpeg", 422),
    ],
    ids=["not a JPEG", "no reason", "no picture"],
)
def test_an_unfit_portrait_is_refused(
    desk: Desk, sitting: str, headers: dict[str, str], body: bytes, kind: str, status: int
) -> None:
    reply = desk.client.put(
        f"/staff/api/sittings/{sitting}/portraits/2026T0003",
        data=body,
        content_type=kind,
        headers={"X-CSRF-Token": desk.csrf, **headers},
    )
    assert reply.status_code == status


def test_there_is_no_picture_before_the_first_frame(desk: Desk, answering: Browser) -> None:
    path = f"/staff/api/attempts/{answering.attempt_id}/thumbnail"
    assert desk.get(path).status_code == 204


@pytest.mark.parametrize("page", ["", "/incidents", "/event-log"])
def test_the_sittings_pages_open(desk: Desk, sitting: str, page: str) -> None:
    reply = desk.get(f"/staff/sittings/{sitting}{page}")
    assert reply.status_code == 200
    assert "2026年4月考试" in reply.text


@pytest.mark.parametrize("page", ["", "/incidents", "/event-log"])
def test_an_unknown_sitting_is_not_found(desk: Desk, page: str) -> None:
    assert desk.get(f"/staff/sittings/nothing{page}").status_code == 404


def test_sync_can_be_asked_for(desk: Desk) -> None:
    assert desk.post("/staff/api/sync").json["state"] == "off"


@pytest.mark.parametrize("kind", ["certificate", "address", "clock"])
def test_trouble_with_https_stands_on_the_first_page_and_in_the_room(
    desk: Desk, hall: CentreServices, sitting: str, kind: str
) -> None:
    hall.edge.tell({"something in English": kind, "no answer": "server"})
    assert desk.get(f"/staff/api/sittings/{sitting}/room").json["alerts"] == [f"https_{kind}"]
    assert "kiosk tls status" in desk.get("/staff/?lang=en").text
