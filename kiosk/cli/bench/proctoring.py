"""``kiosk bench proctoring``."""

import json
from pathlib import Path

import click

from kiosk.bench.proctoring.figures import summary, text
from kiosk.bench.proctoring.run import Plan, run
from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.workers.loading import EngineSpec, load_models

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--pack", default=DEFAULT_PACK, show_default=True, help="Face pack.")
@click.option(
    "--minutes",
    type=click.FloatRange(0.5, 600),
    default=36,
    show_default=True,
    help="Minutes of honest work; below 5 only some staged scenes are shown.",
)
@click.option("--faces", type=FOLDER, help="Portraits, one a person and file: more people.")
@click.option("--clips", type=FOLDER, help="Clips of honest work, watched as well.")
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a sheet of frames for each false incident and each miss into this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@report_errors
def proctoring(
    pack: str,
    minutes: float,
    faces: Path | None,
    clips: Path | None,
    pictures: Path | None,
    as_json: bool,
    weights: Path,
) -> None:
    """What the camera's rules notice, what they miss, and what they invent.

    Draws people who work honestly (write on paper, drink, yawn, lean back) and people who do not
    (cover face or lens, leave, bring somebody), one frame a second, and runs the frames through
    the pipeline and the default rules. missed: not noticed in time. false: incidents in honest
    work; false_beside: wrong incidents during a staged scene. Advice to the candidate
    opens no incident and is counted apart.

    \b
    Example:
      kiosk bench proctoring --pictures look/
    """
    models = load_models(EngineSpec(pack, weights))
    plan = Plan(minutes, faces, clips, pictures)
    outcomes = run(models, plan, lambda line: click.echo(f"- {line}", err=True))
    report = {"pack": pack, **summary(outcomes)}
    click.echo(json.dumps(report, indent=1, ensure_ascii=False) if as_json else text(report))
