"""``hq results``: results on this machine."""

import sys
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, opened
from sync.hq.results.csv_table import to_csv


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
