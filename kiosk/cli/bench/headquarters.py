"""Headquarters at its size: first pages of lists, and batches of certificates."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import click

from kiosk.bench.hq.postgresql import available
from kiosk.bench.hq.scale.certificates import measure as measure_certificates
from kiosk.bench.hq.scale.lists import LIMIT_MS, POSTGRESQL, SQLITE, Timed
from kiosk.bench.hq.scale.lists import measure as measure_lists
from kiosk.command_line.common import report_errors


@click.command()
@click.option("--attempts", type=click.IntRange(50, 1_000_000), default=100_000, show_default=True)
@click.option("--tried", type=click.IntRange(1, 100), default=5, show_default=True)
@click.option(
    "--backend",
    "backends",
    type=click.Choice((SQLITE, POSTGRESQL)),
    multiple=True,
    help="Of the database; may be repeated. Both are measured unless one is named.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def lists(attempts: int, tried: int, backends: tuple[str, ...], as_json: bool) -> None:
    """How long the first page of every list of headquarters takes at its size.

    A headquarters in a temporary folder gets one of everything by its services, and then copies
    of the rows: --attempts attempts with incidents, cases, answers to be marked, released
    results, certificates and twice as many events of the audit log. Then each list of the
    console and of the pull API is asked for: the median of --tried requests, in this process.
    A list above 300 ms is marked. PostgreSQL is started for it, where it is installed.

    \b
    Example:
      kiosk bench lists --attempts 10000 --backend sqlite
    """
    chosen = _installed(backends)
    load = os.getloadavg()[0]
    figures = measure_lists(attempts, tried, chosen, _say)
    if as_json:
        report = {
            "attempts": attempts,
            "tried": tried,
            "load": [round(load, 1), round(os.getloadavg()[0], 1)],
            "limit_ms": LIMIT_MS,
            "slow": {backend: _slow(found) for backend, found in figures.items()},
            "lists": {backend: _rounded(found) for backend, found in figures.items()},
        }
        click.echo(json.dumps(report, indent=1))
        return
    _show(figures)


@click.command()
@click.option("--count", type=click.IntRange(1, 100_000), default=5000, show_default=True)
@click.option(
    "--database", help="URL of an empty PostgreSQL database instead of SQLite.", metavar="URL"
)
@click.option("--blobs", help="URL of S3 storage instead of a folder.", metavar="URL")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def certificates(count: int, database: str | None, blobs: str | None, as_json: bool) -> None:
    """How long a batch of certificates takes: approved, typeset, signed, sealed and stored.

    \b
    approve_s: numbers and signed statements for all of them, in one transaction.
    make_s: PDFs with portrait and QR code, by a process for each core.
    cpu_s: seconds of processors that all these processes used together.

    \b
    Example:
      kiosk bench certificates --count 500
    """
    load = os.getloadavg()[0]
    figures = measure_certificates(count, database, blobs, _say)
    report = {name: round(value, 3) for name, value in asdict(figures).items()}
    report |= {"count": count, "cores": os.cpu_count() or 1, "load": round(load, 1)}
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    for name, value in report.items():
        click.echo(f"{name:<12}{value:g}")


def _installed(backends: Sequence[str]) -> Sequence[str]:
    if POSTGRESQL not in backends and backends:
        return backends
    if available():
        return backends or (SQLITE, POSTGRESQL)
    if backends:
        raise click.UsageError("PostgreSQL is not installed: apt-get install postgresql")
    _say("PostgreSQL is not installed: not measured")
    return (SQLITE,)


def _say(text: str) -> None:
    click.echo(f"- {text}", err=True)


def _slow(found: Mapping[str, Timed]) -> Sequence[str]:
    return [name for name, timed in found.items() if timed.slow]


def _rounded(found: Mapping[str, Timed]) -> Mapping[str, Mapping[str, float]]:
    return {
        name: {part: round(value, 1) for part, value in asdict(timed).items()}
        for name, timed in found.items()
    }


def _show(figures: Mapping[str, Mapping[str, Timed]]) -> None:
    names = list(next(iter(figures.values())))
    width = max(map(len, names))
    click.echo(" " * width + "".join(f"{backend + ', ms':>18}" for backend in figures))
    for name in names:
        cells = [found[name] for found in figures.values()]
        shown = "".join(f"{cell.ms:>17.0f}{'!' if cell.slow else ' '}" for cell in cells)
        click.echo(f"{name:<{width}}{shown}")
    click.echo(f"! above {LIMIT_MS} ms")
