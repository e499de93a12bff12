"""``kiosk models evaluate``."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from kiosk.cli.common import says_errors
from kiosk.cli.models.install import weights_option
from kiosk.exam.identity import Bands
from kiosk.vision.errors import PairsUnusable
from kiosk.vision.evaluation import Point, Rate
from kiosk.vision.loading import EngineSpec, load_engine
from kiosk.vision.trial import Outcome, compare, people, read_pairs

Report = dict[str, Any]


@click.command()
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that file names start from.  [default: the folder of PAIRS]",
)
@click.option("--pack", default="dlib", show_default=True, help="Pack to evaluate.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a DET plot (.png, .svg or .pdf).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@says_errors
def evaluate(
    pairs: Path, root: Path | None, pack: str, plot: Path | None, as_json: bool, weights: Path
) -> None:
    """Measure how well a pack tells people apart on labelled PAIRS of pictures.

    PAIRS is a CSV with the columns file_x, file_y and decision: Yes for one person, No for two.
    Use portraits against pictures of your own terminals' cameras, of people like your
    candidates: no other figures tell how a pack will do in your hall.

    Rates come with exact 95 % intervals, and a rate that is smaller than the pairs can show is
    left out: an FMR of 0.1 % takes at least 1000 pairs of two people.

    \b
    Examples:
      kiosk models evaluate pairs.csv --root pictures --plot det.png
      kiosk models evaluate pairs.csv --pack opencv-zoo --json
    """
    listed = read_pairs(pairs, root or pairs.parent)
    engine = load_engine(EngineSpec(pack, weights))
    outcome = _with_progress(engine, listed)
    report = _report(outcome, engine.bands)
    report = {"pack": pack, "pairs": len(listed), "people": people(listed), **report}
    if plot is not None:
        _plot(outcome, engine.bands, pack, plot)
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))
    if plot is not None and not as_json:
        click.echo(f"DET plot          {plot}")


def _with_progress(engine: Any, listed: Any) -> Outcome:
    if not sys.stderr.isatty():
        return compare(engine, listed, lambda *_: None)
    with click.progressbar(length=1, label="pictures", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return compare(engine, listed, show)


def _plot(outcome: Outcome, bands: Bands, pack: str, path: Path) -> None:
    from kiosk.vision.det_plot import draw  # matplotlib takes a second to import

    mated, non_mated = len(outcome.evaluation.mated), len(outcome.evaluation.non_mated)
    if not mated or not non_mated:
        raise PairsUnusable("a plot needs pairs of one person and pairs of two")
    try:
        draw(outcome.evaluation, bands, f"{pack}: {mated} mated, {non_mated} non-mated pairs", path)
    except (ValueError, OSError) as error:
        raise PairsUnusable(f"{path}: {error}") from error


def _report(outcome: Outcome, bands: Bands) -> Report:
    found = outcome.evaluation
    fmr, fnmr = found.fmr(bands.pass_at), found.fnmr(bands.pass_at)
    staff_fmr, staff_fnmr = found.fmr(bands.staff_at), found.fnmr(bands.staff_at)
    points = {
        "fnmr_at_fmr_1pct": found.fnmr_at(0.01),
        "fnmr_at_fmr_0_1pct": found.fnmr_at(0.001),
        "fnmr_without_false_matches": found.without_false_matches(),
    }
    rates: dict[str, Rate | None] = {
        "fmr": fmr,
        "fnmr": fnmr,
        "fmr_staff": staff_fmr,
        "fnmr_staff": staff_fnmr,
        **{name: point.fnmr if point else None for name, point in points.items()},
    }
    return {
        "compared": len(found.mated) + len(found.non_mated),
        "mated": len(found.mated),
        "non_mated": len(found.non_mated),
        "pictures": outcome.pictures,
        "threshold": bands.pass_at,
        "staff_threshold": bands.staff_at,
        **{name: _value(rate) for name, rate in rates.items()},
        "eer": found.eer(),
        "fmr_at_most": fmr and fmr.at_most,
        "intervals_95": {name: rate and list(rate.interval) for name, rate in rates.items()},
        "thresholds": {name: _threshold(point) for name, point in points.items()},
        "failures_to_detect": len(outcome.missed),
        "missed": [str(path) for path in outcome.missed],
        "ms_per_image": round(outcome.ms_per_image, 2),
    }


def _value(rate: Rate | None) -> float | None:
    return None if rate is None else rate.value


def _threshold(point: Point | None) -> float | None:
    return None if point is None else point.threshold


LINES = (
    ("FMR at pass", "fmr"),
    ("FNMR at pass", "fnmr"),
    ("FMR at staff", "fmr_staff"),
    ("FNMR at staff", "fnmr_staff"),
    ("FNMR at FMR 1 %", "fnmr_at_fmr_1pct"),
    ("FNMR at FMR 0.1 %", "fnmr_at_fmr_0_1pct"),
    ("FNMR at FMR 0", "fnmr_without_false_matches"),
)


def _text(report: Report) -> str:
    lines = [
        f"Pack              {report['pack']}, pass from {report['threshold']:g}, "
        f"staff from {report['staff_threshold']:g}",
        f"Pairs             {report['pairs']} of {report['people']} people in "
        f"{report['pictures']} pictures",
        f"Compared          {report['mated']} of one person, {report['non_mated']} of two",
        *(_line(label, report, key) for label, key in LINES),
        f"EER               {_percent(report['eer'])}",
    ]
    if report["fmr_at_most"] is not None:
        lines.append(
            f"What may be said  FMR at pass is at most {_percent(report['fmr_at_most'])} (95 %), "
            "if the pairs were independent"
        )
    lines.append(f"No face found in  {report['failures_to_detect']} pictures")
    lines += [f"                  {path}" for path in report["missed"]]
    lines.append(f"Time              {report['ms_per_image']:g} ms per picture, on one core")
    return "\n".join(lines)


def _line(label: str, report: Report, key: str) -> str:
    interval = report["intervals_95"][key]
    if interval is None:
        return f"{label:17} too few pairs to say"
    low, high = interval
    where = report["thresholds"].get(key)
    threshold = "" if where is None else f", threshold {where:.3f}"
    return f"{label:17} {_percent(report[key])}  [{_percent(low)} to {_percent(high)}]{threshold}"


def _percent(share: float | None) -> str:
    return "too few pairs to say" if share is None else f"{100 * share:.2f} %"
