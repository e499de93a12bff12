"""``hq pull`` and ``hq results``: after the exam."""

import sys
import time
from pathlib import Path
from typing import IO

import click
import httpx

from kiosk.command_line.common import report_errors
from kiosk.settings import trusting
from sync.hq.cli.common import data_option, echo_json, json_option, opened
from sync.hq.results.pull import pull, to_csv, write_files


@click.command(name="pull")
@click.option("--url", required=True, help="Headquarters' address, such as http://127.0.0.1:8090")
@click.option(
    "--token-file",
    type=click.File("r"),
    required=True,
    envvar="HQ_TOKEN_FILE",
    help="File with a token from `hq token create`; - reads it from standard input.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for results.json, results.csv and attempts.json.",
)
@click.option("--after", type=click.IntRange(0), default=0, show_default=True, help="Cursor.")
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file with the only CA to trust, if headquarters uses its own.",
)
@json_option
@report_errors
def pull_command(
    url: str, token_file: IO[str], out: Path | None, after: int, ca: Path | None, as_json: bool
) -> None:
    """Fetch results over the network and write them as JSON and CSV.

    A broken connection is retried for about a minute. Pulling again is safe. Each result
    has a cursor: --after returns only later ones. The row with the highest revision of an
    attempt is the valid one.
    """
    token = token_file.read().strip()
    with httpx.Client(base_url=url, timeout=60, trust_env=False, verify=trusting(ca)) as client:
        results_found = list(pull(client, token, "results", after, _wait))
        attempts = list(pull(client, token, "attempts", after, _wait)) if out else []
    if as_json:
        echo_json(results_found)
    if out:
        for path in write_files(out, results_found, attempts):
            click.echo(path, err=as_json)
    elif not as_json:
        click.echo(f"{len(results_found)} results; use --out DIR or --json to have them")


def _wait(seconds: float) -> None:
    click.echo(f"Headquarters does not answer; trying again in {seconds:.0f} s", err=True)
    time.sleep(seconds)


@click.command(name="results")
@data_option
@click.option("--sitting", help="Only this sitting.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@report_errors
def results(data: Path, sitting: str | None, as_csv: bool, as_json: bool) -> None:
    """List results on this machine: the newest revision of each attempt."""
    with opened(data) as hq:
        found = [vars(result) for result in hq.results.newest(sitting)]
    if as_json:
        echo_json(found)
    elif as_csv:
        sys.stdout.write(to_csv(found))
    else:
        for result in found:
            points = result["total"] or result["objective"] or "-"
            click.echo(f"{result['admission_no']}  {result['status']}  {points}")
