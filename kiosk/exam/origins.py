"""Web origins: the addresses under which browsers know a server, and whether a write is from there.

Behind a proxy the Host header may lack the port or name the server behind the proxy, so it says
nothing about the address in the browser. Then the list of public origins decides.
"""

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def normal_origin(text: str) -> str:
    """Return an origin as browsers write it: `HTTPS://Exam.example:443/` is `https://exam.example`.

    Raises:
        ValueError: the text is not just a scheme, a host and perhaps a port.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{text!r} is not an origin such as https://exam.example.org")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"{text!r} has more than scheme, host and port")
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_normal_host(parts.hostname)}{port}"


def _normal_host(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        # UnicodeError, which it raises for a label that is empty or too long, is a ValueError.
        name = host.rstrip(".").encode("idna").decode()
        if not name or not all(letter.isalnum() or letter in "-._" for letter in name):
            raise ValueError(f"{host!r} is not a host") from None
        return name
    return f"[{address}]" if address.version == 6 else str(address)


def is_own_origin(origin: str, host: str, public: Collection[str]) -> bool:
    """Return whether a browser's Origin is this server's.

    Args:
        origin: the header; `null` never matches.
        host: the request's Host.
        public: the public origins in normal form. Without any, the origin must be that of the Host;
            with some, only the machine's own browser may still use a loopback address.
    """
    try:
        normal = normal_origin(origin)
    except ValueError:
        return False
    if normal in public:
        return True
    parts = urlsplit(normal)
    same_host = normal in (_of_host(scheme, host) for scheme in DEFAULT_PORTS)
    return same_host and (not public or is_loopback(parts.hostname or ""))


def _of_host(scheme: str, host: str) -> str:
    try:
        return normal_origin(f"{scheme}://{host}")
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is the machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
