"""Proxies in front of the centre: whose `X-Forwarded-*` headers are believed.

Only a proxy that the settings name may say for whom it asks. The headers of everybody else are
removed, so that nothing behind this can believe them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
HEADERS = tuple(
    f"HTTP_{name}"
    for name in (
        "FORWARDED",
        "X_FORWARDED_FOR",
        "X_FORWARDED_PROTO",
        "X_FORWARDED_HOST",
        "X_FORWARDED_PORT",
        "X_FORWARDED_PREFIX",
    )
)


def install(app: Flask, trusted: Sequence[str]) -> None:
    """Let `app` see the callers behind the trusted proxies as if they had come directly."""
    networks = [ip_network(network, strict=False) for network in trusted]
    app.wsgi_app = _Forwarded(app.wsgi_app, networks)  # type: ignore[method-assign,assignment]


class _Forwarded:
    def __init__(self, app: WSGIApplication, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        told = {name: environ.pop(name) for name in HEADERS if name in environ}
        if told and self._trusts(_address(environ.get("REMOTE_ADDR", ""))):
            self._believe(environ, told)
        return self._app(environ, start)

    def _believe(self, environ: WSGIEnvironment, told: dict[str, str]) -> None:
        caller = self._caller(told.get("HTTP_X_FORWARDED_FOR", ""))
        if caller is not None:
            environ["REMOTE_ADDR"] = str(caller)
        proto, host = _last(told, "HTTP_X_FORWARDED_PROTO"), _last(told, "HTTP_X_FORWARDED_HOST")
        if proto in ("http", "https"):
            environ["wsgi.url_scheme"] = proto
        if host:
            environ["HTTP_HOST"] = host

    def _caller(self, forwarded_for: str) -> Address | None:
        """The right-most address that is no trusted proxy; what is no address ends the search."""
        caller = None
        for text in reversed(forwarded_for.split(",")):
            address = _address(text)
            if address is None:
                return caller
            caller = address
            if not self._trusts(address):
                return caller
        return caller

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def _last(told: dict[str, str], name: str) -> str:
    return told.get(name, "").rsplit(",", 1)[-1].strip()


def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, in brackets, or with a port; None for other text."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
