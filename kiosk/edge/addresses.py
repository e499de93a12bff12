"""Addresses of this machine, and whether a name or address leads to it."""

import fcntl
import socket
import struct
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

SIOCGIFADDR = 0x8915


def own_addresses() -> list[str]:
    """Return the first IPv4 address of each interface that has one, without loopback."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                # struct ifreq: 16 bytes of name, then a sockaddr_in; its address is [20:24].
                reply = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, request)
            except OSError:  # it has none
                continue
            found.append(socket.inet_ntoa(reply[20:24]))
    return [address for address in found if not ip_address(address).is_loopback]


def is_address(host: str) -> bool:
    """Return whether a host is an IP address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_own(address: str) -> bool:
    """Return whether an address belongs to this machine now: only then can a socket bind to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as trying:
        try:
            trying.bind((address, 0))
        except OSError:
            return False
    return True


def resolve(host: str) -> list[str]:
    """Return the addresses of a name, or the address itself; none for an unknown name."""
    try:
        return [
            str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        ]
    except OSError:
        return []


def strayed(origins: Iterable[str]) -> list[str]:
    """Return the origins with an IP address that no longer belongs to this machine."""
    hosts = {origin: urlsplit(origin).hostname or "" for origin in origins}
    return [origin for origin, host in hosts.items() if is_address(host) and not is_own(host)]
