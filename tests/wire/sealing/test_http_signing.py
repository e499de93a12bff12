"""RFC 9421: a request is the centre's, whole, fresh and used once, or it is refused."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from sync.wire.errors import BadSignature, ClockWrong, ReplayedRequest, RequestRefused
from sync.wire.sealing.http_signing import WINDOW, sign_request, verify_request
from sync.wire.sealing.keys import KeyPair
from tests.wire.conftest import NOW

URL = "https://hq.example/sync/v1/inbox?after=5"


class Nonces:
    """Remembers nonces, as headquarters' database does."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def __call__(self, centre_code: str, nonce: str, _created: datetime) -> bool:
        known = (centre_code, nonce) in self.seen
        self.seen.add((centre_code, nonce))
        return known


def signed(
    keys: KeyPair, body: bytes = b"sealed", now: datetime = NOW, nonce: str = "n1"
) -> httpx.Request:
    request = httpx.Request("PUT", URL, content=body)
    sign_request(request, keys, "BJ-001", now, nonce)
    return request


def checked(request: httpx.Request, centre: KeyPair, **changes: Any) -> str:
    settings: dict[str, Any] = {
        "method": request.method,
        "url": str(request.url),
        "headers": dict(request.headers),
        "body": request.content,
        "keys_of": {"BJ-001": centre.public}.get,
        "now": NOW,
        "seen_nonce": Nonces(),
    }
    return verify_request(**settings | changes)


def test_a_signed_request_names_its_centre(centre: KeyPair) -> None:
    assert checked(signed(centre), centre) == "BJ-001"


def test_an_empty_body_is_covered_too(centre: KeyPair) -> None:
    request = signed(centre, body=b"")
    assert checked(request, centre) == "BJ-001"
    with pytest.raises(BadSignature):
        checked(request, centre, body=b"x")


def test_the_scheme_may_change_at_a_proxy(centre: KeyPair) -> None:
    assert checked(signed(centre), centre, url=URL.replace("https", "http")) == "BJ-001"


@pytest.mark.parametrize(
    "change",
    [
        {"method": "DELETE"},
        {"url": "https://other.example/sync/v1/inbox?after=5"},
        {"url": "https://hq.example/sync/v1/outbox?after=5"},
        {"url": "https://hq.example/sync/v1/inbox?after=6"},
        {"url": "https://hq.example/sync/v1/inbox"},
        {"body": b"other"},
    ],
)
def test_any_altered_part_is_found(centre: KeyPair, change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        checked(signed(centre), centre, **change)


@pytest.mark.parametrize("header", ["signature", "signature-input", "content-digest"])
def test_a_missing_header_is_refused(centre: KeyPair, header: str) -> None:
    request = signed(centre)
    del request.headers[header]
    with pytest.raises((BadSignature, RequestRefused)):
        checked(request, centre)


@pytest.mark.parametrize("component", ["@method", "@authority", "@path", "@query", "created="])
def test_a_stripped_component_is_found(centre: KeyPair, component: str) -> None:
    request = signed(centre)
    text = request.headers["signature-input"]
    assert component in text
    request.headers["signature-input"] = text.replace(f'"{component}" ', "").replace("created=", "")
    with pytest.raises(BadSignature):
        checked(request, centre)


def test_an_unknown_centre_is_refused(centre: KeyPair) -> None:
    with pytest.raises(BadSignature):
        checked(signed(centre), centre, keys_of={}.get)


def test_a_centre_cannot_sign_as_another_one(centre: KeyPair, stranger: KeyPair) -> None:
    with pytest.raises(BadSignature):
        checked(signed(stranger), centre)


def test_the_same_request_twice_is_refused(centre: KeyPair) -> None:
    request, nonces = signed(centre), Nonces()
    checked(request, centre, seen_nonce=nonces)
    with pytest.raises(ReplayedRequest):
        checked(request, centre, seen_nonce=nonces)


@pytest.mark.parametrize("offset", [-WINDOW, WINDOW])
def test_a_clock_at_the_edge_of_the_window_is_accepted(centre: KeyPair, offset: timedelta) -> None:
    assert checked(signed(centre, now=NOW + offset), centre) == "BJ-001"


@pytest.mark.parametrize("seconds", [-301, 301, -86400 * 365, 10800])
def test_a_wrong_clock_is_named_with_its_offset(centre: KeyPair, seconds: int) -> None:
    request = signed(centre, now=NOW + timedelta(seconds=seconds))
    with pytest.raises(ClockWrong) as refused:
        checked(request, centre)
    assert refused.value.params["offset_seconds"] == seconds


def test_only_a_true_centre_learns_about_its_clock(centre: KeyPair, stranger: KeyPair) -> None:
    request = signed(stranger, now=NOW + timedelta(days=1))
    with pytest.raises(BadSignature):
        checked(request, centre)


def test_a_refused_request_uses_up_no_nonce(centre: KeyPair) -> None:
    nonces = Nonces()
    with pytest.raises(BadSignature):
        checked(signed(centre), centre, body=b"other", seen_nonce=nonces)
    assert not nonces.seen


@pytest.mark.parametrize("text", ["", "sync=?", "sync=:AAAA:", "a=:AA==:, sync=:AA==:", "é"])
def test_nonsense_in_the_signature_header_is_refused(centre: KeyPair, text: str) -> None:
    headers = dict(signed(centre).headers) | {"signature": text}
    with pytest.raises((BadSignature, RequestRefused)):
        checked(signed(centre), centre, headers=headers)


def test_a_request_without_any_signature_is_refused(centre: KeyPair) -> None:
    with pytest.raises(RequestRefused):
        checked(httpx.Request("GET", URL), centre)


def test_what_fails_when_keys_are_looked_up_is_not_the_signature(centre: KeyPair) -> None:
    def away(_centre_code: str) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        checked(signed(centre), centre, keys_of=away)
