"""``hq similarity``: pairs of answer sheets that are more alike than chance explains."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.durable import write_durably
from sync.hq.cli.common import data_option, echo_json, json_option, local, me, opened, progress_bar
from sync.hq.services import HqServices
from sync.hq.similarity.charts import chart
from sync.hq.similarity.listing import PairFilter, PairView, RunView
from sync.hq.similarity.measure import Measured, measure
from sync.hq.similarity.reports import Form
from sync.hq.similarity.search import Level
from sync.hq.similarity.side_by_side import Match
from sync.hq.similarity.words import chance

_EVERY = 1_000_000


@click.group()
def similarity() -> None:
    """Similar answer sheets: a ground for review, never a verdict (docs/similarity.md)."""


@similarity.command(name="run")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--paper", default="1", show_default=True, help="Paper of the sitting.")
@json_option
@report_errors
def similarity_run(data: Path, sitting: str, paper: str, as_json: bool) -> None:
    """Compare everybody who sat a paper with everybody else, and store what was found.

    Parallel papers (A, B) have no question in common: each is a run of its own. Earlier runs stay.
    """
    with opened(data) as hq:
        hq.sittings.get(sitting)
        with progress_bar("Comparing") as progress:
            ids = hq.similarity_runs.run(sitting, paper, me(), progress)
        runs = [hq.similarity_findings.run(run_id) for run_id in ids]
        if as_json:
            echo_json([asdict(run) for run in runs])
            return
        for run in runs:
            click.echo(_line(run, hq))


@similarity.command(name="list")
@data_option
@click.option("--sitting", default="", help="Only runs of this sitting.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
@report_errors
def similarity_list(data: Path, sitting: str, limit: int, as_json: bool) -> None:
    """List the newest runs: who compared which paper when, and how many pairs were named."""
    with opened(data) as hq:
        runs = hq.similarity_findings.runs(sitting, limit=limit)
        if as_json:
            echo_json([asdict(run) for run in runs])
            return
        for run in runs:
            click.echo(_line(run, hq))


@similarity.command(name="show")
@data_option
@click.argument("run", metavar="RUN")
@click.option("--pair", type=click.IntRange(min=1), help="Number of a pair: its answers, too.")
@click.option("--level", type=click.Choice([level.value for level in Level]))
@json_option
@report_errors
def similarity_show(
    data: Path, run: str, pair: int | None, level: str | None, as_json: bool
) -> None:
    """Show the pairs of a run, or one of them with both answer sheets.

    Opening a pair is recorded in the audit log.
    """
    with opened(data) as hq:
        found = hq.similarity_findings.run(run)
        pairs = hq.similarity_findings.pairs(run, PairFilter(level=level or ""), size=_EVERY).pairs
        if pair is not None:
            pairs = [view for view in pairs if view.number == pair]
        if as_json:
            echo_json([asdict(view) for view in pairs])
        else:
            click.echo(_line(found, hq))
            for view in pairs:
                click.echo(_pair(view))
        if pair is not None:
            for view in pairs:
                _show_sheets(hq, found, view, quiet=as_json)


@similarity.command(name="report")
@data_option
@click.argument("run", metavar="RUN")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="FILE.pdf for the review board, FILE.json or FILE.csv for programs.",
)  # fmt: skip
@click.option("--pair", type=click.IntRange(min=1), help="Only the pair with this number.")
@report_errors
def similarity_report(data: Path, run: str, out: Path, pair: int | None) -> None:
    """Write the report on a run, recorded in the audit log."""
    names = [form.value for form in Form]
    if out.suffix[1:] not in names:
        raise click.BadParameter(f"{out.name} does not end in .{', .'.join(names)}")
    with opened(data) as hq:
        found = hq.similarity_findings.run(run)
        pairs = hq.similarity_findings.pairs(run, size=_EVERY).pairs
        if pair is not None:
            pairs = [view for view in pairs if view.number == pair]
        write_durably(out, hq.similarity_reports.write(found, pairs, Form(out.suffix[1:]), me()))
    click.echo(f"{len(pairs)} pairs written to {out}")


@similarity.command(name="measure")
@click.option("--seed", type=int, default=17, show_default=True, help="Of the simulated sittings.")
@click.option(
    "--scale", type=click.FloatRange(0.01, 100), default=1.0, show_default=True,
    help="Multiplies the numbers of simulated sittings.",
)  # fmt: skip
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures as SVG."
)
@json_option
@report_errors
def similarity_measure(seed: int, scale: float, plot: Path | None, as_json: bool) -> None:
    """Measure false alarms and power on simulated sittings, and the time for 1,000 × 100.

    Honest sittings of several sizes, with the same teacher, with very able candidates, without
    enough time; then sittings in which some copy from a neighbour, or share a key. The same seed
    gives the same figures, except the time.
    """
    with progress_bar("Measuring") as progress:
        measured = measure(seed, scale, progress)
    if plot is not None:
        write_durably(plot, chart(measured).encode())
    if as_json:
        click.echo(json.dumps(asdict(measured), indent=1))
        return
    _print(measured)


def _line(run: RunView, hq: HqServices) -> str:
    found = f"{run.strong} strong, {run.notable} notable, {run.texts} with shared passages"
    if not run.computed:
        found = "too few candidates, or no choice questions: nothing computed"
    when = local(run.finished_at, hq)
    return (
        f"{run.id}  {when}  {run.username}  {run.sitting} {run.paper}{run.label}  "
        f"{run.candidates} candidates  {found}"
    )


def _pair(pair: PairView) -> str:
    facts = pair.facts["answers"]
    return (
        f"{pair.number:>4}  {pair.level.value:<8}{pair.first.admission_no}  "
        f"{pair.second.admission_no}  {pair.relation:<12}"
        f"{facts['same']}/{facts['common']} same, {facts['same_wrong']} wrong  "
        f"{chance(pair.probability)}  corrected {chance(pair.holm)}"
    )


def _show_sheets(hq: HqServices, run: RunView, pair: PairView, *, quiet: bool) -> None:
    lines = hq.similarity_reports.open_pair(run, pair, me())
    for line in [] if quiet else lines:
        if line.match is not Match.WRITTEN:
            first, second = (answer or "-" for answer in line.answers)
            click.echo(
                f"      {line.item.id:<24}{line.key:<8}{first:<8}{second:<8}{line.match.value}"
            )


def _print(measured: Measured) -> None:
    click.echo("Honest sittings: share of pairs below 1e-2, 1e-3, 1e-4, 1e-5; sittings with a pair")
    for alarms in measured.false_alarms:
        below = "  ".join(f"{share:.1e}" for share in alarms.below)
        click.echo(
            f"{alarms.name:<30}{alarms.sittings:>5} sittings {alarms.pairs:>9} pairs  {below}  "
            f"strong {alarms.strong}, notable {alarms.notable}"
        )
    click.echo("Copying: share of the pairs found as strong, and with the notable ones")
    for power in measured.power:
        click.echo(
            f"{power.way:<16}{power.candidates:>5} candidates  {power.share:>4.0%} copied  "
            f"{power.pairs:>4} pairs  {power.strong:>4.0%}  {power.listed:>4.0%}  "
            f"honest pairs listed {power.honest}"
        )
    click.echo(f"1,000 candidates, 100 questions, all pairs: {measured.seconds:.1f} s of one core")
