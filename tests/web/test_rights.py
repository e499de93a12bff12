"""Which staff route needs which right: walked through route by route."""

import pytest
from flask import Flask

from kiosk.hall.rights import INVIGILATOR, RIGHTS, Right
from kiosk.hall.services import CentreServices
from kiosk.web.auth import Audience
from kiosk.web.rights import NEEDED
from tests.centres import PASSWORD
from tests.web.browser import Desk
from tests.web.test_access import _audience, _path, _rules

CHIEFS = {
    *("staff_api.unlock", "staff_api.start", "staff_api.close"),
    *("exam_api.stop", "exam_api.void"),
    *("accounts_api.accounts", "accounts_api.add", "accounts_api.set_password"),
    *(
        "accounts_api.set_role",
        "accounts_api.set_rooms",
        "accounts_api.lock",
        "accounts_api.unlock",
    ),
    "accounts_api.clear_staff",
    *("staff.backup_page", "backup_api.view", "backup_api.make"),
}


@pytest.fixture
def invigilator(app: Flask, hall: CentreServices) -> Desk:
    """The browser of somebody who is not the chief."""
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    desk = Desk(app.test_client())
    answer = desk.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD})
    desk.csrf = answer.json["csrf"]
    return desk


def test_every_staff_route_says_which_right_it_needs(app: Flask) -> None:
    routes = {r.endpoint for r in _rules(app) if _audience(app, r) is Audience.STAFF}
    assert routes == set(NEEDED)


def test_what_only_the_chief_may_do_is_as_written_here(app: Flask) -> None:
    mine = RIGHTS[INVIGILATOR]
    assert {endpoint for endpoint, right in NEEDED.items() if right not in mine} == CHIEFS
    assert RIGHTS["chief_invigilator"] == set(Right)


def test_an_invigilator_is_refused_at_the_chiefs_routes_alone(
    app: Flask, invigilator: Desk
) -> None:
    refused = set()
    for rule in _rules(app):
        if _audience(app, rule) is not Audience.STAFF or rule.endpoint == "staff_api.sign_out":
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            reply = invigilator.client.open(
                _path(rule), method=method, json={}, headers={"X-CSRF-Token": invigilator.csrf}
            )
            if reply.status_code == 403:
                assert (
                    "/api/" not in rule.rule or reply.get_json()["error"]["code"] == "right_missing"
                )
                refused.add(rule.endpoint)
    assert refused == CHIEFS


def test_a_route_that_nobody_has_listed_is_the_chiefs(
    app: Flask, invigilator: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(NEEDED, "staff_api.sittings")
    assert invigilator.get("/staff/api/sittings").status_code == 403


def test_a_page_that_reads_by_itself_does_not_keep_a_session_alive(
    desk: Desk, hall: CentreServices, clock: object
) -> None:
    idle = hall.settings.staff.idle_minutes
    for _ in range(4):
        clock.pass_time(idle * 60 / 3)  # type: ignore[attr-defined]
        status = desk.get("/staff/api/sync").status_code
    assert status == 401


def test_somebody_at_the_page_keeps_a_session_alive(
    desk: Desk, hall: CentreServices, clock: object
) -> None:
    desk.headers = {"X-Person": "1"}
    for _ in range(4):
        clock.pass_time(hall.settings.staff.idle_minutes * 60 / 3)  # type: ignore[attr-defined]
        assert desk.get("/staff/api/sync").status_code == 200


def test_a_stranger_at_the_same_address_does_not_slow_the_chiefs_own_browser(
    app: Flask, desk: Desk
) -> None:
    stranger = Desk(app.test_client())
    for _ in range(6):
        last = stranger.sign_in_staff("wrong").status_code
    assert last == 429
    assert desk.post("/staff/api/sign-out").status_code == 200
    assert desk.sign_in_staff().status_code == 200
    assert Desk(app.test_client()).sign_in_staff().status_code == 429
