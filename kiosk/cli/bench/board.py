"""``kiosk bench board``: what the board of a full room costs."""

import json
import os
from dataclasses import asdict

import click

from kiosk.bench.board import measure
from kiosk.command_line.common import report_errors


@click.command()
@click.option(
    "--seats", type=click.IntRange(1, 300), default=200, show_default=True, help="Candidates."
)
@click.option(
    "--seconds",
    type=click.FloatRange(24, 3600),
    default=60,
    show_default=True,
    help="How long everybody answers, half of it with an open board.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def board(seats: int, seconds: float, as_json: bool) -> None:
    """What the board of a full room costs while everybody answers.

    \b
    core_percent: of one core that an open board takes: blocks with five of them against blocks
      without one, divided by five.
    reply_p50_ms, reply_p99_ms: a poll; the page polls every 2 seconds.
    shown_p99_s: a change is on the board after so long at most, in 99 of 100 polls.
    first_kb, poll_kb, quiet_bytes: the first reply, one with changes, one without.

    \b
    Example:
      kiosk bench board --seats 200 --json
    """
    load = os.getloadavg()[0]
    found = measure(seats, seconds, lambda text: click.echo(text, err=True))
    report = {name: round(value, 2) for name, value in asdict(found).items()}
    report |= {"seats": seats, "load": round(load, 1)}
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    for name, value in report.items():
        click.echo(f"{name:<14}{value:g}")
