"""``hq audit-log``."""

import json
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, opened


@click.command(name="audit-log")
@data_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
@report_errors
def audit_log(data: Path, limit: int, as_json: bool) -> None:
    """Show the audit log, newest first; report a broken chain of events."""
    with opened(data) as hq:
        events, broken = hq.audit_log.newest(limit), hq.audit_log.broken_at()
    if as_json:
        echo_json({"broken_at": broken, "events": [vars(event) for event in events]})
        return
    for event in events:
        details = json.dumps(event.data, ensure_ascii=False)
        click.echo(f"{event.seq}  {event.at.isoformat()}  {event.kind}  {event.who}  {details}")
    if broken:
        raise click.ClickException(f"The log was altered at event {broken}.")
