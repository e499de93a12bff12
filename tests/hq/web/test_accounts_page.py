"""Accounts at the console: who may change them, and the two steps of signing in."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from sync.hq.cli import main
from sync.hq.core.roles import Grant, Role
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def app(desk: Desk) -> Flask:
    desk.hq.accounts.create("ann", PASSWORD, BY)
    return create_app(desk.hq)


@pytest.fixture
def chief(app: Flask, desk: Desk) -> Staff:
    return Staff(app.test_client(), desk)


@pytest.fixture
def ann(app: Flask, desk: Desk) -> Staff:
    return Staff(app.test_client(), desk, "ann")


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> TestResponse:
    """Fill the sign-in form in, as a browser does."""
    page = client.get("/sign-in?lang=en").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    form = {"csrf": found[1], "username": username, "password": password}
    return client.post("/sign-in", data=form)


def secret_of(page: str) -> str:
    """The secret that the page offers."""
    found = re.search(r'<b class="code">([A-Z2-7 ]+)</b>', page)
    assert found
    return found[1].replace(" ", "")


def test_an_administrator_makes_and_changes_accounts(chief: Staff, ann: Staff) -> None:
    assert "Account bob is ready" in chief.told("/accounts", username="bob", password=PASSWORD)
    page = chief.told("/accounts/ann/lock")
    assert "locked" in page
    assert ann.get("/").status_code == 302
    assert chief.post("/accounts/ann/unlock").status_code == 302
    assert chief.post("/accounts/ann/nonsense").status_code == 404
    assert chief.post("/accounts/nobody/lock").status_code == 404
    assert "only administrator" in chief.post("/accounts/chief/close").text
    hands = {account.username: account.hands for account in chief.desk.hq.account_admin.list()}
    assert hands == {"ann": (), "bob": ("chief",), "chief": ()}


def test_nobody_else_manages_accounts(ann: Staff) -> None:
    assert ann.get("/accounts").status_code == 403
    assert ann.post("/accounts", username="eve", password=PASSWORD).status_code == 403
    assert ann.post("/accounts/chief/lock").status_code == 403
    assert "/accounts" not in re.findall(r'href="([^"]+)"', ann.get("/").text)
    assert ann.get("/account").status_code == 200


def test_one_changes_ones_own_password(ann: Staff, app: Flask) -> None:
    new = "another long password"
    refused = ann.post("/account/password", present="wrong", password=new)
    assert (refused.status_code, "wrong" in refused.text) == (401, True)
    assert ann.post("/account/password", present=PASSWORD, password="short").status_code == 422
    assert "is changed" in ann.told("/account/password", present=PASSWORD, password=new)
    assert ann.get("/").status_code == 302
    assert sign_in(app.test_client(), "ann", new).status_code == 302


def test_a_second_factor_is_set_up_and_asked_for(ann: Staff, app: Flask, desk: Desk) -> None:
    secret = secret_of(ann.get("/account/factor").text)
    totp = TOTP(secret)
    wrong = ann.post("/account/factor", code="000000", present=PASSWORD)
    assert wrong.status_code == 422
    assert secret_of(wrong.text) == secret
    done = ann.post("/account/factor", code=totp.at(desk.clock.now()), present=PASSWORD)
    assert len(re.findall(r"<li>([A-Z2-7-]{19})</li>", done.text)) == 10
    assert ann.client.get("/").status_code == 200
    desk.clock.pass_time(30)
    browser = app.test_client()
    assert sign_in(browser, "ann").headers["Location"] == "/"
    for path in ("/", "/accounts", "/account", "/account/factor", "/sittings"):
        assert browser.get(path).headers["Location"] == "/sign-in/code"
    page = browser.get("/sign-in/code").text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    code = {"csrf": found[1], "code": totp.at(desk.clock.now())}
    assert browser.post("/sign-in/code", data=code).headers["Location"] == "/"
    assert browser.get("/").status_code == 200


def test_a_stranger_at_the_same_address_does_not_slow_the_own_browser(
    app: Flask, desk: Desk
) -> None:
    own, stranger = app.test_client(), app.test_client()
    assert sign_in(own, "ann").status_code == 302
    statuses = [sign_in(stranger, "ann", "wrong").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert sign_in(own, "ann").status_code == 302
    assert sign_in(app.test_client(), "ann").status_code == 429


def test_the_command_line_does_the_same(app: Flask, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    password = ("--password-file", str(tmp_path / "password"))
    data = tmp_path / "own"

    def run(*words: str) -> Result:
        command = words[:1] if words[0] == "init" else ("accounts", *words[:1])
        return CliRunner().invoke(main, [*command, "--data", str(data), *words[1:]])

    for words in (
        ("init", *password),
        ("create", "ann", *password),
        ("grant", "ann", "administrator"),
        ("password", "ann", *password),
        ("lock", "ann"),
        ("unlock", "ann"),
        ("sign-out", "ann"),
        ("remove-factor", "ann"),
        ("withdraw", "ann", "administrator"),
        ("close", "ann", "--yes"),
    ):
        done = run(*words)
        assert done.exit_code == 0, done.output
    roles = "[administrator]  [author]  [registrar]"
    assert run("list").stdout == f"ann  closed\nchief  open  {roles}\n"
    assert "only administrator" in run("lock", "chief").output


def test_a_role_is_given_and_withdrawn_with_its_limits(chief: Staff, desk: Desk) -> None:
    limits = {"programme": PROGRAMME, "branch": " 北京 / 海淀 "}
    page = chief.told("/accounts/ann/roles", role="registrar", **limits)
    assert "ann is registrar" in page
    assert "covers no centre" in page
    desk.hq.branches.set(CODE, "北京/海淀", BY)
    assert "covers no centre" not in chief.get("/accounts/ann").text
    limits["branch"] = "北京/海淀"
    assert "no longer registrar" in chief.told(
        "/accounts/ann/roles/withdraw", role="registrar", **limits
    )
    assert desk.hq.grants.list("ann") == []


def test_a_conflict_is_explained_before_it_is_saved(chief: Staff, desk: Desk) -> None:
    desk.hq.grants.give("ann", Grant(Role.MARKER), BY)
    page = chief.get("/accounts/ann").text
    registrar = page[page.index('id="role-registrar"') :]
    assert "disabled" in registrar[: registrar.index(">")]
    assert "Not possible beside the role marker" in page
    reply = chief.post("/accounts/ann/roles", role="registrar")
    assert (reply.status_code, "ann is marker" in reply.text) == (409, True)


def test_nobody_is_offered_roles_of_their_own_account(chief: Staff) -> None:
    page = chief.get("/accounts/chief").text
    assert "Nobody gives a role to their own account" in page
    assert chief.post("/accounts/chief/roles", role="marker").status_code == 403


@pytest.mark.parametrize("role", ["", "king"])
def test_a_role_that_does_not_exist_is_refused(chief: Staff, role: str) -> None:
    assert chief.post("/accounts/ann/roles", role=role).status_code == 404


def test_an_account_is_added_with_roles(chief: Staff, desk: Desk) -> None:
    form = {"username": "bob", "password": PASSWORD, "role": ["reviewer", "publisher"]}
    assert "Account bob is ready" in chief.told("/accounts", **form)
    roles = {view.grant.role for view in desk.hq.grants.list("bob")}
    assert roles == {Role.REVIEWER, Role.PUBLISHER}


def test_an_account_without_roles_is_told_whom_to_ask(ann: Staff) -> None:
    assert "has no role yet" in ann.get("/").text
