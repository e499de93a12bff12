"""Messages arrive at least once and in order; a receiver that fails or hangs holds up nobody."""

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sync.hq.accounts.tokens import EVERYTHING, Limits
from sync.hq.errors import NotFound
from sync.hq.exchange.errors import TooManyWebhooks, WebhookUnusable
from sync.hq.exchange.webhooks import registry
from sync.hq.exchange.webhooks.addresses import Destinations
from sync.hq.exchange.webhooks.deliverer import Deliverer, delivering
from sync.hq.exchange.webhooks.outbox import LEASE, LONGEST_WAIT, Outcome, wait_after
from sync.hq.exchange.webhooks.sender import Sender
from sync.hq.exchange.webhooks.signing import signed_headers
from sync.hq.persistence.exchange_tables import webhooks
from sync.hq.settings import WebhookSettings
from tests.hq.desk import BY, CODE, PROGRAMME, QUICK, Desk, open_again, open_desk
from tests.hq.exchange.reports import deliver
from tests.hq.exchange.webhooks.receivers import (
    CUT,
    FLOOD,
    HANG,
    REDIRECT,
    TRICKLE,
    Receiver,
    receiver,
    silence,
)

LOOPBACK = ("127.0.0.0/8",)
SETTINGS = QUICK.model_copy(update={"webhooks": WebhookSettings(allow_networks=LOOPBACK)})
OK, NO = Outcome(204, "", 5), Outcome(500, "", 5)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose settings allow receivers on this machine."""
    desk = open_desk(tmp_path / "desk", SETTINGS)
    yield desk
    desk.hq.close()


def sender(seconds: float = 10, networks: tuple[str, ...] = LOOPBACK) -> Sender:
    return Sender(Destinations(networks), ssl.create_default_context(), seconds)


def add(desk: Desk, url: str = "https://example.org/", limits: Limits = EVERYTHING) -> str:
    return desk.hq.webhooks.add("office", url, BY, limits=limits)[0]


def attempts(body: str) -> list[str]:
    return [entry["attempt_id"] for entry in json.loads(body)["data"]]


def until(found: Callable[[], bool]) -> None:
    """Wait for something that other threads do."""
    for _ in range(400):
        if found():
            return
        time.sleep(0.05)
    raise AssertionError("it never came")


# What waits for whom.


def test_only_what_happens_after_the_registration_is_told(desk: Desk) -> None:
    deliver(desk, 1)
    add(desk)
    outbox = desk.hq.webhook_outbox
    assert outbox.claim(10) == []
    deliver(desk, 2)
    deliver(desk, 3)
    (message,) = outbox.claim(10)
    assert attempts(message.body) == ["ATTEMPT2", "ATTEMPT3"]
    outbox.settle(message, OK)
    assert outbox.claim(10) == []
    deliver(desk, 2, revision=2)
    (message,) = outbox.claim(10)
    assert attempts(message.body) == ["ATTEMPT2"]


def test_a_message_has_ids_and_nothing_else(desk: Desk) -> None:
    add(desk)
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    body = json.loads(message.body)
    assert set(body) == {"type", "timestamp", "data"}
    assert body["type"] == "results.changed"
    (entry,) = body["data"]
    assert entry == {
        "centre_code": CODE, "attempt_id": "ATTEMPT1", "sitting_id": desk.sitting, "version": 1,
    }  # fmt: skip


def test_limits_choose_what_is_told(desk: Desk) -> None:
    here, elsewhere = (
        add(desk, limits=Limits(PROGRAMME, CODE)),
        add(desk, limits=Limits("", "SH01")),
    )
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    assert message.webhook_id == here
    # What is not for it is not looked at again.
    assert desk.hq.webhook_outbox.claim(10) == []
    assert desk.hq.webhooks.get(elsewhere).waiting == 0


def test_a_failed_message_is_sent_again_with_its_id_before_newer_ones(desk: Desk) -> None:
    add(desk)
    deliver(desk, 1)
    outbox = desk.hq.webhook_outbox
    (first,) = outbox.claim(10)
    outbox.settle(first, NO)
    deliver(desk, 2)
    assert outbox.claim(10) == []
    desk.clock.pass_time(11)
    (again,) = outbox.claim(10)
    assert (again.message_id, again.body) == (first.message_id, first.body)
    outbox.settle(again, OK)
    (second,) = outbox.claim(10)
    assert attempts(second.body) == ["ATTEMPT2"]
    assert second.message_id != first.message_id


def test_a_large_backlog_comes_in_messages_of_a_hundred(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.hq.exchange.webhooks.events.MOST", 2)
    add(desk)
    for number in range(1, 6):
        deliver(desk, number)
    told, outbox = [], desk.hq.webhook_outbox
    while claimed := outbox.claim(10):
        told.append(attempts(claimed[0].body))
        outbox.settle(claimed[0], OK)
    assert told == [["ATTEMPT1", "ATTEMPT2"], ["ATTEMPT3", "ATTEMPT4"], ["ATTEMPT5"]]


def test_two_processes_never_send_one_message_at_once(desk: Desk) -> None:
    add(desk)
    deliver(desk, 1)
    other = open_again(desk)
    try:
        (message,) = desk.hq.webhook_outbox.claim(10)
        assert other.webhook_outbox.claim(10) == []
        # The first one died: after its lease the other sends the same message.
        desk.clock.pass_time(LEASE.total_seconds())
        (again,) = other.webhook_outbox.claim(10)
        assert again.message_id == message.message_id
        assert desk.hq.webhook_outbox.claim(10) == []
    finally:
        other.close()


def test_the_wait_doubles_up_to_a_limit_and_half_of_it_is_chance() -> None:
    least, most = (lambda size: b"\0" * size), (lambda size: b"\xff" * size)
    waits = [wait_after(failures, least).total_seconds() for failures in (1, 2, 3, 4)]
    assert waits == [5, 10, 20, 40]
    assert wait_after(1, most) > timedelta(seconds=9.9)
    assert wait_after(10_000, least) == LONGEST_WAIT / 2
    assert wait_after(10_000, most) <= LONGEST_WAIT


def test_a_receiver_that_fails_for_days_is_paused_and_told_all_when_resumed(desk: Desk) -> None:
    hook = add(desk)
    deliver(desk, 1)
    outbox, tried = desk.hq.webhook_outbox, 0
    for _ in range(6 * 24):
        for message in outbox.claim(10):
            outbox.settle(message, NO)
            tried += 1
        desk.clock.pass_time(3600)
    view = desk.hq.webhooks.get(hook)
    assert (view.paused_reason, view.waiting) == ("failing", 1)
    assert 15 < tried < 60
    (paused,) = (e for e in desk.hq.audit_log.newest() if e.kind == "webhook_paused")
    assert (paused.who, paused.data) == ("system", {"webhook": hook, "reason": "failing"})
    deliver(desk, 2)
    desk.hq.webhooks.resume(hook, BY)
    told = []
    while claimed := outbox.claim(10):
        told += attempts(claimed[0].body)
        outbox.settle(claimed[0], OK)
    assert told == ["ATTEMPT1", "ATTEMPT2"]
    assert desk.hq.webhooks.get(hook).failing_since is None


def test_a_receiver_that_is_gone_is_paused_at_once(desk: Desk) -> None:
    hook = add(desk)
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhook_outbox.settle(message, Outcome(410, "", 5))
    assert desk.hq.webhooks.get(hook).paused_reason == "gone"


def test_a_test_message_is_tried_once_and_counts_as_no_failure(desk: Desk) -> None:
    hook = add(desk)
    deliver(desk, 1)
    desk.hq.webhooks.send_test(hook)
    (message,) = desk.hq.webhook_outbox.claim(10)
    assert message.kind == "test"
    desk.hq.webhook_outbox.settle(message, NO)
    view = desk.hq.webhooks.get(hook)
    assert (view.failing_since, view.paused_at, view.waiting) == (None, None, 0)
    (message,) = desk.hq.webhook_outbox.claim(10)
    assert attempts(message.body) == ["ATTEMPT1"]
    assert [entry.kind for entry in desk.hq.webhooks.tries(hook)] == ["test"]


def test_paused_and_removed_receivers_get_nothing(desk: Desk) -> None:
    paused, removed = add(desk), add(desk)
    desk.hq.webhooks.pause(paused, BY)
    desk.hq.webhooks.remove(removed, BY)
    deliver(desk, 1)
    assert desk.hq.webhook_outbox.claim(10) == []
    assert [hook.id for hook in desk.hq.webhooks.list()] == [paused]
    for act in (desk.hq.webhooks.resume, desk.hq.webhooks.remove, desk.hq.webhooks.pause):
        with pytest.raises(NotFound):
            act(removed, BY)
    with pytest.raises(NotFound):
        desk.hq.webhooks.send_test(removed)


def test_a_webhook_removed_while_a_message_is_on_its_way_stays_removed(desk: Desk) -> None:
    hook = add(desk)
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhooks.remove(hook, BY)
    desk.hq.webhook_outbox.settle(message, NO)
    desk.clock.pass_time(LONGEST_WAIT.total_seconds())
    assert desk.hq.webhook_outbox.claim(10) == []


def test_a_secret_that_cannot_be_read_holds_up_nobody(desk: Desk) -> None:
    lost, well = add(desk), add(desk)
    with desk.hq.storage.database.write() as connection:
        spoilt = update(webhooks).where(webhooks.c.id == lost).values(secret=b"of other keys")
        connection.execute(spoilt)
    deliver(desk, 1)
    assert [message.webhook_id for message in desk.hq.webhook_outbox.claim(10)] == [well]
    assert desk.hq.webhooks.get(lost).paused_reason == "unreadable"


def test_there_is_a_limit_and_a_wrong_address_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WebhookUnusable):
        add(desk, "https://10.0.0.1/")
    with pytest.raises(NotFound):
        add(desk, limits=Limits("none"))
    assert desk.hq.webhooks.list() == []
    monkeypatch.setattr(registry, "MOST", 1)
    add(desk)
    with pytest.raises(TooManyWebhooks):
        add(desk)


def test_the_log_is_paged_and_old_entries_are_deleted(desk: Desk) -> None:
    hook, outbox = add(desk), desk.hq.webhook_outbox
    for number in range(1, 4):
        deliver(desk, number)
        outbox.settle(outbox.claim(10)[0], OK)
        desk.clock.pass_time(20 * 24 * 3600)
    newest = desk.hq.webhooks.tries(hook, limit=2)
    older = desk.hq.webhooks.tries(hook, newest[-1].number)
    assert [entry.number for entry in (*newest, *older)] == [3, 2, 1]
    outbox.prune()
    assert [entry.number for entry in desk.hq.webhooks.tries(hook)] == [3]


def test_nothing_shows_or_stores_the_secret(desk: Desk) -> None:
    hook, secret = desk.hq.webhooks.add("office", "https://example.org/?key=word", BY)
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    assert message.secrets == (secret,)
    with desk.hq.storage.database.read() as connection:
        row = connection.execute(select(webhooks)).one()
    told = f"{message!r} {desk.hq.webhooks.get(hook)!r} {row!r} {desk.hq.audit_log.newest()!r}"
    assert secret not in told
    assert secret.removeprefix("whsec_") not in told
    assert "word" not in f"{message!r} {desk.hq.audit_log.newest()!r}"


# How it is sent.


def send(desk: Desk, found: Receiver, seconds: float = 10) -> Outcome:
    add(desk, found.url)
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    return asyncio.run(sender(seconds).send(message, desk.clock.now()))


def test_a_message_arrives_signed(desk: Desk) -> None:
    with receiver() as found:
        _, secret = desk.hq.webhooks.add("office", found.url, BY)
        deliver(desk, 1)
        (message,) = desk.hq.webhook_outbox.claim(10)
        outcome = asyncio.run(sender().send(message, desk.clock.now()))
    assert (outcome.status, outcome.error, outcome.delivered) == (204, "", True)
    ((headers, _),) = found.got
    expected = signed_headers([secret], message.message_id, desk.clock.now(), message.body.encode())
    assert {name: headers[name] for name in expected} == dict(expected)
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("act", [HANG, TRICKLE])
def test_the_deadline_covers_everything(desk: Desk, act: str) -> None:
    with receiver(act) as found:
        began = time.monotonic()
        outcome = send(desk, found, seconds=0.6)
        assert (outcome.status, outcome.error) == (None, "timeout")
        assert time.monotonic() - began < 5


def test_who_accepts_and_says_nothing_is_given_up(desk: Desk) -> None:
    with silence() as url:
        add(desk, url)
        deliver(desk, 1)
        (message,) = desk.hq.webhook_outbox.claim(10)
        outcome = asyncio.run(sender(0.5).send(message, desk.clock.now()))
    assert outcome.error == "timeout"


def test_a_redirect_is_not_followed(desk: Desk) -> None:
    with receiver(REDIRECT) as found:
        outcome = send(desk, found)
    assert (outcome.status, outcome.delivered, found.paths) == (302, False, ["/hook"])


def test_an_endless_reply_is_not_read(desk: Desk) -> None:
    with receiver(FLOOD) as found:
        began = time.monotonic()
        assert send(desk, found).status == 200
        assert time.monotonic() - began < 5


def test_a_connection_that_breaks_is_a_failure(desk: Desk) -> None:
    with receiver(CUT) as found:
        assert send(desk, found).error == "no_connection"


@pytest.mark.parametrize("host", ["exa\0mple.org", "a..b", "x" * 80, "[::1", "example.org:x"])
def test_an_address_that_nobody_can_call_is_a_failure(desk: Desk, host: str) -> None:
    """One may be stored since before it was refused; its messages must not wait for ever."""
    add(desk)
    deliver(desk, 1)
    (message,) = desk.hq.webhook_outbox.claim(10)
    named = replace(message, url=f"https://{host}/")
    outcome = asyncio.run(sender().send(named, desk.clock.now()))
    assert (outcome.status, outcome.error) == (None, "no_connection")


def test_the_address_is_checked_again_when_it_is_called(desk: Desk) -> None:
    """The name may lead elsewhere by then, or the settings may have changed."""
    with receiver() as found:
        add(desk, found.url)
        deliver(desk, 1)
        (message,) = desk.hq.webhook_outbox.claim(10)
        for url in (found.url, found.url.replace("127.0.0.1", "localhost")):
            named = replace(message, url=url)
            outcome = asyncio.run(sender(networks=()).send(named, desk.clock.now()))
            assert (outcome.status, outcome.error) == (None, "private_address")
    assert found.got == []


# All together.


def test_who_hangs_holds_up_nobody(desk: Desk) -> None:
    with receiver(*[HANG] * 5) as bad, receiver(*[HANG] * 5) as worse, receiver() as good:
        for found in (bad, worse, good):
            add(desk, found.url)
        deliverer = Deliverer(desk.hq.webhook_outbox, sender(20), desk.clock, look_seconds=0.05)
        with delivering(deliverer):
            for number in range(1, 4):
                deliver(desk, number)
                until(lambda count=number: sum(len(b["data"]) for _, b in good.got) == count)  # type: ignore[misc]
            assert (len(bad.got), len(worse.got)) == (1, 1)


def test_what_fails_comes_later_and_what_was_on_its_way_at_the_end_comes_again(
    desk: Desk,
) -> None:
    with receiver(500, CUT, HANG) as found:
        add(desk, found.url)
        deliver(desk, 1)
        first = Deliverer(desk.hq.webhook_outbox, sender(20), desk.clock, look_seconds=0.05)
        with delivering(first):
            until(lambda: len(found.got) == 1)
            until(lambda: len(desk.hq.webhooks.tries(desk.hq.webhooks.list()[0].id)) == 1)
            desk.clock.pass_time(60)
            until(lambda: len(found.got) == 2)
            until(lambda: len(desk.hq.webhooks.tries(desk.hq.webhooks.list()[0].id)) == 2)
            desk.clock.pass_time(60)
            until(lambda: len(found.got) == 3)
        desk.clock.pass_time(LEASE.total_seconds())
        second = Deliverer(desk.hq.webhook_outbox, sender(20), desk.clock, look_seconds=0.05)
        with delivering(second):
            until(lambda: len(found.got) == 4)
            until(lambda: desk.hq.webhooks.list()[0].waiting == 0)
    assert len({headers["webhook-id"] for headers, _ in found.got}) == 1
