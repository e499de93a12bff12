"""Every act on a certificate is told, in order, to those whom it concerns, with ids only."""

import json
from typing import Any

import pytest

from sync.hq.accounts.tokens import EVERYTHING, Limits
from sync.hq.exchange.webhooks.outbox import Outcome
from tests.hq.certificates.office import NAMES, Office, open_office
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.exchange.certified import issue, reissue, revoke

OK, NO = Outcome(204, "", 5), Outcome(500, "", 5)


@pytest.fixture
def office(desk: Desk) -> Office:
    return open_office(desk)


def add(office: Office, limits: Limits = EVERYTHING) -> str:
    return office.desk.hq.webhooks.add("office", "https://example.org/", BY, limits=limits)[0]


def told(office: Office) -> list[dict[str, Any]]:
    """What the only receiver is told next."""
    outbox = office.desk.hq.webhook_outbox
    (message,) = outbox.claim(10)
    outbox.settle(message, OK)
    body = json.loads(message.body)
    assert body["type"] == message.kind == "certificates.changed"
    data: list[dict[str, Any]] = body["data"]
    return data


def test_issue_revocation_and_reissue_are_told(office: Office) -> None:
    add(office)
    first, second, third = issue(office)
    views = {view.number: view for view in office.views()}
    assert told(office) == [
        {
            "number": number, "kind": "issued", "sitting_id": office.desk.sitting,
            "candidate_id": views[number].candidate_id, "version": 1,
        }
        for number in (first, second, third)
    ]  # fmt: skip
    revoke(office, first)
    assert [(e["number"], e["kind"], e["version"]) for e in told(office)] == [
        (first, "revoked", 2),
    ]  # fmt: skip
    copy = reissue(office, second)
    revoke(office, copy)
    assert [(e["number"], e["kind"], e["version"]) for e in told(office)] == [
        (second, "replaced", 2), (copy, "reissued", 1), (copy, "revoked", 2),
    ]  # fmt: skip
    assert office.desk.hq.webhook_outbox.claim(10) == []


def test_a_message_names_nobody(office: Office) -> None:
    add(office)
    revoke(office, issue(office)[0])
    (message,) = office.desk.hq.webhook_outbox.claim(10)
    for personal in (*NAMES, "张三", office.views()[0].statement):
        assert personal not in message.body


def test_what_a_receiver_refuses_comes_again_before_what_is_newer(office: Office) -> None:
    add(office)
    number, outbox = issue(office)[0], office.desk.hq.webhook_outbox
    (message,) = outbox.claim(10)
    outbox.settle(message, NO)
    revoke(office, number)
    office.desk.clock.pass_time(11)
    (again,) = outbox.claim(10)
    assert (again.message_id, again.body) == (message.message_id, message.body)
    outbox.settle(again, OK)
    assert [entry["kind"] for entry in told(office)] == ["revoked"]


def test_limits_choose_what_is_told(office: Office) -> None:
    hooks = {
        add(office, limits): some
        for limits, some in (
            (Limits(PROGRAMME, CODE), True), (Limits(PROGRAMME), True), (Limits("", "SH01"), False),
        )
    }  # fmt: skip
    issue(office)
    messages = office.desk.hq.webhook_outbox.claim(10)
    assert {message.webhook_id for message in messages} == {
        hook for hook, some in hooks.items() if some
    }


def test_only_what_happens_after_the_registration_is_told(office: Office) -> None:
    number = issue(office)[0]
    add(office)
    assert office.desk.hq.webhook_outbox.claim(10) == []
    revoke(office, number)
    assert [entry["kind"] for entry in told(office)] == ["revoked"]
