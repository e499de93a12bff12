"""``hq audit``: the log of who did what when, listed and verified."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, moment, opened
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import Event, EventFilter, Head
from sync.hq.services import HqServices

COLUMNS = ("seq", "at", "kind", "who", "data", "previous", "hash")


@click.group()
def audit() -> None:
    """The audit log: who did what when.

    Each event carries the hash of the one before, so an event that is altered, moved or missing
    shows. Events cut off at the end show only against a head that was noted elsewhere: note what
    `hq audit verify` prints, every day, on another machine or on paper.
    """


@audit.command(name="list")
@data_option
@click.option("--who", default="", help="Only of this account, or of command-line:NAME.")
@click.option("--kind", default="", metavar="KIND", help="Only of this kind, such as role_granted.")
@click.option("--from", "since", help="Only from this time or day on, such as 2026-04-25.")
@click.option("--until", help="Only up to this time, or to the end of this day.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
@json_option
@report_errors
def list_events(
    data: Path,
    who: str,
    kind: str,
    since: str | None,
    until: str | None,
    limit: int,
    as_csv: bool,
    as_json: bool,
) -> None:
    """List events, newest first."""
    if kind and kind not in set(AuditKind):
        known = ", ".join(sorted(AuditKind))
        raise click.BadParameter(f"{kind!r} is none of: {known}", param_hint="--kind")
    with opened(data) as hq:
        chosen = _filter(hq, who, kind, since, until)
        events = hq.audit_log.listed(chosen, limit=limit)
    if as_json:
        echo_json([asdict(event) for event in events])
    elif as_csv:
        _write_csv(events)
    else:
        for event in events:
            details = json.dumps(event.data, ensure_ascii=False)
            click.echo(f"{event.seq}  {event.at.isoformat()}  {event.kind}  {event.who}  {details}")


@audit.command()
@data_option
@click.option(
    "--expect",
    "expected",
    metavar="SEQ:HASH",
    help="A head that was noted elsewhere: the log must still have this event.",
)
@json_option
@report_errors
def verify(data: Path, expected: str | None, as_json: bool) -> None:
    """Verify the chain of events from the first to the last, and print its head.

    Exits with 1 and names the first event that is altered or missing, or says that the log lacks
    the expected one: then its end was cut off, or it was rewritten.
    """
    noted = None if expected is None else _head(expected)
    with opened(data) as hq:
        found = hq.audit_log.verify(noted)
    if as_json:
        echo_json({**asdict(found), "head": str(found.head), "whole": found.whole})
    if found.broken_at is not None:
        raise click.ClickException(f"The log was altered at event {found.broken_at}.")
    if found.differs_at is not None:
        raise click.ClickException(
            f"Event {found.differs_at} is not the one that was noted: the end of the log was cut"
            f" off, or the log was rewritten. Its head is now {found.head}."
        )
    if not as_json:
        click.echo(f"{found.head.seq} events, none altered. Head, to be noted elsewhere:")
        click.echo(str(found.head))


def _filter(
    hq: HqServices, who: str, kind: str, since: str | None, until: str | None
) -> EventFilter:
    start = moment(since, hq) if since else None
    end = moment(until, hq) if until else None
    if end is not None and until and len(until) == len("2026-04-25"):
        end += timedelta(days=1)
    return EventFilter(who, kind, start, end)


def _head(text: str) -> Head:
    number, _colon, hashed = text.strip().partition(":")
    if not number.isdecimal() or len(number) > 9 or len(hashed) != 64:
        raise click.BadParameter(f"{text!r} is not SEQ:HASH", param_hint="--expect")
    return Head(int(number), hashed)


def _write_csv(events: Sequence[Event]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in events:
        data = json.dumps(event.data, ensure_ascii=False)
        at = event.at.isoformat()
        writer.writerow((event.seq, at, event.kind, event.who, data, event.previous, event.hash))
