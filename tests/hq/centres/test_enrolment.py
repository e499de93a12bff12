"""Strangers who ask to be enrolled keep nobody else from asking."""

import dataclasses
from functools import cache

import httpx
import pytest

from kiosk.server.serving import listening
from kiosk.system import entropy
from sync.hq.centres import enrolment
from sync.hq.errors import TooManyRequests
from sync.hq.web.app import create_app
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import NOW, QUICK, Desk

FULL, OF_ONE = 12, 3


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment, "MOST_PENDING", FULL)
    monkeypatch.setattr(enrolment, "MOST_OF_ONE", OF_ONE)


@cache
def request(number: int) -> bytes:
    return make_request(f"C{number:03d}", "考点", KeyPair.generate(entropy), NOW)


def ask(desk: Desk, number: int, remote: str) -> str:
    return desk.hq.enrolment.ask(request(number), remote)


def test_a_newcomer_gets_a_place_of_the_address_that_has_most(desk: Desk) -> None:
    for number in range(FULL):
        ask(desk, number, f"203.0.113.{number // OF_ONE}")
    key_id = ask(desk, 99, "192.0.2.7")
    waiting = {each.key_id for each in desk.hq.enrolment.pending()}
    assert key_id in waiting
    assert len(waiting) == FULL


def test_one_address_takes_no_more_than_its_places(desk: Desk) -> None:
    for number in range(OF_ONE):
        ask(desk, number, "203.0.113.1")
    with pytest.raises(TooManyRequests):
        ask(desk, 50, "203.0.113.1")


def test_when_all_have_one_place_the_next_one_waits(desk: Desk) -> None:
    for number in range(FULL):
        ask(desk, number, f"203.0.113.{number}")
    with pytest.raises(TooManyRequests):
        ask(desk, 99, "192.0.2.7")


def test_behind_a_proxy_the_address_before_it_counts(desk: Desk) -> None:
    server = QUICK.server.model_copy(update={"proxies": 1})
    settings = desk.hq.settings.model_copy(update={"server": server})
    hq = dataclasses.replace(desk.hq, settings=settings)
    with listening(create_app(hq), "127.0.0.1", 0, 2) as url:
        headers = {"X-Forwarded-For": "192.0.2.7"}
        sent = httpx.post(f"{url}/sync/v1/enrolment", content=request(1), headers=headers)
    assert sent.status_code < 300
    assert [each.remote for each in desk.hq.enrolment.pending()] == ["192.0.2.7"]
