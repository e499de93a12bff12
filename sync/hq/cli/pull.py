"""``hq pull``: what an exam office fetches over the network."""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
import httpx

from kiosk.command_line.common import report_errors
from kiosk.settings import trusting
from sync.hq.cli.common import echo_json, json_option
from sync.hq.exchange.client import PullClient
from sync.hq.exchange.formats import CSV
from sync.hq.exchange.listing import SOURCES
from sync.hq.exchange.pull_folder import PullFolder
from sync.hq.exchange.pull_tables import write_tables

USUAL = ("results", "attempts")
WHOLE = frozenset({"sittings"})
"""Lists that change in place and are fetched again as a whole."""


@click.command(name="pull")
@click.option("--url", required=True, help="Headquarters' address, such as http://127.0.0.1:8090")
@click.option(
    "--token-file",
    type=click.File("r", lazy=True),
    required=True,
    envvar="HQ_TOKEN_FILE",
    help="File with a token from `hq token create`; - reads it from standard input.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to fill, or to continue: KIND.ndjson, tables, and pull.json.",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(SOURCES)),
    default=USUAL,
    show_default=True,
    help="What to fetch; may be repeated. The token needs the scope of each.",
)
@click.option("--sitting", help="Only this sitting.")
@click.option("--programme", help="Only this programme.")
@click.option("--centre", help="Only this centre.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%z"]),
    help="Only what arrived or changed from this time on (UTC without another zone).",
)
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file with the only CA to trust, if headquarters uses its own.",
)
@json_option
@report_errors
def pull_command(
    url: str,
    token_file: IO[str],
    out: Path | None,
    kinds: tuple[str, ...],
    sitting: str | None,
    programme: str | None,
    centre: str | None,
    since: datetime | None,
    ca: Path | None,
    as_json: bool,
) -> None:
    """Fetch results and what belongs to them over the network.

    With --out, each list grows in a file of its own (KIND.ndjson, one entry a line), and running
    the command again fetches only what is new. A connection that breaks is tried again for about
    a minute; what was stored until then stays. At the end CSV and XLSX are written of each list
    that is a table.

    An attempt has one result at a time: that of the report which counts, the highest revision of
    the centre's earliest epoch. When it changes it comes again with a higher `version`; in the
    NDJSON file the last line of an attempt is valid, and the tables have only those. So it is with
    a certificate that is revoked or replaced: it comes again by its number.
    """
    texts = {"sitting": sitting, "programme": programme, "centre": centre}
    filters = {name: text for name, text in texts.items() if text}
    if since is not None:
        filters["since"] = (since if since.tzinfo else since.replace(tzinfo=UTC)).isoformat()
    token = token_file.read().strip()
    with httpx.Client(base_url=url, timeout=60, trust_env=False, verify=trusting(ca)) as http:
        client = PullClient(http, token, _wait)
        if out is None:
            _print(client, filters, as_json)
        else:
            _fill(client, out, kinds, filters)


def _print(client: PullClient, filters: Mapping[str, str], as_json: bool) -> None:
    found = list(client.entries("results", filters=filters))
    if as_json:
        echo_json(found)
    else:
        click.echo(f"{len(found)} results; use --out DIR or --json to have them")


def _fill(
    client: PullClient, out: Path, kinds: tuple[str, ...], filters: Mapping[str, str]
) -> None:
    folder = PullFolder(out, filters)
    for kind in dict.fromkeys(kinds):
        if kind in WHOLE:
            click.echo(f"{folder.path(kind)}: {folder.replace(kind, client.entries(kind))} entries")
            continue
        before = count = folder.count(kind)
        for count in folder.append(kind, client.pages(kind, folder.cursor(kind), filters)):
            _progress(kind, count)
        click.echo(f"{folder.path(kind)}: {count} entries, {count - before} new")
        if CSV in SOURCES[kind].formats:
            for path in write_tables(folder.path(kind), SOURCES[kind].entry):
                click.echo(path)


def _progress(kind: str, count: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{kind}: {count}\r", nl=False, err=True)


def _wait(seconds: float) -> None:
    click.echo(f"Headquarters does not answer; trying again in {seconds:.0f} s", err=True)
    time.sleep(seconds)
