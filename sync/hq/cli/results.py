"""``hq results`` and ``hq recompute``: results on this machine, and their proof."""

import sys
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.results.csv_table import to_csv
from sync.hq.results.listing import ResultFilter


@click.command(name="results")
@data_option
@click.option("--sitting", help="Only this sitting.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@report_errors
def results(data: Path, sitting: str | None, as_csv: bool, as_json: bool) -> None:
    """List the current result of each attempt on this machine, latest change first."""
    with opened(data) as hq:
        found = [vars(result) for result in hq.results.every(ResultFilter(sitting))]
    if as_json:
        echo_json(found)
    elif as_csv:
        sys.stdout.write(to_csv(found))
    else:
        for result in found:
            points = result["total"] or result["objective"] or "-"
            click.echo(f"{result['admission_no']}  {result['status']}  {points}")


@click.command()
@data_option
@click.option("--sitting", help="Store only results of this sitting.")
@click.option("--store", is_flag=True, help="Store new versions of results that differ.")
@json_option
@report_errors
def recompute(data: Path, sitting: str | None, store: bool, as_json: bool) -> None:
    """Compute all results again from the stored bundles and compare every byte.

    Exits with 1 and names the attempts whose stored result differs. With --store they get a new
    version instead; what was published stays until somebody amends it.
    """
    with opened(data) as hq, progress_bar("Results") as progress:
        if store:
            changed = hq.recomputation.recompute_all(me(), sitting, progress)
            differing = []
        else:
            changed, differing = 0, list(hq.recomputation.check(progress))
    if as_json:
        echo_json({"changed": changed, "differing": [list(key) for key in differing]})
    elif store:
        click.echo(f"{changed} results have a new version.")
    elif not differing:
        click.echo("Every result follows from what is stored.")
    for key in differing if not as_json else ():
        click.echo(f"{key.centre_code}  {key.attempt_id}")
    if differing:
        raise click.ClickException(f"{len(differing)} results differ from what is stored.")
