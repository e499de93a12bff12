"""``kiosk models detect``."""

import json
from pathlib import Path
from typing import Any

import click

from kiosk.cli.models.evaluation_text import table
from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.settings import VisionSettings

Report = dict[str, Any]


@click.command()
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--pack",
    "packs",
    multiple=True,
    default=lambda: (VisionSettings().pack,),
    show_default=VisionSettings().pack,
    help="Pack to try. Give it several times to compare packs.",
)
@click.option(
    "--names/--no-names", default=None,
    help="Name the pictures without a face.  [default: yes in text, no in --json]",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@report_errors
def detect(
    folders: tuple[Path, ...],
    packs: tuple[str, ...],
    names: bool | None,
    as_json: bool,
    weights: Path,
) -> None:
    """Count the pictures in FOLDERS in which packs find a face, for example masked ones.

    "At once" is the check that every frame of an exam gets; "in all" adds the search for small
    faces and for faces that fill the picture. Every picture should show a face. Pictures never
    leave the machine.

    \b
    Example:
      kiosk models detect masked --pack dlib --pack opencv-zoo
    """
    # scipy and ONNX Runtime take a second to import, and other commands do without
    from kiosk.vision.evaluation.finding import find_faces, pictures_in
    from kiosk.vision.workers.loading import EngineSpec, load_engine

    listed = {folder: pictures_in(folder) for folder in folders}
    engines = {pack: load_engine(EngineSpec(pack, weights)) for pack in dict.fromkeys(packs)}
    found = [
        _report(pack, folder, find_faces(engine, paths, lambda *_: None))
        for folder, paths in listed.items()
        for pack, engine in engines.items()
    ]
    if as_json:
        shown = [_only(one, names=bool(names)) for one in found]
        click.echo(json.dumps({"folders": shown}, indent=1, ensure_ascii=False))
        return
    rows = [("Pack", "folder", "pictures", "a face at once", "a face in all"), *map(_row, found)]
    missed = [f"  {path}  ({one['pack']})" for one in found for path in one["missed"]]
    tail = ["", "No face found in", *missed] if missed and names is not False else []
    click.echo("\n".join([*table(rows), *tail]))


def _report(pack: str, folder: Path, found: Any) -> Report:
    return {
        "pack": pack,
        "folder": str(folder),
        "pictures": found.pictures,
        **{
            name: {"found": rate.errors, "value": rate.value, "by_pictures_95": [*rate.interval]}
            for name, rate in (("quick", found.quick), ("thorough", found.thorough))
        },
        "missed": [str(path) for path in found.missed],
    }


def _only(report: Report, *, names: bool) -> Report:
    return {name: value for name, value in report.items() if names or name != "missed"}


def _row(report: Report) -> tuple[str, ...]:
    return (
        report["pack"],
        report["folder"],
        str(report["pictures"]),
        *(_share(report[name]) for name in ("quick", "thorough")),
    )


def _share(share: Report) -> str:
    low, high = (100 * bound for bound in share["by_pictures_95"])
    return f"{share['found']} = {100 * share['value']:.0f} % [{low:.0f} to {high:.0f} %]"
