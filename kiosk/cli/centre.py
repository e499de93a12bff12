"""``kiosk init``, ``enrol`` and ``serve``."""

import signal
import threading
from pathlib import Path

import click

from kiosk.bootstrap import enrolment
from kiosk.bootstrap.centre import open_centre, serving
from kiosk.bootstrap.setup import (
    CERTIFICATE,
    REQUEST,
    SETTINGS,
    create_centre,
    new_settings,
    prepare_first_start,
    settings_of,
)
from kiosk.command_line.common import PORT, ask_password, data_option, report_errors
from kiosk.edge.addresses import strayed
from kiosk.hall.accounts.staff_accounts import require_username
from kiosk.store.sqlite.database import DataLock
from kiosk.system import keep_heaps_few

ASK_EVERY_SECONDS = 5.0
CHANGE = (
    "This cannot be undone, and copies of the folder `keys` and backups made before open nothing "
    "that is sealed afterwards. Change the keys?"
)


@click.command()
@data_option
@click.option("--centre", "centre_code", required=True, help="The centre's code, such as BJ01.")
@click.option("--name", required=True, help="The centre's name, as HQ will see it.")
@click.option("--hq-url", help="HQ's address, such as https://hq.example.org. Can be set later.")
@click.option("--username", default="chief", show_default=True, help="First staff account.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the account's password from the first line of this file instead of asking.",
)
@report_errors
def init(
    data: Path,
    centre_code: str,
    name: str,
    hq_url: str | None,
    username: str,
    password_file: Path | None,
) -> None:
    """Set up a new centre: settings, keys, and the first staff account.

    Writes `enrolment-request.json`, which HQ approves; HQ's answer goes to `kiosk enrol`.
    """
    require_username(username)
    new_settings(data, centre_code, name, hq_url)  # report bad options before the prompt
    password = ask_password(password_file, username)
    fingerprint = create_centre(data, centre_code, name, hq_url, username, password)
    prepare_first_start(data)
    click.echo(f"Centre {centre_code} is set up in {data}")
    click.echo(f"Settings:          {data / SETTINGS}")
    click.echo(f"Enrolment request: {data / REQUEST}")
    click.echo(f"Key fingerprint:   {fingerprint}")
    click.echo("Next: `kiosk enrol` asks HQ by network; or send the request to HQ and give their")
    click.echo(
        "answer to `kiosk enrol CERTIFICATE`. Read the fingerprint out to them by telephone."
    )


@click.command(name="enrol")
@data_option
@click.argument(
    "certificate", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--yes", is_flag=True, help="HQ's fingerprint has already been compared.")
@report_errors
def accept(data: Path, certificate: Path | None, yes: bool) -> None:
    """Install HQ's certificate for this centre and trust HQ's keys.

    Without CERTIFICATE the request goes to HQ by network, and the command waits until HQ has
    compared the fingerprint and decided. You can stop it and start it again.
    """

    def compared(fingerprint: str) -> bool:
        click.echo(f"HQ's key fingerprint: {fingerprint}")
        return yes or click.confirm("Is this the fingerprint that HQ reads out to you?")

    settings_of(data)
    with DataLock(data):
        content = certificate.read_bytes() if certificate else _asked(data)
        if not enrolment.accept(data, content, compared):
            raise click.ClickException("Nothing was changed.")
        prepare_first_start(data)
    click.echo(f"Enrolled. {data / CERTIFICATE}")


def _asked(data: Path) -> bytes:
    """Request a certificate from headquarters and wait for the decision."""
    key_id = enrolment.ask_headquarters(data)
    groups = " ".join(key_id[at : at + 4] for at in range(0, 32, 4))
    click.echo(f"HQ has the request. Read this out to them by telephone:\n  {groups}")
    click.echo("Waiting for their decision (Ctrl-C stops; `kiosk enrol` continues) ...")
    pause = threading.Event()
    while (found := enrolment.fetch_certificate(data, key_id)) is None:
        pause.wait(ASK_EVERY_SECONDS)
    return found


@click.group()
def keys() -> None:
    """The centre's keys for signing and decryption."""


@keys.command()
@data_option
@click.option(
    "--request",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the request to this file, for a USB stick.",
)
@click.option("--yes", is_flag=True, help="Change them without asking.")
@report_errors
def change(data: Path, request: Path | None, yes: bool) -> None:
    """Change the keys, while the server is not running: every few years, or after staff have left.

    By network HQ certifies the new keys at once, because the old ones sign for them. Without a
    network, --request FILE writes a request for HQ; its answer goes to `kiosk enrol`. What was
    encrypted for the old keys can still be opened. If the old keys are compromised, tell HQ, which
    can revoke them.
    """
    settings_of(data)
    with DataLock(data):
        if not yes:
            click.confirm(CHANGE, abort=True)
        asked = enrolment.prepare_keys(data)
        if request is not None:
            request.write_bytes(asked)
            click.echo(f"Send {request} to HQ (`hq centres approve`), then: kiosk enrol FILE")
            return
        enrolment.adopt_new_keys(data, enrolment.certify_keys(data, asked))
    click.echo("HQ has certified the new keys. They are used from the next start on.")


@click.command()
@data_option
@click.option("--host", help="Address to listen on, instead of the one in the settings.")
@click.option("--port", type=PORT, help="Port to listen on; 0 chooses a free one.")
@report_errors
def serve(data: Path, host: str | None, port: int | None) -> None:
    """Run the centre: candidates' pages, staff pages, camera analysis and sync.

    Stops cleanly on Ctrl-C or SIGTERM. After a kill or a power cut, start it again.
    """
    settings = settings_of(data).server
    keep_heaps_few()
    with (
        open_centre(data) as running,
        serving(running, host or settings.host, settings.port if port is None else port) as url,
    ):
        click.echo(f"Candidates: {url}/")
        click.echo(f"Staff:      {url}/staff/")
        for origin in strayed(settings.public_origins):
            click.echo(f"Warning: {origin} is not this machine now: `kiosk tls status`", err=True)
        _until_stopped(running.broken, running.serving_ended)
    if running.serving_ended.is_set():
        raise click.ClickException("The web server ended unexpectedly. Start again.")
    if running.broken.is_set():
        # After a failed fsync the kernel may drop dirty pages: only a new process is safe.
        raise click.ClickException("The disk failed. Check it, then start again.")


def _until_stopped(*failures: threading.Event) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(0.2) and not any(failure.is_set() for failure in failures):
        pass
