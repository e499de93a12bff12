"""``hq portraits``: registered portraits. Only their check needs OpenCV and ONNX Runtime."""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import hq_weights_option
from kiosk.settings import DEFAULT_PACK
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.registration.look_alikes import PortraitPack


def load_portrait_pack(weights: Path, pack: str) -> PortraitPack:
    """Load a face pack that checks portraits and compares them.

    Raises:
        PackUnusable: the pack cannot be used.
        ModuleNotFoundError: the extra ``vision`` is not installed.
    """
    from kiosk.vision.analysis.look_alikes import find_look_alikes
    from kiosk.vision.analysis.portrait_check import check_portrait
    from kiosk.vision.workers.loading import EngineSpec, load_engine

    engine = load_engine(EngineSpec(pack, weights))
    return PortraitPack(partial(check_portrait, engine), partial(find_look_alikes, engine))


def can_judge() -> bool:
    """Return whether the extra ``vision`` is installed; if not, other machines check portraits."""
    return all(find_spec(name) for name in ("cv2", "onnxruntime"))


@click.group()
def portraits() -> None:
    """Registered portraits: checked on this machine, decided by people."""


@portraits.command(name="check")
@data_option
@click.option("--sitting", help="Only applicants of this sitting.")
@click.option("--pack", default=DEFAULT_PACK, show_default=True, help="Face pack.")
@json_option
@hq_weights_option
@report_errors
def portraits_check(
    data: Path, sitting: str | None, pack: str, as_json: bool, weights: Path
) -> None:
    """Check every new portrait: size, shape, colour, blue background, one frontal face.

    People must check for a bare head. `hq portraits accept` accepts a portrait with problems.
    """
    judge = load_portrait_pack(weights, pack).judge
    with opened(data) as hq, progress_bar("Looking") as progress:
        looked = hq.people.check_portraits(judge, sitting, progress)
    found = {candidate: findings for candidate, findings in looked.items() if findings}
    if as_json:
        echo_json({"checked": len(looked), "findings": found})
        return
    for candidate, findings in found.items():
        click.echo(f"{candidate}  {', '.join(findings)}")
    click.echo(f"{len(looked)} portraits checked, {len(found)} with problems")


@portraits.command(name="compare")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--pack", default=DEFAULT_PACK, show_default=True, help="Face pack.")
@json_option
@hq_weights_option
@report_errors
def portraits_compare(data: Path, sitting: str, pack: str, as_json: bool, weights: Path) -> None:
    """Find applicants of a sitting who look alike, such as twins.

    They get seats apart from each other. Nobody is refused for it: the comparison can be wrong.
    """
    find = load_portrait_pack(weights, pack).find
    with opened(data) as hq:
        hq.sittings.get(sitting)
        with progress_bar("Comparing") as progress:
            hq.look_alikes.compare(sitting, find, me(), progress)
        pairs, applications = hq.look_alikes.of_sitting(sitting), hq.applications.list(sitting)
    names = {application.candidate_id: application.name for application in applications}
    found = [
        {"first": first, "second": second, "similarity": round(similarity, 3)}
        for (first, second), similarity in sorted(pairs.items())
    ]
    if as_json:
        echo_json(found)
        return
    for pair in found:
        first, second = str(pair["first"]), str(pair["second"])
        click.echo(f"{names[first]} ({first})  {names[second]} ({second})  {pair['similarity']}")
    click.echo(f"{len(found)} pairs look alike")


@portraits.command(name="accept")
@data_option
@click.argument("candidate")
@click.option("--reason", required=True, help="Recorded in the audit log.")
@report_errors
def portraits_accept(data: Path, candidate: str, reason: str) -> None:
    """Accept a portrait despite its findings."""
    with opened(data) as hq:
        hq.people.accept_portrait(candidate, reason, me())
    click.echo("Accepted.")
