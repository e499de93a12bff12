"""``hq bench``: performance of sync on this machine."""

import json
from collections.abc import Mapping

import click

from kiosk.bench.hq.sync import Sizes, measure
from kiosk.command_line.common import report_errors
from sync.hq.cli.common import json_option


@click.command()
@click.option("--bundles", type=click.IntRange(20, 100_000), default=1000, show_default=True)
@click.option("--stored", type=click.IntRange(1001, 10_000_000), default=100_000, show_default=True)
@click.option("--waiting", type=click.IntRange(1, 100_000), default=5000, show_default=True)
@click.option("--tried", type=click.IntRange(1, 10_000), default=300, show_default=True)
@click.option(
    "--processes",
    type=click.IntRange(1, 16),
    multiple=True,
    default=(1, 4),
    show_default=True,
    help="Numbers of `hq serve` processes to measure with; may be repeated.",
)
@json_option
@report_errors
def bench(
    bundles: int, stored: int, waiting: int, tried: int, processes: tuple[int, ...], as_json: bool
) -> None:
    """Measure how fast headquarters stores results, on this machine and in temporary folders.

    \b
    intake_per_s: results a second over signed HTTP, by backend and number of `hq serve` processes
      (PostgreSQL only where it is installed; a server is started for it, with durable commits).
    cost_growth: what a result costs with --stored rows over that with 1,000, the median
      of --tried results; the worst backend.
    wire_bytes_per_candidate: bytes both ways for one result with everything that belongs to it.
    drain_5000_s: seconds until headquarters has --waiting results of one centre.
    """
    sizes = Sizes(bundles, stored, waiting, tried, processes)
    figures = measure(sizes, lambda text: click.echo(f"- {text}", err=True))
    known = [one for one in figures.cost_growth.values() if one is not None]
    report = {
        "intake_per_s": _rounded(figures.intake_per_s, 1),
        "cost_growth": round(max(known), 3),
        "cost_growth_by_backend": _rounded(figures.cost_growth, 3),
        "wire_bytes_per_candidate": figures.wire.result,
        "wire_bytes_per_picture": figures.wire.picture,
        "wire_bytes_of_package_per_candidate": figures.wire.package,
        "sealed_bytes": figures.sealed_bytes,
        f"drain_{waiting}_s": round(figures.drain_s, 1),
        **vars(sizes),
    }
    if as_json:
        click.echo(json.dumps(report, indent=1))
        return
    for name, value in report.items():
        click.echo(f"{name:<37}{json.dumps(value)}")


def _rounded(values: Mapping[str, float | None], digits: int) -> dict[str, float | None]:
    return {name: None if one is None else round(one, digits) for name, one in values.items()}
