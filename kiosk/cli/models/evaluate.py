"""``kiosk models evaluate``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.settings import VisionSettings
from kiosk.vision.evaluation.degrade import DEGRADATIONS

F = TypeVar("F", bound=Callable[..., Any])


def _file(name: str, text: str) -> Callable[[F], F]:
    return click.option(name, type=click.Path(dir_okay=False, path_type=Path), help=text)


@click.command()
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that file names start from.  [default: the folder of PAIRS]",
)
@click.option(
    "--pack",
    "packs",
    multiple=True,
    default=lambda: (VisionSettings().pack,),
    show_default=VisionSettings().pack,
    help="Pack to evaluate. Give it several times to compare packs.",
)
@click.option("--pass-at", type=float, help="Pass threshold to try instead of the pack's own.")
@click.option("--staff-at", type=float, help="Staff threshold to try instead of the pack's own.")
@click.option(
    "--look-alike-at", type=float,
    help="With --calibrate: look-alike threshold of your choice, recorded as that.",
)  # fmt: skip
@click.option(
    "--worst", type=click.IntRange(0, 1000), default=5, show_default=True,
    help="How many of the most alike impostors and of the least alike true pairs to list.",
)  # fmt: skip
@_file("--sheet", "Write a JPEG with the faces of the worst pairs. It never leaves this machine.")
@_file("--plot", "Write a DET plot, a curve for each group (.png, .svg or .pdf).")
@_file("--report", "Write the report to share: no pictures, no file names, no times.")
@click.option(
    "--calibrate", is_flag=True,
    help="Propose thresholds, say what they rest on, and report the rates at them.",
)  # fmt: skip
@_file("--write", "With --calibrate: write bands and record as TOML into this file.")
@click.option(
    "--degrade", multiple=True, type=click.Choice([*DEGRADATIONS, "all"]),
    help="Compare true pairs again with their second picture made worse. Repeatable.",
)  # fmt: skip
@click.option(
    "--names/--no-names", default=None,
    help="File names in what is printed.  [default: yes in text, no in --json]",
)  # fmt: skip
@click.option(
    "--resamples", type=click.IntRange(200, 100_000), default=2000, show_default=True,
    help="Resamples of the people for the intervals.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True,
    help="Random seed for the resamples.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@report_errors
def evaluate(**options: Any) -> None:
    """Measure how well packs tell people apart on labelled PAIRS of pictures.

    PAIRS is a CSV with the columns file_x, file_y and decision: Yes for one person, No for two.
    With group_x and group_y rates are given by group, which is what counts: a pack may tell one
    group's people apart and take another's for each other. person_x and person_y name the people;
    without them, true pairs link pictures into people. Excel's Chinese CSV (GBK, semicolons) is
    accepted.

    Use portraits against pictures of your own terminals' cameras, of people like your
    candidates: no other figures tell how a pack will do in your hall. Pictures never leave the
    machine; --report writes what may be shared.

    Each rate comes with exact 95 % intervals as if pairs were independent, and with wider ones
    that respect that pairs share people.

    \b
    Examples:
      kiosk models evaluate pairs.csv --root pictures --plot det.png --sheet worst.jpg
      kiosk models evaluate pairs.csv --pack dlib --pack opencv-zoo
      kiosk models evaluate pairs.csv --calibrate --write bands.toml --report report.json
      kiosk models evaluate pairs.csv --degrade blur --degrade jpeg
    """
    # scipy takes most of a second to import, and only this command needs it
    from kiosk.cli.models.evaluation import Options, run

    run(Options(**options))
