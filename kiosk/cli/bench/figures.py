"""``kiosk bench``: figures of the centre's server, of headquarters, and of memory."""

import json
from pathlib import Path
from typing import Any

import click

from kiosk.bench.against_dlib import Comparison, compare
from kiosk.bench.answers import measure as measure_answers
from kiosk.bench.comeback import measure as measure_comeback
from kiosk.bench.frames import measure as measure_frames
from kiosk.bench.growth import report as measure_growth
from kiosk.bench.hall import TERMINALS, HallFigures
from kiosk.bench.hall import measure as measure_hall
from kiosk.bench.hq.desk import Sizes
from kiosk.bench.hq.desk import measure as measure_desk
from kiosk.bench.pipeline import Pipeline
from kiosk.bench.pipeline import measure as measure_pipeline
from kiosk.bench.soak import soak
from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.workers.loading import EngineSpec, load_models
from kiosk.vision.workers.pool import default_workers

SATURATION = 2.0
"""Frames are sent at this multiple of the rate that the workers can analyse."""


@click.command()
@click.option("--pack", default=DEFAULT_PACK, show_default=True, help="Face pack.")
@click.option(
    "--seconds",
    type=click.FloatRange(6, 3600),
    default=60,
    show_default=True,
    help="How long answers are saved, half of it under load.",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=0,
    help="Worker processes of the centre; 0: one fewer than the cores, at least one.",
)
@click.option(
    "--terminals",
    type=click.IntRange(1, 200),
    default=TERMINALS,
    show_default=True,
    help="Terminals in the room.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@report_errors
def vision(
    pack: str, seconds: float, workers: int, terminals: int, as_json: bool, weights: Path
) -> None:
    """What camera frames cost, and whether they delay an answer.

    fps_per_core: frames a second through the whole pipeline on one core. stages_ms: each stage
    alone. inference_share: how much of it is ONNX inference, the bound of the rest.
    dlib_ratio: how many times faster than dlib, if dlib-bin is installed, with the same networks
    on the same pictures. save_p99_ratio: the 99th percentile of an answer's save in a hall whose
    frames come at twice the rate that can be analysed, over that of an idle hall. rss_mb: memory
    of server and workers.

    Times of stages are CPU time; ratios hold for this run and machine only.

    \b
    Example:
      kiosk bench vision --json
    """

    def progress(text: str) -> None:
        click.echo(f"- {text}", err=True)

    progress("Frames through the pipeline")
    models = load_models(EngineSpec(pack, weights))
    pipeline = measure_pipeline(models)
    progress("The same work by dlib")
    against = compare(models.engine) if pack == "dlib" else None
    busy = workers or default_workers()
    rate = SATURATION * pipeline.fps_per_core * busy
    hall = measure_hall(terminals, seconds, rate, busy, progress)
    report = {
        "pack": pack,
        "workers": busy,
        "terminals": terminals,
        **_report(pipeline, against, hall),
    }
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


def _report(pipeline: Pipeline, against: Comparison | None, hall: HallFigures) -> dict[str, Any]:
    share = pipeline.inference_share
    return {
        "fps_per_core": round(pipeline.fps_per_core, 1),
        "stages_ms": pipeline.stages_ms,
        "ms_per_frame": round(pipeline.ms_per_frame, 2),
        "inference_share": None if share is None else round(share, 3),
        "dlib_ratio": None if against is None else round(against.ratio, 1),
        "dlib_agreement": None if against is None else round(against.agreement, 3),
        "save_p99_ratio": round(hall.save_p99_ratio, 2),
        "save_p99_idle_ms": round(hall.idle_p99_ms, 2),
        "save_p99_saturated_ms": round(hall.saturated_p99_ms, 2),
        "saves": hall.saves,
        "frames_sent_per_s": round(hall.sent_per_s, 1),
        "frames_analysed_per_s": round(hall.analysed_per_s, 1),
        "rss_mb": round(hall.rss_mb),
    }


@click.command()
@click.option("--candidates", type=click.IntRange(2, 200), default=31, show_default=True)
@click.option("--minutes", type=click.FloatRange(0.2, 600), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def frames(candidates: int, minutes: float, as_json: bool) -> None:
    """Whether an overloaded or a hostile hall wrongs honest candidates.

    Half of the time the workers stop every other quarter of a second; in the other half one
    candidate sends a picture of 42,600 scans every second. incidents: of the others, who send
    frames as they are asked to. upload_*_ms: the 99th percentile of a frame's upload in each half.
    overloaded_s: seconds of disturbances that the room reported.
    """
    figures = measure_frames(candidates, minutes, lambda text: click.echo(f"- {text}", err=True))
    report = {name: round(value, 1) for name, value in vars(figures).items()}
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


@click.command()
@click.option("--minutes", type=click.FloatRange(0.2, 600), default=60, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def memory(minutes: float, as_json: bool) -> None:
    """Whether memory stays flat: a hall of 60 terminals, watched for a while.

    Prints the anonymous memory of server and workers after a minute of warming up (a tenth of short
    runs), at the end, and the growth an hour by a line through all readings; settled: by a line
    through those after ten minutes, or after half of a shorter run.
    """
    report = soak(minutes, lambda text: click.echo(f"- {text}", err=True))
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


@click.command()
@click.option("--reloads", type=click.IntRange(20, 100_000), default=500, show_default=True)
@click.option("--candidates", type=click.IntRange(1, 200), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def answers(reloads: int, candidates: int, as_json: bool) -> None:
    """How fast a candidate continues after a reload or a network cut.

    reload_p99_ms: the 99th percentile of loading a page's data with 100 answers and 1,000
    revisions. replay_500_s: the slowest replay of a terminal's buffer of 500 answers, each
    batch acknowledged after its commit.

    \b
    Example:
      kiosk bench answers --json
    """
    figures = measure_answers(reloads, candidates, lambda text: click.echo(f"- {text}", err=True))
    report = {
        "reload_p50_ms": round(figures.reload_p50_ms, 1),
        "reload_p99_ms": round(figures.reload_p99_ms, 1),
        "reloads": reloads,
        "replay_500_s": round(max(figures.replay_s), 3),
        "replay_500_median_s": round(sorted(figures.replay_s)[len(figures.replay_s) // 2], 3),
        "replays": len(figures.replay_s),
    }
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


@click.command()
@click.option("--candidates", type=click.IntRange(1, 200), default=60, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def comeback(candidates: int, as_json: bool) -> None:
    """How long a room takes to answer again after a mains cut, with no click of staff.

    Server and terminals are off at once. start_s: from the server's start to its first page.
    first_s, median_s, last_s: from there until a terminal's answer is acknowledged, all of them
    coming in the same moment. lost: acknowledged answers that are gone.

    \b
    Example:
      kiosk bench comeback --json
    """
    figures = measure_comeback(candidates, lambda text: click.echo(f"- {text}", err=True))
    report = {
        "candidates": candidates,
        **{name: round(value, 2) for name, value in vars(figures).items()},
    }
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


@click.command()
@click.option("--events", type=click.IntRange(0, 10_000_000), default=100_000, show_default=True)
@click.option("--revisions", type=click.IntRange(0, 1_000_000), default=20_000, show_default=True)
@click.option("--saves", type=click.IntRange(20, 100_000), default=500, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def growth(events: int, revisions: int, saves: int, as_json: bool) -> None:
    """What a save costs after one terminal has filled the database.

    save_ratio: the median of a save, with an event and its commit, in a database with so many
    events and revisions, over that in a fresh one. room_*_ms: counting the room's answers.

    \b
    Example:
      kiosk bench growth --json
    """
    report = measure_growth(
        events, revisions, saves, lambda text: click.echo(f"- {text}", err=True)
    )
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


@click.command()
@click.option("--bank", type=click.IntRange(200, 200_000), default=20_000, show_default=True)
@click.option("--items", type=click.IntRange(95, 50_000), default=5_000, show_default=True)
@click.option("--candidates", type=click.IntRange(1, 20_000), default=5_000, show_default=True)
@click.option("--packages", type=click.IntRange(1, 1000), default=200, show_default=True)
@click.option("--seats", type=click.IntRange(1, 200), default=60, show_default=True)
@click.option("--together", type=click.IntRange(1, 2000), default=200, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@report_errors
def desk(
    bank: int,
    items: int,
    candidates: int,
    packages: int,
    seats: int,
    together: int,
    as_json: bool,
) -> None:
    """How long headquarters takes to prepare an exam.

    assemble_s: drawing a paper from the whole bank, items read and uses noted. import_items_s:
    reading, comparing and storing a spreadsheet. preview_page_s: the first page of its preview.
    import_candidates_s: reading, checking and storing a table with a ZIP of portraits; checking
    the portraits is a step of its own (`hq portraits check`).
    packages_s: sealing the packages with portraits. rss_*_mb: memory after a tenth of them
    and after all. many_papers_*_s: one package of a sitting with all trades and levels of a
    programme and --together candidates: its papers drawn and sealed; opened and unlocked.

    \b
    Example:
      kiosk bench desk --json
    """
    sizes = Sizes(bank, items, candidates, packages, seats, together)
    figures = measure_desk(sizes, lambda text: click.echo(f"- {text}", err=True))
    report = {
        "assemble_s": round(figures.assemble_s, 2),
        "import_items_s": round(figures.import_items_s, 1),
        "preview_page_s": round(figures.preview_page_s, 2),
        "import_candidates_s": round(figures.import_candidates_s, 1),
        "packages_s": round(figures.packages_s, 1),
        "many_papers_build_s": round(figures.many_papers.build_s, 1),
        "many_papers_open_s": round(figures.many_papers.open_s, 1),
        "rss_early_mb": round(figures.rss_mb[0]),
        "rss_late_mb": round(figures.rss_mb[1]),
        **vars(sizes),
    }
    click.echo(json.dumps(report, indent=1) if as_json else _text(report))


def _text(report: dict[str, Any]) -> str:
    width = max(map(len, report))
    return "\n".join(f"{name:<{width}}  {_shown(value)}" for name, value in report.items())


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {part:g}" for name, part in value.items())
    return "not measured" if value is None else str(value)
