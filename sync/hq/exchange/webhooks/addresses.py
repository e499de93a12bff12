"""Which addresses may be called: public ones over HTTPS, and what the settings allow besides.

Whoever registers an address must not reach the machines around headquarters through it. So the
rule is applied to the address that is connected to, each time, not to the name that was typed.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from sync.hq.exchange.errors import WebhookUnusable
from sync.hq.problems import Phrase

LONGEST_URL = 500
_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")
"""All global addresses are of it; the old forms outside of it may lead anywhere."""

Address = IPv4Address | IPv6Address


class Destinations:
    """The rule with the networks of the settings."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ip_network(network) for network in networks]

    def may_connect(self, text: str) -> bool:
        """Return whether an IP address may be connected to."""
        address = _embedded(ip_address(text.partition("%")[0]))
        if any(address in network for network in self._networks):
            return True
        if isinstance(address, IPv6Address) and address not in _UNICAST:
            return False
        return address.is_global and not address.is_multicast

    def require_url(self, url: str) -> str:
        """Return a usable URL of a receiver; its name is looked up only when it is called.

        Raises:
            WebhookUnusable: it is not HTTPS, or names an address that may not be called.
        """
        url = url.strip()
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise WebhookUnusable(reason=Phrase("it is not a web address")) from error
        # Readers of addresses leave line feeds and tabs out, each in its own way.
        plain = url.isascii() and url.isprintable() and " " not in url
        if not host or port == 0 or len(url) > LONGEST_URL or not plain:
            raise WebhookUnusable(reason=Phrase("it is not a web address"))
        if parts.username is not None or parts.fragment:
            raise WebhookUnusable(reason=Phrase("it must have no password and no #"))
        literal = _literal(host)
        if literal is not None and not self.may_connect(literal):
            raise WebhookUnusable(reason=Phrase("it is of a private network"))
        # Without TLS only to this machine, and only where the settings allow that at all.
        here = parts.scheme == "http" and literal is not None and ip_address(literal).is_loopback
        if parts.scheme != "https" and not here:
            raise WebhookUnusable(reason=Phrase("it must begin with https://"))
        return url


def _literal(host: str) -> str | None:
    """Return the IP address that a host is, also in its old forms such as 127.1; else None."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return "127.0.0.1" if host.rstrip(".").lower() == "localhost" else None


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
