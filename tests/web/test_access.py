"""Every route says who may call it, and refuses everybody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kiosk.web.auth import Audience
from tests.web.browser import Browser, Desk

OWN_FILES = {"static", "style.static"}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
WAYS_IN = {"terminal.register", "staff_api.sign_in"}
PUBLIC = {
    "bootstrap_static",
    "plain_static",
    "candidate.device_check_page",
    "candidate.help_page",
    "candidate.practice_page",
    "candidate.privacy_page",
    "staff.sign_in_page",
    "ops.healthz",
} | WAYS_IN


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OWN_FILES]


def _audience(app: Flask, rule: Rule) -> Audience | None:
    return getattr(app.view_functions[rule.endpoint], "audience", None)


def _path(rule: Rule, attempt_id: str = "somebody") -> str:
    values = {name: "x" * 64 if name == "sha256" else "S1" for name in rule.arguments}
    if "attempt_id" in values:
        values["attempt_id"] = attempt_id
    path = rule.rule
    for name, value in values.items():
        path = path.replace(f"<{name}>", value).replace(f"<int:{name}>", "1")
    return path


def _writes(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & WRITES)


def _reads(rule: Rule) -> bool:
    return "GET" in (rule.methods or set())


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    assert [rule.rule for rule in _rules(app) if _audience(app, rule) is None] == []


def test_only_the_meant_routes_are_public(app: Flask) -> None:
    public = {r.endpoint for r in _rules(app) if _audience(app, r) is Audience.PUBLIC}
    assert public == PUBLIC


def test_only_the_ways_in_take_writes_without_a_token(app: Flask) -> None:
    free = {
        rule.endpoint
        for rule in _rules(app)
        if _writes(rule) and not getattr(app.view_functions[rule.endpoint], "csrf", False)
    }
    assert free == WAYS_IN


def test_a_stranger_is_refused_everywhere_else(app: Flask, client: FlaskClient) -> None:
    for rule in _rules(app):
        if rule.endpoint in PUBLIC:
            continue
        for method in [*_writes(rule), *(["GET"] if _reads(rule) else [])]:
            reply = client.open(_path(rule), method=method)
            expected = 401 if "/api/" in rule.rule else 302
            assert (rule.rule, reply.status_code) == (rule.rule, expected)


def _refusals(
    app: Flask, audience: Audience, send: Callable[[str, str], int], attempt_id: str
) -> dict[str, int]:
    return {
        f"{method} {rule.rule}": send(method, _path(rule, attempt_id))
        for rule in _rules(app)
        if _audience(app, rule) is audience
        for method in _writes(rule)
        if rule.endpoint not in WAYS_IN
    }


@pytest.mark.parametrize("token", ["", "wrong", "ä"])
def test_staff_writes_need_the_sessions_token(app: Flask, desk: Desk, token: str) -> None:
    def send(method: str, path: str) -> int:
        headers = {"X-CSRF-Token": token.encode().decode("latin-1")} if token else {}
        return desk.client.open(path, method=method, headers=headers, json={}).status_code

    found = _refusals(app, Audience.STAFF, send, "somebody")
    assert len(found) >= 9
    assert set(found.values()) == {403}


def test_candidate_writes_need_the_sessions_token(app: Flask, seated: Browser) -> None:
    def send(method: str, path: str) -> int:
        return seated.client.open(path, method=method, json={}).status_code

    found = _refusals(app, Audience.CANDIDATE, send, seated.attempt_id)
    assert len(found) >= 12
    assert set(found.values()) == {403}


def test_terminal_writes_need_the_terminals_token(app: Flask, browser: Browser) -> None:
    browser.register()

    def send(method: str, path: str) -> int:
        return browser.client.open(path, method=method, json={}).status_code

    assert set(_refusals(app, Audience.TERMINAL, send, "").values()) == {403}


def test_a_candidate_reaches_no_other_attempt(app: Flask, seated: Browser) -> None:
    for rule in _rules(app):
        if _audience(app, rule) is Audience.CANDIDATE and "attempt_id" in rule.arguments:
            for method in _writes(rule) or ["GET"]:
                headers = {"X-CSRF-Token": seated.csrf}
                reply = seated.client.open(_path(rule), method=method, headers=headers, json={})
                assert (reply.status_code, reply.get_json()["error"]["code"]) == (403, "not_yours")


def test_a_candidate_is_nobody_to_the_staff_api(app: Flask, seated: Browser) -> None:
    for rule in _rules(app):
        if _audience(app, rule) is Audience.STAFF and "/api/" in rule.rule:
            for method in [*_writes(rule), *(["GET"] if _reads(rule) else [])]:
                headers = {"X-CSRF-Token": seated.csrf}
                reply = seated.client.open(_path(rule), method=method, headers=headers, json={})
                assert (rule.rule, reply.status_code) == (rule.rule, 401)


def test_a_stolen_candidate_cookie_is_worthless_at_another_terminal(
    app: Flask, seated: Browser
) -> None:
    stolen = seated.client.get_cookie("candidate")
    assert stolen is not None
    other = Browser(app.test_client())
    other.register()
    other.client.set_cookie("candidate", stolen.value)
    assert other.get(seated.at("")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=["other origin", "opaque origin", "cross-site fetch"],
)
@pytest.mark.parametrize("path", ["/staff/api/sign-in", "/api/terminal/register"])
def test_another_site_cannot_use_the_ways_in(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    reply = client.post(path, json={}, headers=headers)
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (403, "foreign_origin")


def test_the_own_origin_is_welcome(browser: Browser) -> None:
    browser.headers = {"Origin": "http://localhost"}
    assert browser.register()["name"]


def test_cookies_are_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.post("/api/terminal/register", json={}).headers["Set-Cookie"]
    assert cookie.startswith("terminal=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_terminals_and_candidates_outlast_their_browser_and_staff_do_not(
    browser: Browser, sitting: str, app_desk: Desk
) -> None:
    browser.register()
    browser.check()
    signed_in = browser.sign_in()
    registered = browser.post("/api/terminal/register")
    staff = app_desk.sign_in_staff()
    lasts = {
        header.partition("=")[0]: "Max-Age" in header
        for answer in (registered, signed_in, staff)
        for header in answer.headers.getlist("Set-Cookie")
    }
    known_browser = lasts.pop("staff-browser")  # whose mistakes are counted apart; opens nothing
    assert known_browser
    assert lasts == {"terminal": True, "candidate": True, "staff": False}


def test_under_tls_cookies_are_bound_to_the_host(client: FlaskClient) -> None:
    reply = client.post("/api/terminal/register", json={}, base_url="https://localhost")
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("__Host-terminal=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_sign_out_ends_the_session_on_the_server(desk: Desk) -> None:
    kept = desk.client.get_cookie("staff")
    assert kept is not None
    assert desk.post("/staff/api/sign-out").status_code == 200
    desk.client.set_cookie("staff", kept.value)
    assert desk.get("/staff/api/session").status_code == 401
