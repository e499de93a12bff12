"""Tokens expire, are limited, are noted when used, and are stored only as hashes."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from sync.hq.accounts.tokens import MOST_DAYS, Limits, TokenScope
from sync.hq.errors import (
    ExpiryUnusable,
    NotFound,
    ScopeMissing,
    TokenExpired,
    TokenRefused,
)
from sync.hq.persistence.tables import tokens
from tests.hq.desk import BY, PROGRAMME, Desk

READ = TokenScope.RESULTS
DAY = 24 * 3600.0


def test_a_token_is_valid_until_its_last_day_is_over(desk: Desk, client: FlaskClient) -> None:
    secret = desk.hq.tokens.create("office", (READ,), BY, days=2)
    headers = {"Authorization": f"Bearer {secret}"}
    desk.clock.pass_time(2 * DAY - 1)
    assert desk.hq.tokens.require(secret, READ).name == "office"
    desk.clock.pass_time(1)
    with pytest.raises(TokenExpired):
        desk.hq.tokens.require(secret, READ)
    reply = client.get("/api/v1/results", headers=headers)
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (401, "hq_token_expired")
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    # Another scope does not open it again.
    with pytest.raises(TokenExpired):
        desk.hq.tokens.require(secret, TokenScope.EVIDENCE)


def test_a_year_unless_chosen_and_never_for_ever(desk: Desk) -> None:
    desk.hq.tokens.create("office", (READ,), BY)
    (token,) = desk.hq.tokens.list()
    assert token.expires_at == desk.clock.now() + timedelta(days=365)
    for days in (0, -1, MOST_DAYS + 1):
        with pytest.raises(ExpiryUnusable):
            desk.hq.tokens.create("office", (READ,), BY, days=days)
    assert desk.hq.tokens.count() == 1


def test_a_token_from_before_has_no_end(desk: Desk) -> None:
    secret = desk.hq.tokens.create("office", (READ,), BY)
    with desk.hq.storage.database.write() as connection:
        connection.execute(update(tokens).values(expires_at=None))
    desk.clock.pass_time(5000 * DAY)
    assert desk.hq.tokens.require(secret, READ).state(desk.clock.now()) == "valid"


def test_scopes_are_known_and_needed(desk: Desk) -> None:
    for scopes in ((), ("results:write",), ("results:read", "x")):
        with pytest.raises(NotFound):
            desk.hq.tokens.create("office", scopes, BY)
    secret = desk.hq.tokens.create("office", (TokenScope.INCIDENTS, READ, READ), BY)
    assert desk.hq.tokens.require(secret, READ).scopes == ("results:read", "incidents:read")
    with pytest.raises(ScopeMissing, match="evidence:read"):
        desk.hq.tokens.require(secret, TokenScope.EVIDENCE)


def test_an_unknown_programme_limits_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.hq.tokens.create("office", (READ,), BY, limits=Limits("none"))
    assert desk.hq.tokens.list() == []
    secret = desk.hq.tokens.create("office", (READ,), BY, limits=Limits(PROGRAMME, "BJ01"))
    assert desk.hq.tokens.require(secret, READ).limits == Limits(PROGRAMME, "BJ01")


def test_use_is_noted_but_not_each(desk: Desk) -> None:
    secret = desk.hq.tokens.create("office", (READ,), BY)
    assert desk.hq.tokens.list()[0].last_used_at is None
    first = desk.clock.now()
    for _ in range(3):
        desk.hq.tokens.require(secret, READ)
        desk.clock.pass_time(60)
    assert desk.hq.tokens.list()[0].last_used_at == first
    desk.clock.pass_time(300)
    desk.hq.tokens.require(secret, READ)
    assert desk.hq.tokens.list()[0].last_used_at == desk.clock.now()


def test_a_revoked_token_stays_revoked(desk: Desk) -> None:
    secret = desk.hq.tokens.create("office", (READ,), BY)
    (token,) = desk.hq.tokens.list()
    desk.hq.tokens.revoke(token.id, BY)
    with pytest.raises(TokenRefused):
        desk.hq.tokens.require(secret, READ)
    with pytest.raises(NotFound):
        desk.hq.tokens.revoke(token.id, BY)
    assert desk.hq.tokens.list()[0].state(desk.clock.now()) == "revoked"


def test_neither_database_nor_audit_log_has_the_secret(desk: Desk) -> None:
    secret = desk.hq.tokens.create("office", (READ,), BY)
    with desk.hq.storage.database.read() as connection:
        (row,) = connection.execute(select(tokens)).all()
    told = f"{row} {desk.hq.audit_log.newest()}"
    assert secret not in told
    assert secret.removeprefix("hq_") not in told
