"""``kiosk tls`` and ``hq tls``: HTTPS by Caddy in front of a server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from kiosk.command_line.common import report_errors
from kiosk.edge.addresses import is_address, is_own, own_addresses
from kiosk.edge.caddyfile import Edge, LocalCa, OwnCertificate, PublicCa
from kiosk.edge.settings_file import Value, as_toml, change_server
from kiosk.edge.status import Finding, https_of, report
from kiosk.edge.write import CADDYFILE, PAGE, write_edge
from kiosk.exam.origins import normal_origin
from kiosk.settings import SettingsError
from kiosk.system import SystemClock

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
LOOPBACK = "127.0.0.1"
Option = Callable[[Any], Any]


@dataclass(frozen=True)
class Served:
    """The server behind Caddy, as its settings describe it.

    ``wanted``: what `[server]` must contain besides the origins. ``other_clock``: address of a
    server to compare the clock with.
    """

    title: str
    ca_name: str
    settings: Path
    port: int
    origins: Sequence[str]
    current: dict[str, Any]
    wanted: dict[str, Value]
    large_paths: str
    small_body: int
    large_body: int
    request_seconds: int
    other_clock: str | None = None
    other_ca: Path | None = None

    @property
    def upstream(self) -> str:
        """Address at which Caddy reaches the server, on loopback."""
        return f"{LOOPBACK}:{self.port}"


def tls_commands(
    command: str, storage: str, data_option: Option, read: Callable[[Path], Served]
) -> click.Group:
    """Return the group ``tls`` for one kind of server; ``command`` is its full name for texts."""

    @click.group(name="tls", help=f"HTTPS by Caddy, so that {_reason(command)}.")
    def tls() -> None:
        pass

    @tls.command(help=_WRITE_HELP.format(command=command))
    @data_option
    @click.argument("names", nargs=-1)
    @click.option(
        "--to",
        "folder",
        type=FOLDER,
        default=Path("/etc/caddy"),
        show_default=True,
        help="Write the Caddyfile and the page for terminals here.",
    )
    @click.option(
        "--storage",
        type=FOLDER,
        default=Path(storage),
        show_default=True,
        help="Where Caddy keeps its CA and certificates; it must be able to write there.",
    )
    @click.option(
        "--public",
        "email",
        metavar="EMAIL",
        help="Certificates of a public CA by ACME; the machine needs the internet.",
    )
    @click.option("--certificate", type=FILE, help="Your own certificate with its chain, PEM.")
    @click.option("--key", type=FILE, help="Its key, PEM.")
    @click.option("--yes", is_flag=True, help="Change the settings without asking.")
    @report_errors
    def write(
        data: Path,
        names: tuple[str, ...],
        folder: Path,
        storage: Path,
        email: str | None,
        certificate: Path | None,
        key: Path | None,
        yes: bool,
    ) -> None:
        served = read(data)
        issuer = _issuer(served.ca_name, folder, email, certificate, key)
        origins = _origins(names, served.origins, local=isinstance(issuer, LocalCa))
        edge = Edge(
            served.title,
            origins,
            served.upstream,
            issuer,
            storage,
            served.large_paths,
            served.small_body,
            served.large_body,
            served.request_seconds,
        )
        write_edge(folder, edge, command)
        click.echo(f"Written: {folder / CADDYFILE}")
        for origin in origins:
            click.echo(f"  {origin}")
        _settle(served, origins, yes)
        click.echo(f"Next: systemctl restart caddy, restart the server, then `{command} status`")

    @tls.command(help=_STATUS_HELP)
    @data_option
    @report_errors
    def status(data: Path) -> None:
        served, now = read(data), SystemClock().now()
        if not https_of(served.origins):
            raise click.ClickException(f"No HTTPS is set up. Run `{command} write` as root.")
        origins = https_of(served.origins)
        found = report(origins, served.other_clock, served.other_ca, now)
        _report([*_settings_findings(served), *found])

    return tls


def _reason(command: str) -> str:
    if command.startswith("hq"):
        return "the console and centres can be reached safely"
    return "browsers allow the pages to use cameras"


_WRITE_HELP = """Write Caddy's configuration from the settings.

    NAMES are the host names and addresses in browsers, such as exam.example.org or 192.168.1.10;
    default: the names already in server.public_origins, and the addresses that this machine has
    now. Run it again when an address has changed.

    Caddy's own CA signs the certificates. Plain HTTP then shows only a page that puts the CA's
    root certificate on a terminal. With --public or --certificate no terminal needs that.

    \b
    Example, as root:
      apt-get install caddy
      {command} write
      systemctl restart caddy
      {command} status
    """

_STATUS_HELP = """Check names, addresses, certificates, clock, server and settings for terminals.

    Prints the fingerprints of the root certificate, for comparison on terminals. Exit code 1
    when something is wrong.
    """


def _issuer(
    ca_name: str, folder: Path, email: str | None, certificate: Path | None, key: Path | None
) -> LocalCa | OwnCertificate | PublicCa:
    if (certificate is None) != (key is None) or (email and certificate):
        raise click.UsageError("Give --certificate together with --key, or --public, or neither.")
    if certificate is not None and key is not None:
        return OwnCertificate(certificate, key)
    if email is not None:
        # The address goes into the Caddyfile, where these characters have a meaning.
        if "@" not in email or not email.isprintable() or set(email) & set(' {}"#`'):
            raise click.BadParameter(f"{email!r} is not an e-mail address")
        return PublicCa(email)
    return LocalCa(ca_name, folder / PAGE)


def _origins(names: Sequence[str], known: Sequence[str], *, local: bool) -> list[str]:
    """Return the origins for browsers: those typed, else the known names and present addresses."""
    try:
        typed = [normal_origin(name if "://" in name else f"https://{name}") for name in names]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    origins = list(dict.fromkeys(https_of(typed or [*_still_here(known), *_present(known, local)])))
    if len(https_of(typed)) != len(typed) or not origins:
        raise click.UsageError("Name at least one host for HTTPS, such as exam.example.org.")
    return origins


def _still_here(known: Sequence[str]) -> list[str]:
    hosts = {origin: urlsplit(origin).hostname or "" for origin in known}
    return [origin for origin, host in hosts.items() if not is_address(host) or is_own(host)]


def _present(known: Sequence[str], local: bool) -> list[str]:
    """Return the machine's addresses and ports; none for a public CA, which signs none."""
    if not local:
        return []
    ports = {urlsplit(origin).port for origin in known} or {None}
    return [
        f"https://{address}" + (f":{port}" if port else "")
        for address in own_addresses()
        for port in ports
    ]


def _settle(served: Served, origins: Sequence[str], yes: bool) -> None:
    """Change the settings as needed, after asking."""
    wanted = _missing(served, {**served.wanted, "public_origins": list(origins)})
    if not wanted:
        return
    click.echo(f"{served.settings} needs this below [server]:")
    for key, value in wanted.items():
        click.echo(f"  {key} = {as_toml(value)}")
    if yes or click.confirm("Write it there?", default=True):
        change_server(served.settings, wanted)


def _missing(served: Served, wanted: dict[str, Value]) -> dict[str, Value]:
    current = {k: list(v) if isinstance(v, tuple) else v for k, v in served.current.items()}
    return {key: value for key, value in wanted.items() if current.get(key) != value}


def _settings_findings(served: Served) -> list[Finding]:
    wanted = _missing(served, served.wanted)
    return [
        Finding.wrong(f"{served.settings}: {key} must be {as_toml(value)}. Write it, and restart.")
        for key, value in wanted.items()
    ]


def _report(findings: Sequence[Finding]) -> None:
    for finding in findings:
        click.echo(f"{'BAD' if finding.bad else 'ok '}  {finding.text}")
    if any(finding.bad for finding in findings):
        raise click.ClickException("Terminals cannot connect, or soon will not be able to.")


def behind(host: str, port: int) -> dict[str, Value]:
    """Return the settings of a server behind Caddy, which must listen on loopback only.

    Raises:
        SettingsError: the port is 0, so no proxy can find the server.
    """
    if port == 0:
        raise SettingsError("server.port is 0: Caddy needs a port that stays the same")
    return {} if host == LOOPBACK else {"host": LOOPBACK}
