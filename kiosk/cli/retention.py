"""``kiosk retention``: what is stored of sittings that are over, until when, and its deletion."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from kiosk.bootstrap import retention as keeping
from kiosk.command_line.common import data_option, report_errors
from kiosk.command_line.names import DATA
from kiosk.hall.retention.kept import Kept
from kiosk.store.errors import StoreBusy

WAITS = {
    "period": "its period",
    "package": "its exam package, which cannot be read: import it again",
    "paper_open": "an open paper: its sitting must be closed first",
    "attempts_open": "attempts that are not over",
    "late_answers": "late answers that staff have to decide about",
    "results": "headquarters' receipts for results",
    "pictures": "headquarters' receipts for pictures",
    "event_log": "headquarters' receipts for the event log",
    "other_classes": "the other data, which are deleted first",
}
NEVER = "Face templates and sound are never stored."
RUNNING = (
    "The server is running and deletes what is due automatically, within an hour, while no paper is"
    " open. Or stop it and repeat this."
)


@click.group(invoke_without_command=True)
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@click.pass_context
@report_errors
def retention(context: click.Context, data: Path, as_json: bool) -> None:
    """Show what is stored of past sittings, until when, and what its deletion waits for.

    Changes nothing; can be used while the server runs.
    """
    if context.invoked_subcommand is not None:
        return
    found, former = keeping.kept(data), keeping.former_databases(data)
    if as_json:
        click.echo(_json(found, former))
        return
    for one in found:
        click.echo(_line(one))
    click.echo(NEVER)
    for path in former:
        click.echo(f"Nothing is deleted until you remove {path} (first: kiosk rescue).", err=True)


def _json(found: Sequence[Kept], former: Sequence[Path]) -> str:
    rows = [
        {
            "sitting_id": one.sitting_id,
            "title": one.title,
            "data": one.data,
            "until": one.until and one.until.isoformat(),
            "state": one.state,
            "waits_for": one.waits_for,
            "deleted_at": one.deleted_at and one.deleted_at.isoformat(),
            "deleted_by": one.by,
            "receipt_sha256": one.receipt,
        }
        for one in found
    ]
    report = {
        "kept": rows,
        "never_stored": ["templates", "sound"],
        "former_databases": [str(path) for path in former],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _line(one: Kept) -> str:
    until = f"until {one.until:%Y-%m-%d}" if one.until else "period unknown"
    state = {
        "kept": f"waits for {WAITS[one.waits_for or 'period']}",
        "due": "is deleted next",
        "unfinished": "is being deleted",
        "deleted": f"deleted {one.deleted_at:%Y-%m-%d} by {one.by}" if one.deleted_at else "",
    }[one.state]
    return f"{one.title}  {DATA[one.data]:<9}  {until}  {state}"


@retention.command()
@data_option
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Confirm the date, at a centre without a network to headquarters.",
)
@report_errors
def run(data: Path, today: datetime | None) -> None:
    """Delete what is due now, while the server is not running.

    A period is over when this machine's clock and headquarters' last signed message both say so.
    """
    try:
        done = keeping.run(data, today.date() if today else None)
    except StoreBusy as error:
        raise click.ClickException(RUNNING) from error
    if done is None:
        raise click.ClickException("A paper is open here. Close the sitting first.")
    for deletion in done:
        click.echo(f"Deleted: {deletion.title}  {DATA[deletion.data]}")
    click.echo(f"{len(done)} classes of data were deleted.")
