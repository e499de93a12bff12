"""The state of a server's HTTPS as terminals see it, checked from this machine."""

import hashlib
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.edge.addresses import is_own, own_addresses, resolve
from kiosk.settings import trusting

SECONDS = 10.0
RENEWAL_OVERDUE = timedelta(days=30)
"""Caddy renews 122 days before the end; with fewer days left the renewal has failed."""

CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``bad``: terminals cannot connect, or soon will not.

    ``kind``: what a bad one is about: certificate, address, clock or server.
    """

    bad: bool
    text: str
    kind: str = ""

    @classmethod
    def fine(cls, text: str) -> "Finding":
        """Return a line that requires nothing."""
        return cls(bad=False, text=text)

    @classmethod
    def wrong(cls, text: str, kind: str = "") -> "Finding":
        """Return a line that staff must act on."""
        return cls(bad=True, text=text, kind=kind)


@dataclass(frozen=True)
class Root:
    """The CA's root certificate."""

    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def fingerprint(self, algorithm: str) -> str:
        """Return a digest in colon-separated bytes: ``sha256``, or ``sha1`` as in Windows."""
        digest = hashlib.new(algorithm, self.certificate.public_bytes(Encoding.DER)).digest()
        return ":".join(f"{byte:02X}" for byte in digest)


def https_of(origins: Iterable[str]) -> list[str]:
    """Return the origins with HTTPS."""
    return [origin for origin in origins if origin.startswith("https://")]


def report(
    origins: Sequence[str], other_clock: str | None, other_ca: Path | None, now: datetime
) -> list[Finding]:
    """Check everything about these origins, of which there must be at least one.

    ``other_clock``: address of a server whose clock is compared, ``other_ca``: the CA that is
    trusted for it.
    """
    root, found = fetch_root(), []
    if root is not None:
        for name in ("sha256", "sha1"):
            found.append(Finding.fine(f"root certificate, {name}: {root.fingerprint(name)}"))
    found += check_origins(origins, root, now)
    found.append(check_upstream(origins[0], root))
    if other_clock and (clock := compare_clock(other_clock, other_ca, now)):
        found.append(clock)
    return found


def fetch_root(address: str = "127.0.0.1") -> Root | None:
    """Return the root that the plain HTTP page gives to terminals; None without such a page."""
    try:
        reply = httpx.get(f"http://{address}/root.crt", timeout=SECONDS, trust_env=False)
        return Root(x509.load_pem_x509_certificate(reply.content)) if reply.is_success else None
    except (httpx.HTTPError, ValueError):
        return None


def check_origins(origins: Sequence[str], root: Root | None, now: datetime) -> Iterator[Finding]:
    """Look at each origin.

    ``root``: what terminals trust; None: the machine's own list of public CAs.
    """
    if root is not None:
        yield from _check_root(root, now)
    for origin in origins:
        yield from _check_origin(origin, root, now)


def _check_root(root: Root, now: datetime) -> Iterator[Finding]:
    begin, end = root.certificate.not_valid_before_utc, root.certificate.not_valid_after_utc
    if now < begin:
        yield Finding.wrong(
            f"This machine's clock says {_say(now)}, but the root certificate was made at "
            f"{_say(begin)}: one of the two clocks was wrong. Set the clock. If the certificate is "
            "wrong: stop Caddy, remove its storage, start it, and install the new root everywhere.",
            "clock",
        )
    elif now > end - timedelta(days=180):
        text = f"The root certificate ends {_say(end)}. Plan its replacement."
        yield Finding.wrong(text, "certificate")


def _check_origin(origin: str, root: Root | None, now: datetime) -> Iterator[Finding]:
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port or 443
    addresses = resolve(host)
    if not addresses:
        text = f"{origin}: no terminal will find this name, it is not in the DNS."
        yield Finding.wrong(text, "address")
    elif not any(map(is_own, addresses)):
        known = ", ".join(own_addresses()) or "none"
        yield Finding.wrong(
            f"{origin}: {', '.join(addresses)} is not this machine. Its addresses: {known}. "
            "If they have changed, write the configuration again.",
            "address",
        )
        return
    address = next(filter(is_own, addresses), "127.0.0.1")
    certificate, refusal = _shake_hands(address, port, host, root)
    if certificate is None:
        text = f"{origin}: {refusal}. Is Caddy running? `systemctl status caddy`"
        yield Finding.wrong(text, "server")
        return
    yield from _judge(origin, certificate, refusal, now)


def _judge(
    origin: str, certificate: x509.Certificate, refusal: str, now: datetime
) -> Iterator[Finding]:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < begin:
        yield Finding.wrong(
            f"{origin}: the certificate is valid from {_say(begin)}, this machine's clock says "
            f"{_say(now)}. Set the clock. If it is right, the certificate was made while it was "
            "wrong: stop Caddy, remove `certificates` in its storage, start it.",
            "clock",
        )
    elif now > end:
        yield Finding.wrong(
            f"{origin}: the certificate ended {_say(end)}. `systemctl restart caddy` renews it.",
            "certificate",
        )
    elif refusal:
        yield Finding.wrong(f"{origin}: {refusal}", "certificate")
    elif now > end - RENEWAL_OVERDUE:
        yield Finding.wrong(
            f"{origin}: the certificate ends {_say(end)} and was not renewed. "
            "`systemctl restart caddy`, then look at `journalctl -u caddy`.",
            "certificate",
        )
    else:
        yield Finding.fine(f"{origin}: valid until {_say(end)}")


def _shake_hands(
    address: str, port: int, host: str, root: Root | None
) -> tuple[x509.Certificate | None, str]:
    """Return the server's certificate, and why a terminal rejects it ("" if it does not)."""
    context = trusting_root(root)
    try:
        return _certificate(address, port, host, context), ""
    except ssl.SSLCertVerificationError as error:
        return _unchecked(address, port, host), f"not trusted: {error.verify_message}"
    except OSError as error:
        return None, f"no answer at {address}:{port} ({error})"


def _unchecked(address: str, port: int, host: str) -> x509.Certificate | None:
    context = ssl.create_default_context()
    # Only to read the dates of a certificate that was rejected; nothing is sent.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        return _certificate(address, port, host, context)
    except OSError:
        return None


def _certificate(address: str, port: int, host: str, context: ssl.SSLContext) -> x509.Certificate:
    with (
        socket.create_connection((address, port), timeout=SECONDS) as connection,
        context.wrap_socket(connection, server_hostname=host) as wrapped,
    ):
        return x509.load_der_x509_certificate(wrapped.getpeercert(binary_form=True) or b"")


def trusting_root(root: Root | None) -> ssl.SSLContext:
    """Return a terminal's TLS context: only this root, or without one the public CAs."""
    return ssl.create_default_context(cadata=root.pem if root else None)


def check_upstream(origin: str, root: Root | None) -> Finding:
    """Check whether the server behind Caddy answers."""
    context = trusting_root(root)
    try:
        reply = httpx.get(f"{origin}/healthz", verify=context, timeout=SECONDS, trust_env=False)
    except httpx.HTTPError as error:
        return Finding.wrong(f"{origin}: no answer through Caddy ({error})", "server")
    if reply.is_success:
        return Finding.fine(f"{origin}: the server behind Caddy answers")
    text = f"{origin}: the server behind Caddy does not answer ({reply.status_code})"
    return Finding.wrong(text, "server")


def compare_clock(url: str, ca: Path | None, now: datetime) -> Finding | None:
    """Compare this machine's clock with another server's; None when that one does not answer."""
    address, verify = f"{url.rstrip('/')}/healthz", trusting(ca)
    try:
        reply = httpx.get(address, timeout=SECONDS, trust_env=False, verify=verify)
        theirs = parsedate_to_datetime(reply.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return None
    differs = abs(now - theirs) > CLOCKS_DIFFER
    text = f"The clock here says {_say(now)}, at {url} {_say(theirs)}"
    return Finding.wrong(text, "clock") if differs else Finding.fine(text)


def _say(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
