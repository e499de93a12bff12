"""``hq package``: sealed for one centre and one sitting, or for all centres of a sitting."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.cli.lives import outdated
from sync.hq.packages.packages import PackageView
from sync.hq.planning.batches import Outcome
from sync.hq.services import HqServices


@click.group()
def package() -> None:
    """Exam packages: one for each centre and sitting."""


package.add_command(outdated)


@package.command(name="build")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", help="Code of the centre.")
@click.option("--all", "everywhere", is_flag=True, help="All centres with seats in the sitting.")
@click.option("--paper", default="A", show_default=True, help="Which of parallel papers.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Also write the file: a folder, or a name ending in .exam.",
)
@json_option
@report_errors
def package_build(
    data: Path,
    sitting: str,
    centre: str | None,
    everywhere: bool,
    paper: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Seal the papers that a centre's seats name with its roster, and put it into the inbox.

    Papers that have not been drawn are drawn first. Building again makes the next version; centres
    refuse lower ones. The unlock code belongs to this version: see `hq code`. With --all a centre
    whose package cannot be built is listed, and the others get theirs; the exit status is then 1.
    """
    if (centre is None) != everywhere:
        raise click.UsageError("Give either --centre CODE or --all.")
    if everywhere and out is not None and out.suffix == ".exam":
        raise click.UsageError("With --all, --out is a folder.")
    with opened(data) as hq:
        if centre is None:
            _build_all(hq, sitting, paper, out, as_json)
        else:
            _build(hq, sitting, centre, paper, out, as_json)


def _build(
    hq: HqServices, sitting: str, centre: str, paper: str, out: Path | None, as_json: bool
) -> None:
    released = hq.packages.code_released(sitting, centre)
    built = hq.packages.build(sitting, centre, me(), paper)
    path = _write(out, built, hq.packages.data(built)) if out else None
    if released:
        _warn_of_code(centre)
    if as_json:
        echo_json({**vars(built), "file": str(path) if path else None})
        return
    click.echo(f"Package {built.id}, version {built.version}: {built.candidates} candidates")
    left = [one.id for one in hq.sittings.get(sitting).papers if one.id not in built.papers]
    if left:
        click.echo(f"Not in the package, because nobody has a seat with them: {', '.join(left)}")
    if path:
        click.echo(path)


def _build_all(hq: HqServices, sitting: str, paper: str, out: Path | None, as_json: bool) -> None:
    with progress_bar("Building") as progress:
        outcomes = hq.batches.build(sitting, me(), paper, progress=progress)
    for outcome in outcomes if out else ():
        if out and outcome.package:
            _write(out, outcome.package, hq.packages.data(outcome.package))
    print_outcomes(outcomes, as_json)


def print_outcomes(outcomes: Sequence[Outcome], as_json: bool) -> None:
    """Print what came of each centre; exit with 1 if one has no package."""
    if as_json:
        echo_json([_plain(outcome) for outcome in outcomes])
    for one in outcomes if not as_json else ():
        if one.package:
            click.echo(
                f"{one.centre_code}  version {one.package.version}:"
                f" {one.package.candidates} candidates, {len(one.package.papers)} papers"
            )
            if one.code_is_out:
                _warn_of_code(one.centre_code)
        else:
            click.echo(f"! {one.centre_code}: {one.error}", err=True)
    if any(outcome.error for outcome in outcomes):
        raise SystemExit(1)


def _warn_of_code(centre: str) -> None:
    click.echo(
        f"Warning: {centre} already has the code of an earlier version. If its papers are already"
        " unlocked, this version will not be used. Call the centre.",
        err=True,
    )


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {
        "centre": outcome.centre_code,
        "package": vars(outcome.package) if outcome.package else None,
        "error": str(outcome.error) if outcome.error else None,
        "code_is_out": outcome.code_is_out,
    }


@package.command(name="revoke")
@data_option
@click.option("--sitting", required=True, help="Id of the sitting.")
@click.option("--centre", required=True, help="Code of the centre.")
@click.option(
    "--reason", required=True, help="The centre sees it; it is recorded in the audit log."
)
@click.confirmation_option(prompt="The centre will not be able to use this package. Revoke it?")
@report_errors
def package_revoke(data: Path, sitting: str, centre: str, reason: str) -> None:
    """Revoke the newest package of a centre; a new version replaces it."""
    with opened(data) as hq:
        revoked = hq.packages.revoke(sitting, centre, reason, me())
    click.echo(f"Version {revoked.version} is revoked. Build the next one: hq package build")


def _write(out: Path, built: PackageView, data: bytes) -> Path:
    target = out if out.suffix == ".exam" else out / built.file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(data)
    part.replace(target)
    return target
