"""The ``hq`` command: set up headquarters, run it, enrol centres, give out codes and tokens."""

import json
import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from kiosk import __version__
from kiosk.cli.common import PORT, ask_password, says_errors
from kiosk.cli.hq.access import token
from kiosk.cli.hq.accounts import accounts
from kiosk.cli.hq.bench import bench
from kiosk.cli.hq.candidates import candidates, portraits, seats, tickets
from kiosk.cli.hq.centres import centres
from kiosk.cli.hq.common import data_option, echo_json, json_option, me, opened
from kiosk.cli.hq.items import items, papers
from kiosk.cli.hq.media import export, import_path
from kiosk.cli.hq.prepare import package, programmes, roster, sittings
from kiosk.cli.hq.results import pull_command, results
from kiosk.cli.hq.storage import storage
from kiosk.cli.hq.tls import tls
from kiosk.cli.models.install import hq_weights_option
from kiosk.server.gate import ServerLimits
from kiosk.server.serving import listening
from kiosk.settings import DEFAULT_PACK, read_text, resource
from kiosk.system import entropy
from kiosk.vision.analysis.portrait_check import check_portrait
from kiosk.vision.workers.loading import EngineSpec, load_engine
from sync.hq import create_app, initialise
from sync.hq.accounts.sign_in import require_username
from sync.hq.errors import AlreadyInitialised, NoAccount
from sync.hq.settings import ServerSettings, storage_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exam-kiosk")
def main() -> None:
    """Headquarters: prepare exams, seal packages for centres, take in results.

    \b
    From nothing to a sealed package:
      hq init                                    keys, settings, first account
      hq items import FILE.toml                  fill the item bank
      hq centres approve REQUEST.json --out CERT.json
      hq sittings create --programme ID --title TEXT --starts-at 2026-04-25T14:00
      hq candidates import FILE.xlsx --sitting ID --portraits FILE.zip
      hq portraits check --sitting ID            then: hq seats offer, hq seats allocate
      hq tickets --sitting ID                    admission tickets (PDF)
      hq package build --sitting ID --centre CODE --out DIR
      hq serve                                   centres sync, staff use the console
    And back:
      hq token create exam-office > token
      hq import STICK                            or by network, by itself
      hq pull --url http://127.0.0.1:8090 --token-file token --out DIR
    """


@main.command()
@data_option
@click.option("--username", default="chief", show_default=True, help="First console account.")
@click.option("--password-file", type=FILE, help="Take the password from this file's first line.")
@click.option("--ledger", help="Database instead of an SQLite file: postgresql://USER@HOST/NAME")
@click.option("--blobs", help="Objects instead of a folder: s3://BUCKET/PREFIX?endpoint=URL")
@says_errors
def init(
    data: Path, username: str, password_file: Path | None, ledger: str | None, blobs: str | None
) -> None:
    """Make new headquarters: keys, settings, the product's programmes, the first account.

    There is no default password: it is asked for, or read from a file. Run it again if it was
    cut short, or if [storage] of hq.toml was changed to an empty database: keys and settings stay.
    """
    storage = storage_settings(ledger, blobs)
    require_username(username)
    _require_unused(data)
    password = ask_password(password_file, username)
    keys = initialise(data, entropy, storage)
    with opened(data) as hq:
        for path in sorted(resource("config/programmes").glob("*.toml")):
            hq.programmes.take(read_text(path), me())
        hq.accounts.create(username, password, me(), administrator=True)
    click.echo(f"Headquarters is set up in {data}")
    click.echo(f"Key fingerprint: {keys.fingerprint}  (centres compare it when they enrol)")
    click.echo("Next: hq items import FILE.toml, then hq centres approve REQUEST.json")


def _require_unused(data: Path) -> None:
    """Raise AlreadyInitialised for a headquarters in which somebody can sign in."""
    if (data / "keys").exists():
        with opened(data) as hq:
            if hq.accounts.names():
                raise AlreadyInitialised(folder=str(data))


@main.command()
@data_option
@click.option("--host", help="Listen here instead of what the settings say.")
@click.option("--port", type=PORT, help="Listen on this port; 0 takes a free one.")
@click.option(
    "--pack", default=DEFAULT_PACK, show_default=True, help="Face pack that checks portraits."
)
@hq_weights_option
@says_errors
def serve(data: Path, host: str | None, port: int | None, pack: str, weights: Path) -> None:
    """Run the server: sync for centres, the pull API, the console for staff.

    Ends cleanly on Ctrl-C or SIGTERM. Other hq commands may be used meanwhile.
    """
    with opened(data) as hq:
        if not hq.accounts.names():
            raise NoAccount(data=str(data))
        server = hq.settings.server
        at = (host or server.host, server.port if port is None else port, server.threads)
        app, ended = create_app(hq, partial(_judge, weights, pack)), threading.Event()
        with listening(app, *at, limits=_limits(server), ended=ended) as url:
            click.echo(f"Headquarters: {url}/")
            _until_stopped(ended)
    if ended.is_set():
        raise click.ClickException("The web server ended unexpectedly. Start again.")


def _limits(server: ServerSettings) -> ServerLimits:
    """Behind proxies every connection comes from them: those count their own clients."""
    return ServerLimits(
        connections=server.connections,
        connections_per_address=server.connections_per_address,
        unfinished_per_address=server.unfinished_per_address,
        proxies=("0.0.0.0/0", "::/0") if server.proxies else (),
    )


def _judge(weights: Path, pack: str) -> Callable[[bytes], Sequence[str]]:
    """A face pack, loaded when the first portraits are looked at."""
    return partial(check_portrait, load_engine(EngineSpec(pack, weights)))


def _until_stopped(ended: threading.Event) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.2) and not ended.is_set():
        pass


@main.command()
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", required=True, help="Code of the centre.")
@says_errors
def code(data: Path, sitting: str, centre: str) -> None:
    """Show an unlock code, to be read to a centre over the telephone.

    It is shown from the sitting's unlock time on, never before; where two people release codes,
    once both have approved it in the console. Every showing is in the audit log.
    """
    with opened(data) as hq:
        click.echo(hq.unlocking.code(sitting, centre, me()))


@main.command(name="journal")
@data_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
@says_errors
def journal(data: Path, limit: int, as_json: bool) -> None:
    """The audit log, newest first; says so when the chain of events is broken."""
    with opened(data) as hq:
        events, broken = hq.journal.newest(limit), hq.journal.broken_at()
    if as_json:
        echo_json({"broken_at": broken, "events": [vars(event) for event in events]})
        return
    for event in events:
        details = json.dumps(event.data, ensure_ascii=False)
        click.echo(f"{event.seq}  {event.at.isoformat()}  {event.kind}  {event.who}  {details}")
    if broken:
        raise click.ClickException(f"The log was altered at event {broken}.")


for command in (
    *(centres, programmes, items, papers, sittings, roster),
    *(candidates, portraits, seats, tickets),
    *(package, import_path, export, pull_command, results),
    *(accounts, token, storage, tls, bench),
):
    main.add_command(command)
