"""Reverse proxies: whose `X-Forwarded-*` headers are trusted.

Only proxies named in the settings may set them. The headers of all other callers are removed, so
that no later code can trust them by mistake.
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
    """Make `app` see callers behind trusted proxies as if they had connected directly."""
    networks = [ip_network(network, strict=False) for network in trusted]
    app.wsgi_app = _Forwarded(app.wsgi_app, networks)  # type: ignore[method-assign,assignment]


class _Forwarded:
    def __init__(self, app: WSGIApplication, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        forwarded = {name: environ.pop(name) for name in HEADERS if name in environ}
        if forwarded and self._trusts(_address(environ.get("REMOTE_ADDR", ""))):
            self._believe(environ, forwarded)
        return self._app(environ, start)

    def _believe(self, environ: WSGIEnvironment, forwarded: dict[str, str]) -> None:
        caller = self._caller(forwarded.get("HTTP_X_FORWARDED_FOR", ""))
        if caller is not None:
            environ["REMOTE_ADDR"] = str(caller)
        proto, host = (
            _last(forwarded, "HTTP_X_FORWARDED_PROTO"),
            _last(forwarded, "HTTP_X_FORWARDED_HOST"),
        )
        if proto in ("http", "https"):
            environ["wsgi.url_scheme"] = proto
        if host:
            environ["HTTP_HOST"] = host

    def _caller(self, forwarded_for: str) -> Address | None:
        """Return the right-most address that is no trusted proxy; text ends the search."""
        caller = None
        # Each proxy appends the address it saw, so only the right end is trustworthy; callers can
        # invent the rest.
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


def _last(forwarded: dict[str, str], name: str) -> str:
    return forwarded.get(name, "").rsplit(",", 1)[-1].strip()


def _address(text: str) -> Address | None:
    """Parse an address: bare, in brackets, or with a port; None for other text."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    # A dual-stack socket reports IPv4 callers as ::ffff:a.b.c.d, which no IPv4 network contains.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
