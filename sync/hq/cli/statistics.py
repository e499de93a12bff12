"""``hq statistics``: compute, show and export the statistics of a sitting's papers."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, local, me, opened, progress_bar
from sync.hq.services import HqServices
from sync.hq.statistics.export import as_csv, as_json, as_xlsx
from sync.hq.statistics.figure_tables import TABLES, FigureTable
from sync.hq.statistics.runs import Run


@click.group()
def statistics() -> None:
    """Statistics of papers: items, reliability, scores, centres, incidents.

    \b
      hq statistics run --sitting ID             compute those of all papers of a sitting
      hq statistics show --sitting ID            print the main figures
      hq statistics export --sitting ID --xlsx FILE.xlsx

    docs/statistics.md defines every figure.
    """


_sitting = click.option("--sitting", required=True, help="The sitting's id.")
_paper = click.option("--paper", default="1", show_default=True, help="Paper of the sitting.")


@statistics.command(name="run")
@data_option
@_sitting
@click.option("--paper", help="Only this paper of the sitting.")
@json_option
@report_errors
def run_command(data: Path, sitting: str, paper: str | None, as_json: bool) -> None:
    """Compute the statistics of a sitting's papers from the results as they are now.

    If no result has changed since the last time, nothing is computed again. Compute earlier
    sittings first: items are compared with the sitting before.
    """
    with opened(data) as hq, progress_bar("Reading answers") as progress:
        wanted = [paper] if paper else [entry.id for entry in hq.sittings.get(sitting).papers]
        runs = [hq.statistics.compute(sitting, name, me(), progress) for name in wanted]
        lines = [_line(run, hq) for run in runs]
    if as_json:
        echo_json([_entry(run) for run in runs])
    else:
        click.echo("\n".join(lines))


@statistics.command()
@data_option
@_sitting
@_paper
@json_option
@report_errors
def show(data: Path, sitting: str, paper: str, as_json: bool) -> None:
    """Print the main figures of a paper, and the items to look at."""
    with opened(data) as hq:
        run = hq.statistics.run(sitting, paper)
        items = hq.statistics.items(run.id)
        line = _line(run, hq)
    if as_json:
        echo_json({**_entry(run), "figures": run.figures, "items": [vars(item) for item in items]})
        return
    click.echo(line)
    for name in ("summary", "reliability", "centres"):
        _print(TABLES[name](run.figures, items))
    flagged = [item for item in items if item.flags]
    click.echo(f"\n{len(flagged)} of {len(items)} items to look at")
    for item in flagged:
        click.echo(f"  {item.form}  {item.item_id}  {', '.join(item.flags)}")


@statistics.command()
@data_option
@_sitting
@_paper
@click.option(
    "--table",
    type=click.Choice(list(TABLES)),
    help="Only this table; required for CSV on the screen.",
)
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True)
)
@click.option("--xlsx", "xlsx_file", type=click.Path(dir_okay=False, path_type=Path))
@report_errors
def export(
    data: Path,
    sitting: str,
    paper: str,
    table: str | None,
    csv_file: Path | None,
    json_file: Path | None,
    xlsx_file: Path | None,
) -> None:
    """Write the tables of a paper to files; "-" prints CSV or JSON.

    A CSV file has one table (--table); JSON and XLSX have all unless one is named. Columns are
    explained in docs/statistics.md.
    """
    if csv_file and not table:
        raise click.UsageError("a CSV file has one table: name it with --table")
    if not (csv_file or json_file or xlsx_file):
        raise click.UsageError("name a file with --csv, --json or --xlsx")
    with opened(data) as hq:
        tables = _tables(hq, sitting, paper, [table] if table else list(TABLES))
    if csv_file:
        _write(csv_file, as_csv(tables[0]).encode("utf-8-sig"))
    if json_file:
        _write(json_file, as_json({entry.name: entry for entry in tables}).encode())
    if xlsx_file:
        _write(xlsx_file, as_xlsx(tables))


def _tables(
    hq: HqServices, sitting: str, paper: str, names: Sequence[str]
) -> Sequence[FigureTable]:
    run = hq.statistics.run(sitting, paper)
    items = hq.statistics.items(run.id)
    return [TABLES[name](run.figures, items) for name in names]


def _write(path: Path, data: bytes) -> None:
    if str(path) == "-":
        sys.stdout.write(data.decode("utf-8-sig"))
        return
    path.write_bytes(data)
    click.echo(path)


def _line(run: Run, hq: HqServices) -> str:
    found = run.figures
    state = "  OUT OF DATE: results changed since" if run.stale else ""
    return (
        f"Paper {run.paper}: {found['complete']} complete, {found['waiting']} wait for marks,"
        f" {sum(found['left_out'].values())} left out; computed {local(run.at, hq)}{state}"
    )


def _entry(run: Run) -> dict[str, object]:
    return {name: value for name, value in vars(run).items() if name != "figures"}


def _print(table: FigureTable) -> None:
    click.echo(f"\n{table.name}")
    rows = [table.columns, *([_text(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  " + "  ".join(cells))


def _text(cell: object) -> str:
    if cell is None:
        return "-"
    return f"{cell:.3f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)
