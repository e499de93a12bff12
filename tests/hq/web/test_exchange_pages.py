"""The pages of tokens and webhooks: for administrators, each secret shown once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync.hq.accounts.tokens import Limits
from sync.hq.core.roles import Grant, Role
from sync.hq.exchange.webhooks.outbox import Outcome
from sync.hq.settings import WebhookSettings
from sync.hq.web.app import create_app
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, PROGRAMME, QUICK, Desk, open_desk
from tests.hq.exchange.reports import deliver
from tests.hq.web.test_console import Staff

URL = "https://office.example.org/hook"


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def shown(reply: TestResponse) -> str:
    """The secret that a page shows."""
    found = re.search(r'id="secret" value="([^"]+)"', reply.text)
    assert found is not None, reply.text
    return found[1]


def test_only_administrators_change_and_only_auditors_look_besides(
    desk: Desk, client: FlaskClient
) -> None:
    hook, _ = desk.hq.webhooks.add("office", URL, BY)
    desk.hq.tokens.create("office", ("results:read",), BY)
    token = desk.hq.tokens.list()[0].id
    pages = ("/tokens", "/webhooks", f"/webhooks/{hook}")
    forms = (
        *("/tokens", f"/tokens/{token}/revoke", "/webhooks"),
        *(f"/webhooks/{hook}/{act}" for act in ("pause", "resume", "test", "remove", "secret")),
    )
    app = create_app(desk.hq)
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        desk.hq.accounts.create(role.value, PASSWORD, BY, grants=[Grant(role)])
        staff = Staff(app.test_client(), desk, role.value)
        for path in pages:
            reply = staff.get(path)
            assert reply.status_code == (200 if role is Role.AUDITOR else 403), (role, path)
            assert "btn-primary" not in reply.text
            assert "btn-outline-danger" not in reply.text
        for path in forms:
            reply = staff.post(path, name="x", url=URL, days="1", **{"results:read": "yes"})
            assert reply.status_code == 403, (role, path)
    assert [view.name for view in desk.hq.tokens.list()] == ["office"]
    assert desk.hq.tokens.list()[0].revoked_at is None
    assert desk.hq.webhooks.get(hook).waiting == 0


def test_a_token_is_shown_once_and_works(desk: Desk, staff: Staff) -> None:
    form = {
        "name": "成绩系统", "days": "30", "programme": PROGRAMME, "branch": CODE,
        "results:read": "yes", "incidents:read": "yes",
    }  # fmt: skip
    reply = staff.post("/tokens", **form)
    secret = shown(reply)
    assert reply.headers["Cache-Control"] == "no-store"
    page = staff.get("/tokens").text
    assert "成绩系统" in page
    assert secret not in page
    (token,) = desk.hq.tokens.list()
    assert (token.limits, token.created_by) == (Limits(PROGRAMME, CODE), "chief")
    headers = {"Authorization": f"Bearer {secret}"}
    assert staff.client.get("/api/v1/incidents", headers=headers).status_code == 200
    assert staff.client.get("/api/v1/attempts", headers=headers).status_code == 403
    assert "revoked" in staff.told(f"/tokens/{token.id}/revoke")
    assert staff.client.get("/api/v1/incidents", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {"days": "30"},
        {"days": "0", "results:read": "yes"},
        {"days": "-1", "results:read": "yes"},
        {"days": "99999999999", "results:read": "yes"},
        {"days": "", "results:read": "yes"},
        {"days": "30", "results:read": "yes", "programme": "none"},
        {"days": "30", "results:read": "yes", "branch": "x" * 300},
        {"days": "30", "results:read": "yes", "name": "\ue000"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_created(
    desk: Desk, staff: Staff, form: dict[str, str]
) -> None:
    assert staff.post("/tokens", **{"name": "x", **form}).status_code in (404, 422)
    assert desk.hq.tokens.list() == []


def test_states_of_tokens_are_told_apart_and_paged(desk: Desk, staff: Staff) -> None:
    for number in range(60):
        desk.hq.tokens.create(f"program {number:02}", ("results:read",), BY, days=1 + number)
        desk.clock.pass_time(1)
    desk.hq.tokens.revoke(desk.hq.tokens.list()[0].id, BY)
    desk.clock.pass_time(2 * 24 * 3600)
    staff = Staff(staff.client, desk)
    first, second = staff.get("/tokens").text, staff.get("/tokens?page=2").text
    assert "Page 1 of 2" in first
    assert ("program 59" in first, "program 00" in first) == (True, False)
    assert ("program 59" in second, "program 00" in second) == (False, True)
    assert (">revoked<" in first, ">no longer valid<" in second) == (True, True)
    for page in ("0", "-1", "x", "99999999999999999999"):
        assert staff.get(f"/tokens?page={page}").status_code == 200


def test_a_webhook_is_added_tested_paused_and_removed(desk: Desk, staff: Staff) -> None:
    reply = staff.post("/webhooks", name="成绩系统", url=URL, programme=PROGRAMME)
    secret = shown(reply)
    assert secret.startswith("whsec_")
    assert secret not in staff.get("/webhooks").text
    (hook,) = desk.hq.webhooks.list()
    path = f"/webhooks/{hook.id}"
    assert "on its way" in staff.told(f"{path}/test")
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhook_outbox.settle(message, Outcome(None, "timeout", 15_000))
    page = staff.get(path).text
    assert "no answer in time" in page
    assert message.message_id in page
    assert "Paused" in staff.told(f"{path}/pause")
    assert "paused" in staff.get("/webhooks").text
    assert "Resumed" in staff.told(f"{path}/resume")
    assert "removed" in staff.told(f"{path}/remove")
    assert staff.get(path).status_code == 404
    assert staff.post(f"{path}/x").status_code == 404
    assert [event.kind for event in desk.hq.audit_log.newest(4)] == [
        "webhook_removed", "webhook_resumed", "webhook_paused", "webhook_added",
    ]  # fmt: skip


def test_a_secret_is_replaced_and_the_new_one_shown_once(desk: Desk, staff: Staff) -> None:
    hook, old = desk.hq.webhooks.add("成绩系统", URL, BY)
    path = f"/webhooks/{hook}"
    assert "still signs" in staff.get(path).text
    reply = staff.post(f"{path}/secret", hours="24")
    new = shown(reply)
    assert reply.headers["Cache-Control"] == "no-store"
    page = staff.get(path).text
    assert "signs besides the new one until" in page
    assert new not in page
    deliver(desk)
    (message,) = desk.hq.webhook_outbox.claim(10)
    assert message.secrets == (new, old)
    assert desk.hq.audit_log.newest(1)[0].who == "chief"
    for hours in ("", "-1", "169", "1.5", "99999999999", "x"):
        assert staff.post(f"{path}/secret", hours=hours).status_code == 422, hours
    assert staff.post("/webhooks/none/secret", hours="1").status_code == 404
    assert staff.get(f"{path}/secret").status_code == 405
    shown(staff.post(f"{path}/secret", hours="0"))
    assert "signs besides" not in staff.get(path).text


def test_an_address_that_cannot_be_called_is_refused_with_the_reason(
    desk: Desk, staff: Staff
) -> None:
    reply = staff.post("/webhooks", name="x", url="https://169.254.169.254/")
    assert reply.status_code == 422
    assert "属于内部网络" in reply.text or "private network" in reply.text
    assert desk.hq.webhooks.list() == []


def test_a_receiver_that_was_paused_is_told_on_the_page(desk: Desk, staff: Staff) -> None:
    hook, _ = desk.hq.webhooks.add("成绩系统", URL, BY)
    deliver(desk)
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhook_outbox.settle(message, Outcome(410, "", 5))
    assert "it answered that it is gone" in staff.get("/webhooks").text
    assert "HTTP 410" in staff.get(f"/webhooks/{hook}").text


def test_the_log_of_deliveries_is_paged(
    desk: Desk, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hq.web.console.exchange.PAGE", 2)
    hook, _ = desk.hq.webhooks.add("office", URL, BY)
    ids = []
    for number in range(1, 6):
        deliver(desk, number)
        (message,) = desk.hq.webhook_outbox.claim(10)
        desk.hq.webhook_outbox.settle(message, Outcome(204, "", 5))
        ids.append(message.message_id)
    page, seen = staff.get(f"/webhooks/{hook}").text, []
    while True:
        seen += re.findall(r"msg_\w+", page)
        older = re.search(r'href="(/webhooks/[^"]+before=\d+)">Older', page)
        if older is None:
            break
        page = staff.get(older[1]).text
    assert seen == ids[::-1]


def test_names_are_shown_as_text(desk: Desk, staff: Staff) -> None:
    staff.post("/webhooks", name="<img src=x>", url=URL + "?<script>=1")
    desk.hq.tokens.create("<img src=x>", ("results:read",), BY, limits=Limits("", "<b>"))
    for path in ("/tokens", "/webhooks"):
        page = staff.get(path).text
        assert "<img src=x>" not in page
        assert "<b>" not in page
        assert "<script>=" not in page


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose settings allow receivers in one private network."""
    settings = QUICK.model_copy(
        update={"webhooks": WebhookSettings(allow_networks=("10.1.0.0/16",))}
    )
    desk = open_desk(tmp_path / "inside", settings)
    yield desk
    desk.hq.close()


def test_the_settings_allow_a_network(inside: Desk) -> None:
    staff = Staff(create_app(inside.hq).test_client(), inside)
    assert staff.post("/webhooks", name="x", url="https://10.1.2.3/").status_code == 200
    assert staff.post("/webhooks", name="x", url="https://10.2.2.3/").status_code == 422
