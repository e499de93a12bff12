"""``kiosk models adopt``."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.vision.packs.calibrations import adopt as adopt_file
from kiosk.vision.packs.calibrations import discard
from kiosk.vision.packs.manifest import read_pack


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--undo", metavar="PACK", help="Return to the bands that come with PACK.")
@weights_option
@report_errors
def adopt(file: Path | None, undo: str | None, weights: Path) -> None:
    """Use the thresholds of FILE, measured on pictures of your own people, from the next start on.

    FILE comes from `kiosk models evaluate PAIRS --calibrate --write FILE`. It holds figures only,
    no pictures and no names. A pack without calibration passes nobody automatically.

    \b
    Examples:
      kiosk models adopt calibration.toml
      kiosk models adopt --undo opencv-zoo
    """
    if (file is None) == (undo is None):
        raise click.UsageError("Give either a FILE, or --undo with a pack.")
    if file is not None:
        info = adopt_file(file, weights)
        bands = info.decision_bands
        click.echo(f"{info.id}: pass from {bands.pass_at:g}, staff from {bands.staff_at:g}")
        click.echo("Restart the server to use them.")
    elif discard(read_pack(str(undo)), weights):
        click.echo(f"{undo}: uses its own bands again. Restart the server.")
    else:
        click.echo(f"{undo}: this machine had no bands of its own. Nothing was changed.")
