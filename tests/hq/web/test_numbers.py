"""Numbers in addresses that no database can store are refused, or lead to an empty list."""

import pytest
from flask import Flask

from sync.hq.core.roles import Grant, Role
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, PROGRAMME, Desk
from tests.hq.web.test_console import Staff

HUGE = 10**30


@pytest.fixture
def app(desk: Desk) -> Flask:
    roles = (Role.PUBLISHER, Role.REGISTRAR, Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR)
    desk.hq.accounts.create("reader", PASSWORD, BY, [Grant(role) for role in roles])
    desk.hq.accounts.create("judge", PASSWORD, BY, [Grant(Role.ADJUDICATOR)])
    return create_app(desk.hq)


@pytest.mark.parametrize(
    "address",
    [
        f"/results?before={HUGE}",
        f"/recounts?before={HUGE}",
        f"/challenges?before={HUGE}",
        f"/cases?before={HUGE}",
        f"/bans?page={HUGE}",
        f"/releases?page={HUGE}",
        f"/certificates?page={HUGE}",
        f"/statistics?page={HUGE}",
        f"/audit-log?before={HUGE}",
        f"/similarity?before={HUGE}",
    ],
)
def test_a_list_from_a_number_too_large(desk: Desk, app: Flask, address: str) -> None:
    assert Staff(app.test_client(), desk, "reader").get(address).status_code < 500


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("judge", f"/challenges/{HUGE}"),
        ("reader", f"/recounts/{HUGE}"),
        ("reader", f"/sittings/{{sitting}}/release/{PROGRAMME}/acts/{HUGE}"),
    ],
)
def test_an_act_on_a_number_too_large(desk: Desk, app: Flask, username: str, address: str) -> None:
    staff = Staff(app.test_client(), desk, username)
    reply = staff.post(address.format(sitting=desk.sitting), decision="reject", answer="x")
    assert 400 <= reply.status_code < 500
