"""Roles and branches at the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sync.hq.cli import main
from sync.hq.core.roles import Role
from tests.centres import PASSWORD
from tests.hq.desk import CODE, PROGRAMME, Desk


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--data", str(desk.data / "hq")])


@pytest.fixture
def password(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return "--password-file", str(tmp_path / "password")


def test_an_account_is_created_with_its_roles(desk: Desk, password: tuple[str, str]) -> None:
    roles = ("--role", "registrar", "--role", "reviewer", "--branch", "北京/海淀")
    assert run(desk, "accounts", "create", "ann", *roles, *password).exit_code == 0
    (ann,) = (one for one in desk.hq.account_admin.list() if one.username == "ann")
    assert [(grant.role, grant.branch) for grant in ann.grants] == [
        (Role.REGISTRAR, "北京/海淀"),
        (Role.REVIEWER, "北京/海淀"),
    ]


def test_roles_that_exclude_each_other_create_no_account(
    desk: Desk, password: tuple[str, str]
) -> None:
    roles = ("--role", "registrar", "--role", "adjudicator")
    done = run(desk, "accounts", "create", "ann", *roles, *password)
    assert done.exit_code == 1
    assert "nobody may be adjudicator as well" in done.output
    assert "ann" not in desk.hq.accounts.names()


def test_a_role_is_given_shown_and_withdrawn(desk: Desk, password: tuple[str, str]) -> None:
    run(desk, "accounts", "create", "ann", *password)
    role = ("ann", "marker", "--programme", PROGRAMME)
    assert run(desk, "accounts", "grant", *role).exit_code == 0
    (view,) = json.loads(run(desk, "accounts", "roles", "ann", "--json").stdout)
    assert view["grant"] == {"role": "marker", "programme_id": PROGRAMME, "branch": ""}
    assert "marks answers without seeing whose they are" in run(desk, "accounts", "roles").stdout
    refused = run(desk, "accounts", "grant", "ann", "registrar")
    assert (refused.exit_code, "ann is marker" in refused.output) == (1, True)
    assert run(desk, "accounts", "withdraw", "ann", "marker").exit_code == 1
    assert run(desk, "accounts", "withdraw", *role).exit_code == 0
    assert json.loads(run(desk, "accounts", "roles", "ann", "--json").stdout) == []


def test_a_centre_gets_a_branch(desk: Desk) -> None:
    done = run(desk, "centres", "branch", CODE, " 北京 / 海淀/")
    assert done.stdout == f"{CODE}: 北京/海淀/{CODE}\n"
    assert run(desk, "centres", "branch", "NONE", "北京").exit_code == 1
    assert run(desk, "centres", "branch", CODE, "京" * 300).exit_code == 1
