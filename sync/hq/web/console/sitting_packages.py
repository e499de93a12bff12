"""Packages and unlock codes of a sitting at the console, for one centre or for all."""

from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.spelling import spelling_alphabet
from sync.hq.packages.papers import LABELS
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.console.sitting_jobs import building, to_job
from sync.hq.web.console.sittings import back
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters

sitting_packages = staff_pages("sitting_packages")


@sitting_packages.post("/sittings/<sitting_id>/packages")
def build(sitting_id: str) -> BaseResponse:
    """Build the next package version for a centre."""
    centre, label = request.form.get("centre", ""), request.form.get("paper", LABELS[0])
    packages = headquarters().packages
    released = packages.code_released(sitting_id, centre)
    package = packages.build(sitting_id, centre, guard.who(), label)
    text = _(
        "Package version %(version)s for %(centre)s is ready.",
        version=package.version,
        centre=centre,
    )
    warning = _(
        "%(centre)s already has the unlock code of an earlier version. If its"
        " paper is already unlocked, this version will not be used. Call the"
        " centre.",
        centre=centre,
    )
    flash(f"{text} {warning}" if released else text)
    return back(sitting_id)


@sitting_packages.post("/sittings/<sitting_id>/packages/all")
def build_all(sitting_id: str) -> BaseResponse:
    """Start a job that builds the next package of every centre with seats."""
    hq, by = headquarters(), guard.who()
    hq.sittings.get(sitting_id)
    work = building(hq, sitting_id, by, request.form.get("paper", LABELS[0]))
    return to_job(sitting_id, hq.jobs.begin("packages", by, work))


@sitting_packages.post("/sittings/<sitting_id>/packages/revoke")
def revoke(sitting_id: str) -> BaseResponse:
    """Revoke a centre's newest package."""
    centre, reason = request.form.get("centre", ""), request.form.get("reason", "")
    headquarters().packages.revoke(sitting_id, centre, reason, guard.who())
    flash(_("The package is revoked. Build a new version for the centre."))
    return back(sitting_id)


@sitting_packages.get("/sittings/<sitting_id>/packages/<centre>")
def package_file(sitting_id: str, centre: str) -> Response:
    """Return the newest package as a file for a USB stick."""
    packages = headquarters().packages
    package = packages.newest(sitting_id, centre)
    return download(packages.data(package), package.file_name)


@sitting_packages.post("/sittings/<sitting_id>/approve")
def approve(sitting_id: str) -> BaseResponse:
    """Approve the release of a centre's code at its time, or those of all centres."""
    hq, centre = headquarters(), request.form.get("centre", "")
    if centre:
        hq.unlocking.approve(sitting_id, centre, guard.who())
        return back(sitting_id)
    refused = [one for one in hq.batches.approve(sitting_id, guard.who()) if one.error]
    if refused and refused[0].error:
        flash(f"{refused[0].centre_code}: {message_for(refused[0].error)}")
    return back(sitting_id)


@sitting_packages.post("/sittings/<sitting_id>/code")
def show_code(sitting_id: str) -> str:
    """Show the sheet from which an unlock code is read over the telephone."""
    hq, centre = headquarters(), request.form.get("centre", "")
    code = hq.unlocking.code(sitting_id, centre, guard.who())
    known = {one.code: one for one in hq.centres.list()}
    return render_template(
        "sittings/code.html",
        sitting=hq.sittings.get(sitting_id),
        centre=known[centre],
        package=hq.packages.newest(sitting_id, centre),
        code=code,
        groups=[spelling_alphabet(group) for group in code.split("-")],
    )
