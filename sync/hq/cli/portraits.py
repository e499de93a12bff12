"""``hq portraits``: registered portraits. Only their check needs OpenCV and ONNX Runtime."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import hq_weights_option
from kiosk.settings import DEFAULT_PACK
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar


def load_judge(weights: Path, pack: str) -> Callable[[bytes], Sequence[str]]:
    """Load a face pack that names what is wrong with a portrait.

    Raises:
        PackUnusable: the pack cannot be used.
        ModuleNotFoundError: the extra ``vision`` is not installed.
    """
    from kiosk.vision.analysis.portrait_check import check_portrait
    from kiosk.vision.workers.loading import EngineSpec, load_engine

    return partial(check_portrait, load_engine(EngineSpec(pack, weights)))


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
    judge = load_judge(weights, pack)
    with opened(data) as hq, progress_bar("Looking") as progress:
        looked = hq.people.check_portraits(judge, sitting, progress)
    found = {candidate: findings for candidate, findings in looked.items() if findings}
    if as_json:
        echo_json({"checked": len(looked), "findings": found})
        return
    for candidate, findings in found.items():
        click.echo(f"{candidate}  {', '.join(findings)}")
    click.echo(f"{len(looked)} portraits checked, {len(found)} with problems")


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
