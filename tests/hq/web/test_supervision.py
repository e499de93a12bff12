"""Accounts of the supervising body: they read until a date, change nothing, and are recorded."""

from datetime import timedelta

import pytest
from flask import Flask

from sync.hq.accounts.validity import USUAL
from sync.hq.core.roles import Grant, Role
from sync.hq.errors import NotSignedIn, SignInRefused, ValidityUnusable
from sync.hq.web.app import create_app
from sync.hq.web.console.rights import RIGHTS
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk
from tests.hq.web.test_console import Staff
from tests.hq.web.test_rights import call, rules

OWN = {
    *("console.sign_out", "console.sign_in", "accounts.give_code"),
    *("accounts.change_password", "accounts.confirm_factor"),
}
"""Forms of every account's own."""


@pytest.fixture
def app(desk: Desk) -> Flask:
    return create_app(desk.hq)


@pytest.fixture
def supervisor(desk: Desk, app: Flask) -> Staff:
    """The supervising body, signed in."""
    desk.hq.accounts.create("body", PASSWORD, BY, (Grant(Role.SUPERVISOR),))
    return Staff(app.test_client(), desk, "body")


def viewed(desk: Desk) -> list[str]:
    """What the supervising body has opened, newest first."""
    return [e.data["path"] for e in desk.hq.audit_log.newest() if e.kind == "supervisor_viewed"]


def test_every_form_but_those_of_ones_own_is_refused(
    desk: Desk, app: Flask, supervisor: Staff
) -> None:
    seat = desk.hq.registration.seats(desk.sitting)[0]
    values = {
        "sitting_id": desk.sitting,
        "candidate_id": seat.candidate_id,
        "programme_id": PROGRAMME,
        "code": CODE,
        "username": "chief",
        "act": "lock",
        "kind": "candidates",
    }
    asked = 0
    for rule in rules(app):
        if (rule.methods or set()) & {
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
        } and rule.endpoint not in OWN:
            reply = call(supervisor, rule, values)
            assert reply.status_code == 403, rule.endpoint
            asked += 1
    assert asked > 100


def test_what_it_reads_is_what_is_for_supervision() -> None:
    may = {name.split(".")[0] for name, need in RIGHTS.items() if Role.SUPERVISOR in need.roles}
    assert {"sittings", "exam_day", "audit", "review", "cases", "certificates", "people"} <= may
    assert not may & {"items", "item_editor", "accounts", "keys", "exchange", "scans"}


def test_each_view_is_in_the_audit_log_without_search_words(desk: Desk, supervisor: Staff) -> None:
    assert supervisor.get("/results?words=考生一").status_code == 200
    assert supervisor.get(f"/sittings/{desk.sitting}").status_code == 200
    assert supervisor.get("/exam-day").status_code == 200
    assert supervisor.get("/account").status_code == 200
    assert viewed(desk) == [f"/sittings/{desk.sitting}", "/results"]
    assert supervisor.get("/accounts").status_code == 403
    assert len(viewed(desk)) == 2
    assert desk.hq.audit_log.verify().whole


def test_views_of_others_are_not_recorded(desk: Desk, app: Flask) -> None:
    assert Staff(app.test_client(), desk).get("/results").status_code == 200
    assert viewed(desk) == []


def test_the_account_ends_with_its_open_sessions(desk: Desk, supervisor: Staff) -> None:
    desk.hq.account_admin.set_validity("body", NOW + timedelta(days=2), BY)
    session = desk.hq.accounts.sign_in("body", PASSWORD, "here")
    desk.clock.pass_time(2 * 24 * 3600 - 1)
    session = desk.hq.accounts.sign_in("body", PASSWORD, "here")
    assert desk.hq.accounts.session(session.token).username == "body"
    desk.clock.pass_time(1)
    with pytest.raises(NotSignedIn):
        desk.hq.accounts.session(session.token)
    with pytest.raises(SignInRefused):
        desk.hq.accounts.sign_in("body", PASSWORD, "here")


def test_it_always_has_an_end_and_nobody_else_has(desk: Desk, supervisor: Staff) -> None:
    admin = desk.hq.account_admin
    ends = {account.username: account.valid_until for account in admin.list()}
    assert ends == {"body": NOW + USUAL, "chief": None}
    for until in (None, NOW, NOW - timedelta(days=1), NOW + timedelta(days=367)):
        with pytest.raises(ValidityUnusable):
            admin.set_validity("body", until, BY)
    with pytest.raises(ValidityUnusable):
        admin.set_validity("chief", NOW + timedelta(days=1), BY)
    desk.hq.grants.withdraw("body", Grant(Role.SUPERVISOR), BY)
    desk.hq.grants.give("body", Grant(Role.ADMINISTRATOR), BY)
    assert {account.valid_until for account in admin.list()} == {None}


def test_an_administrator_sets_the_last_day_on_the_account_s_page(
    desk: Desk, app: Flask, supervisor: Staff
) -> None:
    chief = Staff(app.test_client(), desk)
    assert 'name="until"' in chief.get("/accounts/body").text
    assert chief.post("/accounts/body/validity", until="2026-05-01").status_code == 302
    body = next(a for a in desk.hq.account_admin.list() if a.username == "body")
    assert body.valid_until is not None
    assert body.valid_until.isoformat() == "2026-05-01T16:00:00+00:00"
    for wrong in ("", "x", "2020-01-01", "9999-12-31"):
        assert chief.post("/accounts/body/validity", until=wrong).status_code >= 400


def test_a_branch_s_supervisor_sees_only_its_centres(desk: Desk, app: Flask) -> None:
    desk.hq.branches.set(CODE, "北京", BY)
    desk.hq.accounts.create("north", PASSWORD, BY, (Grant(Role.SUPERVISOR, branch="上海"),))
    north = Staff(app.test_client(), desk, "north")
    seat = desk.hq.registration.seats(desk.sitting)[0]
    assert north.get(f"/people/{seat.candidate_id}").status_code in (403, 404)
    assert north.get("/audit-log").status_code == 403
