"""How requests reach headquarters. Every one is signed with the centre's key."""

import base64
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

import httpx

from kiosk.exam.ports import Clock, Entropy
from kiosk.settings import trusting
from sync.agent.bandwidth import BandwidthLimit
from sync.agent.errors import HqInTrouble, HqRefused, HqUnreachable
from sync.wire.sealing.http_signing import sign_request
from sync.wire.sealing.keys import KeyPair

MOST_OF_A_CAUSE = 200
"""Characters of what the network library says."""

MAX_REPLY = 16 << 20
"""Largest accepted reply in bytes; larger objects are fetched in parts."""


@dataclass(frozen=True)
class Reply:
    """A successful answer of headquarters; the names of ``headers`` are in lower case."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str]


class Transport(Protocol):
    """Sends one request and returns its reply."""

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return a successful reply.

        Raises:
            HqUnreachable: no answer, or none that headquarters would give.
            HqRefused: headquarters refused the request.
        """
        ...


@dataclass(frozen=True)
class Identity:
    """The signer: the centre's code and keys."""

    centre_code: str
    keys: KeyPair


class HttpTransport:
    """Signed HTTP to one origin. Learns HQ's clock from each reply and signs with that time."""

    def __init__(
        self,
        url: str,
        identity: Identity,
        clock: Clock,
        entropy: Entropy,
        timeout: float,
        bandwidth: BandwidthLimit | None = None,
        ca: Path | None = None,
    ) -> None:
        self._identity = identity
        self._clock = clock
        self._entropy = entropy
        self._bandwidth = bandwidth
        verify = trusting(ca)
        self._client = httpx.Client(base_url=url, timeout=timeout, trust_env=False, verify=verify)
        self._lock = threading.Lock()
        self.offset = timedelta(0)
        """HQ's clock minus the centre's, as of the last reply."""

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """See :class:`Transport`. When HQ rejects the clock, correct it and retry once."""
        with self._lock:
            reply = self._once(method, path, body, headers)
            # The refusal's Date header has corrected the offset by now.
            if reply.status_code == httpx.codes.UNAUTHORIZED and _code(reply) == "clock_wrong":
                reply = self._once(method, path, body, headers)
        if self._bandwidth is not None:
            self._bandwidth.spend(len(body) + len(reply.content))
        return _checked(reply)

    def close(self) -> None:
        self._client.close()

    def _once(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str] | None
    ) -> httpx.Response:
        request = self._client.build_request(method, path, content=body, headers=headers)
        nonce = base64.urlsafe_b64encode(self._entropy(18)).decode()
        now = self._clock.now() + self.offset
        sign_request(request, self._identity.keys, self._identity.centre_code, now, nonce)
        try:
            reply = self._client.send(request)
        except httpx.RequestError as error:
            raise HqUnreachable(cause=cause_of(error)) from error
        self._learn_clock(reply.headers)
        return reply

    def _learn_clock(self, headers: Mapping[str, str]) -> None:
        sent = _date(headers.get("date"))
        if sent is not None:
            offset = sent - self._clock.now()
            # The header has whole seconds: smaller differences mean nothing.
            self.offset = offset if abs(offset) > timedelta(seconds=2) else timedelta(0)


def cause_of(error: httpx.RequestError) -> str:
    """Return why a request failed, for support: a certificate, a name and a cable differ."""
    return f"{type(error).__name__}: {error}"[:MOST_OF_A_CAUSE]


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    # "-0000" and a missing zone come back naive; HTTP's times are always GMT.
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _code(reply: httpx.Response) -> str:
    try:
        return str(reply.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def _checked(reply: httpx.Response) -> Reply:
    if reply.is_success and len(reply.content) <= MAX_REPLY:
        return Reply(reply.content, {name.lower(): value for name, value in reply.headers.items()})
    # HQ never redirects: a gateway, such as a captive portal, has answered.
    away = reply.is_server_error or reply.is_redirect
    if reply.is_server_error and _code(reply).startswith("hq_"):
        raise HqInTrouble(reason=_code(reply))
    if away or reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise HqUnreachable(cause=f"HTTP {reply.status_code}")
    raise HqRefused(status=reply.status_code, reason=_code(reply) or "none")
