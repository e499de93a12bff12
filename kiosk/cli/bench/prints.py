"""``kiosk bench prints``: how long the printed set takes."""

import json
import os
from dataclasses import asdict

import click

from kiosk.bench.prints import measure
from kiosk.command_line.common import report_errors


@click.command()
@click.option("--count", type=click.IntRange(1, 2000), default=200, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def prints(count: int, as_json: bool) -> None:
    """How long the desk labels of a sitting take, each with a portrait of its own.

    \b
    labels_s: from the names and portraits to the PDF.
    labels_cpu_s: seconds of a processor that it used, in a process of its own.

    \b
    Example:
      kiosk bench prints --count 200
    """
    load = os.getloadavg()[0]
    report = {name: round(value, 1) for name, value in asdict(measure(count)).items()}
    report |= {"count": count, "load": round(load, 1)}
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    for name, value in report.items():
        click.echo(f"{name:<14}{value:g}")
