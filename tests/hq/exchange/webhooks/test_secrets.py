"""A secret is replaced without loss: the former one still signs until its receiver has the new."""

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from kiosk.system import entropy
from sync.hq.errors import NotFound
from sync.hq.exchange.errors import OverlapUnusable, TooManySecrets
from sync.hq.exchange.webhooks.addresses import Destinations
from sync.hq.exchange.webhooks.outbox import Outcome, Outgoing
from sync.hq.exchange.webhooks.sender import Sender
from sync.hq.persistence.exchange_tables import former_webhook_secrets, webhooks
from sync.hq.settings import WebhookSettings
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, QUICK, Desk, open_desk
from tests.hq.exchange.reports import deliver
from tests.hq.exchange.webhooks.receivers import receiver

LOOPBACK = ("127.0.0.0/8",)
SETTINGS = QUICK.model_copy(update={"webhooks": WebhookSettings(allow_networks=LOOPBACK)})
HOUR = 3600


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose settings allow receivers on this machine."""
    desk = open_desk(tmp_path / "desk", SETTINGS)
    yield desk
    desk.hq.close()


def add(desk: Desk) -> tuple[str, str]:
    return desk.hq.webhooks.add("office", "https://example.org/", BY)


def next_message(desk: Desk) -> Outgoing:
    """The message that is due; its try fails, so it stays due later."""
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhook_outbox.settle(message, Outcome(401, "", 5))
    return message


def accepts(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether a receiver that knows one secret accepts a message, as the libraries do it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    own = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = [each.split(",", 1) for each in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and own == signature for version, signature in given)


def test_a_message_on_the_way_arrives_at_whoever_knows_either_secret(desk: Desk) -> None:
    with receiver() as found:
        hook, old = desk.hq.webhooks.add("office", found.url, BY)
        deliver(desk, 1)
        # Composed and refused before the secret was replaced.
        first = next_message(desk)
        new = desk.hq.webhook_secrets.change(hook, BY)
        desk.clock.pass_time(60)
        again = next_message(desk)
        assert again.message_id == first.message_id
        sender = Sender(Destinations(LOOPBACK), ssl.create_default_context(), 10)
        asyncio.run(sender.send(again, desk.clock.now()))
    ((headers, _),) = found.got
    assert len(headers["webhook-signature"].split(" ")) == 2
    body = again.body.encode()
    assert accepts(old, headers, body)
    assert accepts(new, headers, body)
    assert not accepts("whsec_" + base64.b64encode(bytes(32)).decode(), headers, body)


def test_the_former_secret_signs_for_a_day_and_then_is_gone(desk: Desk) -> None:
    hook, old = add(desk)
    deliver(desk, 1)
    new = desk.hq.webhook_secrets.change(hook, BY)
    assert next_message(desk).secrets == (new, old)
    until = desk.hq.webhooks.get(hook).former_until
    assert until is not None
    assert (until - desk.clock.now()).total_seconds() == 24 * HOUR
    desk.clock.pass_time(24 * HOUR - 1)
    assert next_message(desk).secrets == (new, old)
    desk.hq.webhook_outbox.prune()
    assert _stored(desk) == 1
    desk.clock.pass_time(6 * HOUR)
    assert next_message(desk).secrets == (new,)
    assert desk.hq.webhooks.get(hook).former_until is None
    desk.hq.webhook_outbox.prune()
    assert _stored(desk) == 0


def test_replaced_twice_the_first_still_signs(desk: Desk) -> None:
    """The new one was not written down: the receiver knows only the first."""
    hook, first = add(desk)
    deliver(desk, 1)
    second = desk.hq.webhook_secrets.change(hook, BY, 10)
    desk.clock.pass_time(HOUR)
    third = desk.hq.webhook_secrets.change(hook, BY, 10)
    assert next_message(desk).secrets == (third, second, first)
    desk.clock.pass_time(9 * HOUR)
    assert next_message(desk).secrets == (third, second)


def test_a_secret_that_became_known_ends_at_once(desk: Desk) -> None:
    hook, _ = add(desk)
    deliver(desk, 1)
    desk.hq.webhook_secrets.change(hook, BY)
    new = desk.hq.webhook_secrets.change(hook, BY, 0)
    assert next_message(desk).secrets == (new,)
    assert _stored(desk) == 0


def test_what_cannot_be_changes_nothing(desk: Desk) -> None:
    hook, secret = add(desk)
    deliver(desk, 1)
    for hours in (-1, 7 * 24 + 1):
        with pytest.raises(OverlapUnusable):
            desk.hq.webhook_secrets.change(hook, BY, hours)
    with pytest.raises(NotFound):
        desk.hq.webhook_secrets.change("none", BY)
    assert next_message(desk).secrets == (secret,)
    for _ in range(4):
        newest = desk.hq.webhook_secrets.change(hook, BY)
    with pytest.raises(TooManySecrets):
        desk.hq.webhook_secrets.change(hook, BY)
    desk.clock.pass_time(60)
    secrets = next_message(desk).secrets
    assert (len(secrets), secrets[0]) == (5, newest)
    desk.hq.webhooks.remove(hook, BY)
    assert _stored(desk) == 0
    with pytest.raises(NotFound):
        desk.hq.webhook_secrets.change(hook, BY)


def test_a_new_secret_mends_one_that_cannot_be_read(desk: Desk) -> None:
    hook, _ = add(desk)
    deliver(desk, 1)
    strangers = KeyPair.generate(entropy).public
    with desk.hq.storage.database.write() as connection:
        connection.execute(update(webhooks).values(secret=strangers.seal(b"whsec_AAAA")))
    assert desk.hq.webhook_outbox.claim(10) == []
    assert desk.hq.webhooks.get(hook).paused_reason == "unreadable"
    new = desk.hq.webhook_secrets.change(hook, BY)
    desk.hq.webhooks.resume(hook, BY)
    assert next_message(desk).secrets == (new,)


def test_a_former_secret_that_cannot_be_read_stops_nothing(desk: Desk) -> None:
    hook, _ = add(desk)
    deliver(desk, 1)
    new = desk.hq.webhook_secrets.change(hook, BY)
    sealed = KeyPair.generate(entropy).public.seal(b"whsec_AAAA")
    with desk.hq.storage.database.write() as connection:
        connection.execute(update(former_webhook_secrets).values(secret=sealed))
    assert next_message(desk).secrets == (new,)


def test_the_change_is_in_the_audit_log_and_the_secrets_are_nowhere(desk: Desk) -> None:
    hook, old = add(desk)
    new = desk.hq.webhook_secrets.change(hook, "chief", 48)
    (event,) = desk.hq.audit_log.newest(1)
    assert (event.kind, event.who) == ("webhook_secret_changed", "chief")
    assert event.data == {"webhook": hook, "hours": 48}
    deliver(desk, 1)
    message = next_message(desk)
    with desk.hq.storage.database.read() as connection:
        rows = connection.execute(select(former_webhook_secrets)).all()
    told = f"{message!r} {rows!r} {desk.hq.webhooks.get(hook)!r} {desk.hq.audit_log.newest()!r}"
    for secret in (old, new):
        assert secret.removeprefix("whsec_") not in told


def _stored(desk: Desk) -> int:
    """How many former secrets the database has."""
    query = select(func.count()).select_from(former_webhook_secrets)
    with desk.hq.storage.database.read() as connection:
        return connection.execute(query).scalar_one()
