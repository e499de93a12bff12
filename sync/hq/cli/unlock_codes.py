"""``hq code``."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, me, opened


@click.command()
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", required=True, help="Code of the centre.")
@report_errors
def code(data: Path, sitting: str, centre: str) -> None:
    """Show an unlock code, to be read to a centre by telephone.

    It is shown from the sitting's unlock time on, never before; where two people release codes,
    once both have approved it in the console. Every showing is in the audit log.
    """
    with opened(data) as hq:
        click.echo(hq.unlocking.code(sitting, centre, me()))
