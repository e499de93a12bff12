"""``hq init`` and ``hq serve``."""

import signal
import threading
from functools import partial
from pathlib import Path

import click
import httpx

from kiosk.command_line.common import PORT, ask_password, report_errors
from kiosk.command_line.weights import hq_weights_option
from kiosk.server.gate import ServerLimits
from kiosk.server.serving import listening
from kiosk.settings import DEFAULT_PACK, read_text, resource, trusting
from kiosk.system import entropy
from sync.hq.accounts.sign_in import require_username
from sync.hq.cli.common import data_option, me, opened
from sync.hq.cli.portraits import can_judge, load_portrait_pack
from sync.hq.core.roles import FIRST_ACCOUNT
from sync.hq.errors import AlreadyInitialised, NoAccount
from sync.hq.exchange.webhooks.addresses import Destinations
from sync.hq.exchange.webhooks.deliverer import Deliverer, delivering
from sync.hq.exchange.webhooks.sender import Sender
from sync.hq.services import HqServices, initialise, require_initialised
from sync.hq.settings import ServerSettings, storage_settings
from sync.hq.upkeep.serving import serving
from sync.hq.web.app import create_app

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@data_option
@click.option("--username", default="chief", show_default=True, help="First console account.")
@click.option("--password-file", type=FILE, help="Read the password from this file's first line.")
@click.option("--database", help="Database instead of an SQLite file: postgresql://USER@HOST/NAME")
@click.option("--blobs", help="Objects instead of a folder: s3://BUCKET/PREFIX?endpoint=URL")
@report_errors
def init(
    data: Path, username: str, password_file: Path | None, database: str | None, blobs: str | None
) -> None:
    """Make new headquarters: keys, settings, the product's programmes, the first account.

    There is no default password: it is asked for, or read from a file. Run it again if it was
    cut short, or if [storage] of hq.toml was changed to an empty database: keys and settings stay.
    """
    storage = storage_settings(database, blobs)
    require_username(username)
    _require_unused(data)
    password = ask_password(password_file, username)
    keys = initialise(data, entropy, storage)
    with opened(data) as hq:
        for path in sorted(resource("config/programmes").glob("*.toml")):
            hq.programmes.take(read_text(path), me())
        hq.accounts.create(username, password, me(), FIRST_ACCOUNT)
    click.echo(f"Headquarters is set up in {data}")
    click.echo(f"Key fingerprint: {keys.fingerprint}  (centres compare it when they enrol)")
    click.echo("Next: hq items import FILE.toml, then hq centres approve REQUEST.json")


def _require_unused(data: Path) -> None:
    """Require that no account exists yet.

    Raises:
        AlreadyInitialised: one does.
    """
    if (data / "keys").exists():
        with opened(data) as hq:
            if hq.accounts.names():
                raise AlreadyInitialised(folder=str(data))


@click.command()
@data_option
@click.option("--host", help="Address to listen on, instead of the one in the settings.")
@click.option("--port", type=PORT, help="Port to listen on; 0 chooses a free one.")
@click.option(
    "--pack", default=DEFAULT_PACK, show_default=True, help="Face pack that checks portraits."
)
@hq_weights_option
@report_errors
def serve(data: Path, host: str | None, port: int | None, pack: str, weights: Path) -> None:
    """Run the server: sync for centres, the pull API and webhooks, the console for staff.

    Stops cleanly on Ctrl-C or SIGTERM. Other hq commands can run at the same time.
    """
    require_initialised(data)
    with serving(data), opened(data) as hq:
        if not hq.accounts.names():
            raise NoAccount(data=str(data))
        server = hq.settings.server
        at = (host or server.host, server.port if port is None else port, server.threads)
        judge = partial(load_portrait_pack, weights, pack) if can_judge() else None
        app, ended = create_app(hq, judge), threading.Event()
        with (
            delivering(_deliverer(hq, data)),
            listening(app, *at, limits=_limits(server), ended=ended) as url,
        ):
            click.echo(f"Headquarters: {url}/")
            _until_stopped(ended)
    if ended.is_set():
        raise click.ClickException("The web server ended unexpectedly. Start again.")


def _deliverer(hq: HqServices, data: Path) -> Deliverer:
    settings = hq.settings.webhooks
    trust = httpx.create_ssl_context(verify=trusting(settings.ca and data / settings.ca))
    destinations = Destinations(settings.allow_networks)
    sender = Sender(destinations, trust, settings.timeout_seconds)
    return Deliverer(hq.webhook_outbox, sender, hq.clock)


def _limits(server: ServerSettings) -> ServerLimits:
    """Return the limits; behind proxies, which count their own clients, none apply per address."""
    return ServerLimits(
        connections=server.connections,
        connections_per_address=server.connections_per_address,
        unfinished_per_address=server.unfinished_per_address,
        proxies=("0.0.0.0/0", "::/0") if server.proxies else (),
    )


def _until_stopped(ended: threading.Event) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.2) and not ended.is_set():
        pass
