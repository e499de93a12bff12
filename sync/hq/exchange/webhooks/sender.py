"""Sends one message: to a checked address, with a deadline for everything, without redirects."""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import httpcore

from kiosk import __version__
from sync.hq.exchange.webhooks.addresses import Destinations
from sync.hq.exchange.webhooks.outbox import Outcome, Outgoing
from sync.hq.exchange.webhooks.signing import signed_headers

TIMEOUT, NO_CONNECTION, UNTRUSTED = "timeout", "no_connection", "untrusted"
PRIVATE = "private_address"
ERRORS = (TIMEOUT, NO_CONNECTION, UNTRUSTED, PRIVATE)
"""Why there was no reply, as it is stored."""


class _PrivateAddress(Exception):
    """A name leads to an address that may not be called."""


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Looks a name up once, checks every address and connects to what was checked.

    A name that is looked up again for the connection could lead elsewhere by then.
    """

    def __init__(self, destinations: Destinations) -> None:
        self._destinations = destinations
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not all(map(self._destinations.may_connect, addresses)):
            raise _PrivateAddress
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError:
                continue
        return await self._inner.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class Sender:
    """Sends messages within a number of seconds, name look-up and reply included."""

    def __init__(self, destinations: Destinations, trust: ssl.SSLContext, seconds: float) -> None:
        self._network = _CheckedNetwork(destinations)
        self._trust = trust
        self._seconds = seconds

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        """Send a message and return what became of it; raises nothing."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        status, error = None, ""
        try:
            async with asyncio.timeout(self._seconds):
                status = await self._post(outgoing, now)
        except (TimeoutError, httpcore.TimeoutException):
            error = TIMEOUT
        except _PrivateAddress:
            error = PRIVATE
        except (
            *(httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol),
            *(OSError, ValueError),  # ValueError: a name that cannot be looked up, or has no TLS
        ) as problem:
            error = UNTRUSTED if _is_tls(problem) else NO_CONNECTION
        return Outcome(status, error, round((loop.time() - began) * 1000))

    async def _post(self, outgoing: Outgoing, now: datetime) -> int:
        body = outgoing.body.encode()
        headers: dict[bytes | str, bytes | str] = {
            "Content-Type": "application/json",
            "User-Agent": f"exam-headquarters/{__version__}",
        }
        headers.update(signed_headers(outgoing.secrets, outgoing.message_id, now, body))
        pool = httpcore.AsyncConnectionPool(ssl_context=self._trust, network_backend=self._network)
        async with (
            pool,
            pool.stream("POST", outgoing.url, headers=headers, content=body) as response,
        ):
            # Only the status counts; what else comes is not read, however much it is.
            return int(response.status)


def _is_tls(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None
