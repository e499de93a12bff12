"""``kiosk bench liveness``."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from kiosk.bench.liveness.heads import Head, heads_of_frames, heads_of_portraits, sample_heads
from kiosk.bench.liveness.looks import Bench, Plan, Tally
from kiosk.bench.liveness.report import report, text
from kiosk.command_line.common import says_errors
from kiosk.command_line.weights import weights_option
from kiosk.settings import DEFAULT_PACK
from kiosk.vision.engine import FaceEngine
from kiosk.vision.workers.loading import EngineSpec, load_engine

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--pack", default=DEFAULT_PACK, show_default=True, help="Face pack.")
@click.option("--faces", type=FOLDER, help="Folder of portraits, in place of the sample people.")
@click.option(
    "--turns",
    type=FOLDER,
    help="Folder with a folder of frames for each turning head; names end in the angle, as _-12.",
)
@click.option(
    "--face-checks",
    type=click.IntRange(1, 1000),
    default=12,
    show_default=True,
    help="Number of face checks of each kind.",
)
@click.option("--kind", "kinds", multiple=True, help="Only kinds whose name contains this.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@says_errors
def liveness(
    pack: str,
    faces: Path | None,
    turns: Path | None,
    face_checks: int,
    kinds: tuple[str, ...],
    seed: int,
    as_json: bool,
    weights: Path,
) -> None:
    """Whether head turns tell people from pictures: simulated, no ISO/IEC 30107-3 evaluation.

    People: heads of portraits on an ellipsoid, or your frames of a turning head, turn as asked,
    with honest habits. Attacks: drawn prints, screens and moved pictures that follow what is asked.
    Each face check runs through the hall's own code and a real face pack, two frames a second.

    BPCER: people whose look ends with a flaw, whatever it is. APCER: attacks whose look ends
    without one, so that liveness refuses nothing; the comparison with the portrait comes on top
    ("identity"). not_begun: refused before the first turn. Bounds are one-sided, 95 %, after
    Clopper and Pearson; checks of one head are not independent, so they are rather too low.

    \b
    Example:
      kiosk bench liveness --face-checks 4 --json
    """
    engine = load_engine(EngineSpec(pack, weights))
    bench = Bench(engine, _heads(engine, faces, turns), Plan(face_checks, seed, kinds=kinds))
    found = report(_told(bench.people()), _told(bench.attacks()))
    click.echo(json.dumps(found, indent=1) if as_json else text(found))


def _heads(engine: FaceEngine, faces: Path | None, turns: Path | None) -> list[Head]:
    heads: list[Head] = [] if faces is None else [*heads_of_portraits(engine, faces)]
    heads += [] if turns is None else heads_of_frames(turns)
    return heads if faces or turns else [*sample_heads(engine)]


def _told(tallies: Iterator[tuple[str, Tally]]) -> dict[str, Tally]:
    found = {}
    for kind, tally in tallies:
        click.echo(f"- {kind}", err=True)
        found[kind] = tally
    return found
