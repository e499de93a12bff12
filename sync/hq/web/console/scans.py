"""Scans of registration material at the console: uploaded, looked at one by one, decided (R9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport, NotFound, ScanRefused
from sync.hq.imports.archives import Archive
from sync.hq.imports.jobs import as_json
from sync.hq.problems import Problem
from sync.hq.registration.application_views import PORTRAIT, ApplicationView
from sync.hq.registration.material_list import MaterialWanted
from sync.hq.registration.scan_files import PDF, ScanUnusable, read_scan
from sync.hq.registration.scan_import import import_scans
from sync.hq.registration.scan_states import ScanState, ScanView
from sync.hq.registration.scans import NewScan
from sync.hq.web import personal_names, scan_names
from sync.hq.web.console import covered, guard, targets
from sync.hq.web.console.listed import typed_words
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import problem_views
from sync.hq.web.replies import headquarters, small_number

scans = staff_pages("scans")
SHOWN = 500
PARTS = ("", "front", "back", *map(str, range(1, 10)))
LOCKED = "default-src 'none'; sandbox"
"""What a scan's own page may do: nothing, whatever somebody has put into the file."""


@scans.before_request
def require_viewer() -> None:
    """Require an account that may see scans, for every route of this blueprint."""
    headquarters().scan_viewers.require(guard.who())


@scans.get("/sittings/<sitting_id>/material")
def overview(sitting_id: str) -> str:
    """Show how far the material of each applicant is; `state` shows only those with one such."""
    materials = _materials(sitting_id)
    wanted = MaterialWanted(
        text=typed_words(),
        state=next((s for s in ScanState if s.value == request.args.get("state")), None),
        page=request.args.get("page", 1, type=small_number),
    )
    ids = [material.id for material in materials]
    return render_template(
        "sittings/material.html",
        sitting=headquarters().sittings.get(sitting_id),
        materials=materials,
        listed=headquarters().material_list.page(sitting_id, ids, wanted, targets.scope()),
        wanted=wanted,
        names=scan_names,
    )


@scans.get("/sittings/<sitting_id>/candidates/<candidate_id>/scans")
def person(sitting_id: str, candidate_id: str) -> str:
    """Show one applicant's scans with their history, and the form to add some."""
    applicant = _applicant(sitting_id, candidate_id)
    return render_template(
        "sittings/scans.html",
        sitting=headquarters().sittings.get(sitting_id),
        applicant=applicant,
        materials=_materials(sitting_id),
        scans=headquarters().scans.list(sitting_id, candidate_id),
        parts=PARTS,
        names=scan_names,
    )


@scans.post("/sittings/<sitting_id>/candidates/<candidate_id>/scans")
def upload(sitting_id: str, candidate_id: str) -> BaseResponse:
    """Store one or more files as scans of a material."""
    material, part = request.form.get("material", ""), request.form.get("part", "")
    if material not in {one.id for one in _materials(sitting_id)} or part not in PARTS:
        raise NotFound(what="material")
    new = []
    for file in request.files.getlist("file"):
        name = file.filename or material
        try:
            new.append(NewScan(candidate_id, material, part, name, read_scan(file.read())))
        except ScanUnusable as error:
            raise ScanRefused(reason=error.reason) from error
    done = headquarters().scans.put(sitting_id, new, guard.who())
    flash(_("%(count)s scans were stored.", count=done.stored))
    return redirect(url_for("scans.person", sitting_id=sitting_id, candidate_id=candidate_id))


@scans.post("/sittings/<sitting_id>/material")
def begin_import(sitting_id: str) -> BaseResponse:
    """Store the scans of a ZIP archive by a job; files that do not fit are listed."""
    hq, by, file = headquarters(), guard.who(), request.files.get("file")
    if file is None or not file.filename:
        raise BadImport([Problem("empty")])
    archive = Archive(file.read())
    applicants, programme = _applicants(sitting_id), hq.applications.programme(sitting_id)

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        done = import_scans(hq.scans, sitting_id, archive, applicants, programme, by, progress)
        left = [*archive.problems, *done.problems]
        listed = [as_json(problem) for problem in left[:SHOWN]]
        return {"stored": done.stored, "known": done.known, "problems": listed, "left": len(left)}

    job_id = hq.jobs.begin("scans", by, work)
    return redirect(url_for("scans.job", sitting_id=sitting_id, job_id=job_id))


@scans.get("/sittings/<sitting_id>/material/jobs/<job_id>")
def job(sitting_id: str, job_id: str) -> str:
    """Show the progress of an import of scans, then what was left out."""
    found = headquarters().jobs.get(job_id, guard.who())
    return render_template(
        "sittings/scan_import.html",
        sitting=headquarters().sittings.get(sitting_id),
        job=found,
        problems=problem_views(found.outcome.get("problems", [])),
    )


@scans.get("/sittings/<sitting_id>/material/review")
def review(sitting_id: str) -> str | BaseResponse:
    """Show the next scan that waits, beside the registered data; `after` skips up to one."""
    waiting, before = _waiting(sitting_id), request.args.get("after", "")
    after = waiting.index(before) + 1 if before in waiting else 0
    if after >= len(waiting):
        flash(_("No other scan waits for a decision."))
        return redirect(url_for("scans.overview", sitting_id=sitting_id))
    scan = headquarters().scans.get(waiting[after])
    return _review(scan, len(waiting) - after - 1)


@scans.get("/scans/<scan_id>")
def one(scan_id: str) -> str:
    """Show one scan, decided or not, as the review does."""
    return _review(headquarters().scans.get(scan_id), 0)


@scans.get("/scans/<scan_id>/file")
def file(scan_id: str) -> Response:
    """Return the bytes of a scan: a picture to be shown, a PDF as a download only."""
    scan, data = headquarters().scans.open(scan_id, guard.who())
    response = Response(data, mimetype="application/pdf" if scan.kind == PDF else "image/jpeg")
    if scan.kind == PDF:
        name = f"{scan.material}-{scan.id}.pdf"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = LOCKED
    return response


@scans.post("/scans/<scan_id>/decision")
def decide(scan_id: str) -> BaseResponse:
    """Accept a scan or return it with a reason; then the next one that waits."""
    accepted = request.form.get("decision") == "accept"
    reason = request.form.get("reason", "").strip() or request.form.get("usual", "")
    before = _after(headquarters().scans.get(scan_id))
    scan = headquarters().scans.decide(scan_id, accepted=accepted, reason=reason, by=guard.who())
    return redirect(url_for("scans.review", sitting_id=scan.sitting_id, after=before or None))


def _after(scan: ScanView) -> str:
    """Return the waiting scan before this one, so that the review goes on behind it."""
    waiting = _waiting(scan.sitting_id)
    position = waiting.index(scan.id) if scan.id in waiting else 0
    return waiting[position - 1] if position else ""


def _review(scan: ScanView, left: int) -> str:
    hq = headquarters()
    return render_template(
        "sittings/review.html",
        sitting=hq.sittings.get(scan.sitting_id),
        scan=scan,
        left=left,
        applicant=_applicant(scan.sitting_id, scan.candidate_id),
        form=hq.personal_data.form(scan.sitting_id, scan.candidate_id),
        materials=_materials(scan.sitting_id),
        others=[
            other
            for other in hq.scans.list(scan.sitting_id, scan.candidate_id)
            if other.counts and other.id != scan.id
        ],
        names=scan_names,
        personal=personal_names,
    )


def _materials(sitting_id: str) -> Sequence[Any]:
    """Return the materials that are scanned; portraits are imported with the candidates."""
    programme = headquarters().applications.programme(sitting_id)
    return [material for material in programme.materials if material.id != PORTRAIT]


def _applicants(sitting_id: str) -> Sequence[ApplicationView]:
    """Return the applicants whom the account's rights cover."""
    people = covered.candidates(sitting_id)
    found = headquarters().applications.list(sitting_id)
    return [one for one in found if one.candidate_id in people]


def _applicant(sitting_id: str, candidate_id: str) -> ApplicationView:
    return headquarters().application_list.get(sitting_id, candidate_id, targets.scope())


def _waiting(sitting_id: str) -> Sequence[str]:
    return headquarters().material_list.waiting(sitting_id, targets.scope())
