"""The page of headquarters' keys: who may read and who may act, and each step of a change."""

import pytest
from flask.testing import FlaskClient

from sync.hq.core.roles import Grant, Role
from sync.wire.sealing.hq_keys import KeyState
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    """An administrator."""
    return Staff(client, desk)


def account(desk: Desk, client: FlaskClient, role: Role) -> Staff:
    """Somebody with one role."""
    desk.hq.accounts.create(role.value, PASSWORD, BY)
    desk.hq.grants.give(role.value, Grant(role), BY)
    return Staff(client, desk, role.value)


def test_a_change_step_by_step(staff: Staff, desk: Desk) -> None:
    old = desk.hq.public_keys
    page = staff.get("/keys").text
    assert old.fingerprint in page
    assert "All centres have followed" in page
    assert "announced" in staff.told("/keys/prepare", confirmed="yes")
    assert f"<b>{CODE}</b>" in staff.get("/keys").text
    assert staff.post("/keys/switch", confirmed="yes").status_code == 409
    staff.told("/keys/switch", confirmed="yes", anyway="yes")
    assert desk.hq.public_keys != old
    staff.told("/keys/retire", confirmed="yes", anyway="yes", key=old.key_id)
    staff.told("/keys/withdraw", confirmed="yes", key=desk.hq.public_keys.key_id)
    states = [key.state for key in desk.hq.key_changes.view().keys]
    assert states == [KeyState.RETIRED, KeyState.WITHDRAWN, KeyState.CURRENT]


@pytest.mark.parametrize("step", ["prepare", "switch", "retire", "withdraw"])
def test_nothing_happens_without_the_box(staff: Staff, step: str) -> None:
    reply = staff.post(f"/keys/{step}", key="x")
    assert (reply.status_code, "Tick the box" in reply.text) == (422, True)


@pytest.mark.parametrize(
    ("step", "key", "status"),
    [("retire", "0" * 32, 404), ("withdraw", "'", 404), ("switch", "", 409), ("explode", "", 404)],
)
def test_steps_that_cannot_be_done_change_nothing(
    staff: Staff, step: str, key: str, status: int
) -> None:
    reply = staff.post(f"/keys/{step}", confirmed="yes", anyway="yes", key=key)
    assert reply.status_code == status
    assert staff.desk.hq.key_changes.view().number == 0


def test_auditors_read_and_others_do_not(desk: Desk, client: FlaskClient) -> None:
    auditor = account(desk, client, Role.AUDITOR)
    page = auditor.get("/keys")
    assert (page.status_code, "Next step" in page.text) == (200, False)
    assert auditor.post("/keys/prepare", confirmed="yes").status_code == 403
    registrar = account(desk, client, Role.REGISTRAR)
    assert registrar.get("/keys").status_code == 403
    assert registrar.post("/keys/prepare", confirmed="yes").status_code == 403
    assert desk.hq.key_changes.view().number == 0


def test_the_page_is_there_in_chinese(staff: Staff) -> None:
    assert "总部密钥" in staff.client.get("/keys?lang=zh").text
