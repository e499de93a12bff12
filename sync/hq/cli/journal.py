"""``hq journal``."""

import json
from pathlib import Path

import click

from kiosk.command_line.common import says_errors
from sync.hq.cli.common import data_option, echo_json, json_option, opened


@click.command(name="journal")
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
