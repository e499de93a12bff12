"""Centres at the console: enrolment requests, status, and findings about event logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.actors import shown_name
from sync.hq.centres.rooms import Room
from sync.hq.errors import NotCompared, NotFound, ReasonMissing
from sync.hq.intake.centre_status import DATA, centre_statuses, finding_text
from sync.hq.intake.deletions import DeletionView
from sync.hq.intake.event_logs import Finding
from sync.hq.web.console import covered, guard, targets
from sync.hq.web.console.centre_list import centre_tree
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.replies import headquarters, small_number
from sync.wire.sealing.certificate import read_request

centres = staff_pages("centres")


LONGEST = 300
"""Most characters of an address: a ticket has room for three lines."""
SHOWN = timedelta(days=92)
"""Event logs received in this time are shown; ``hq centres status`` shows all."""


@dataclass(frozen=True)
class FindingView:
    """A finding about an event log, in the request's language."""

    centre: str
    sitting: str
    text: str
    is_error: bool


@dataclass(frozen=True)
class DeletionLine:
    """A deletion at a centre; ``signed``: whether its receipt is validly signed."""

    centre: str
    sitting: str
    data: str
    deleted_at: datetime | None
    by: str
    signed: bool


@centres.get("/centres")
def overview() -> str:
    """Show pending requests, all centres, and findings about their event logs."""
    hq = headquarters()
    known, shown = covered.centres(), covered.codes()
    findings = hq.event_logs.findings(hq.clock.now() - SHOWN)
    deletions = hq.deletions.list(hq.clock.now() - SHOWN)
    return render_template(
        "centres/centres.html",
        requests=hq.enrolment.pending() if targets.may("centres.approve") else (),
        enrolled=shown,
        tree=centre_tree(centre_statuses(known, hq.inventories.contacts())),
        findings=_findings([one for one in findings if one.centre_code in shown]),
        deletions=_deletions([one for one in deletions if one.centre_code in shown]),
        keys=hq.public_keys,
    )


@centres.post("/centres/requests/<key_id>/approve")
def approve(key_id: str) -> BaseResponse:
    """Enrol a centre that asked over the network, after its fingerprint was compared."""
    if request.form.get("compared") != "yes":
        raise NotCompared
    revoke_old = request.form.get("revoke_old") == "yes"
    headquarters().enrolment.approve(key_id, guard.who(), revoke_old=revoke_old)
    flash(_("The centre is enrolled. It fetches its certificate automatically."))
    return redirect(url_for("centres.overview"))


@centres.post("/centres/requests/<key_id>/decline")
def decline(key_id: str) -> BaseResponse:
    """Decline a request; the centre sees the reason."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise ReasonMissing
    headquarters().enrolment.decline(key_id, reason, guard.who())
    flash(_("The request is declined. The centre sees the reason."))
    return redirect(url_for("centres.overview"))


@centres.post("/centres/review")
def review() -> str:
    """Show an enrolment request, so that its fingerprint can be compared."""
    upload = request.files.get("request")
    data = upload.read() if upload else b""
    return render_template(
        "centres/enrol.html", asked=read_request(data), text=data.decode("utf-8", "replace")
    )


@centres.post("/centres")
def enrol() -> BaseResponse:
    """Enrol a centre whose fingerprint was compared; return its certificate."""
    data = request.form.get("request", "").encode()
    certificate = headquarters().centres.approve(data, guard.who())
    return download(certificate, f"{read_request(data).centre_code}.certificate.json")


@centres.post("/centres/<code>/place")
def set_place(code: str) -> BaseResponse:
    """Set where a centre is and how to get there."""
    form = request.form
    address, directions = form.get("address", "")[:LONGEST], form.get("directions", "")[:LONGEST]
    headquarters().centres.set_place(code, guard.who(), address=address, directions=directions)
    flash(_("Recorded."))
    return redirect(url_for("centres.overview"))


@centres.post("/centres/<code>/branch")
def set_branch(code: str) -> BaseResponse:
    """Put a centre below a province and city, to which rights can be limited."""
    headquarters().branches.set(code, request.form.get("branch", "")[:1000], guard.who())
    flash(_("Recorded."))
    return redirect(url_for("centres.overview"))


@centres.get("/centres/<code>/certificate")
def certificate(code: str) -> Response:
    """Return a centre's certificate as a file."""
    return download(headquarters().centres.certificate(code), f"{code}.certificate.json")


@centres.get("/centres/<code>/rooms")
def rooms(code: str) -> str:
    """Show the rooms of a centre, and the form for another."""
    hq = headquarters()
    centre = next((one for one in hq.centres.list() if one.code == code), None)
    if centre is None:
        raise NotFound(what="centre")
    return render_template("centres/rooms.html", centre=centre, rooms=hq.rooms.of_centre(code))


@centres.post("/centres/<code>/rooms")
def set_room(code: str) -> BaseResponse:
    """Add a room to a centre, or change one."""
    hq, form = headquarters(), request.form
    name, room_id = form.get("name", ""), form.get("room", "")
    seats, in_a_row = (
        form.get(field, 0, type=small_number) for field in ("seats", "seats_per_row")
    )
    if not room_id:
        hq.rooms.add(code, name, guard.who(), seats, in_a_row)
    elif room_id in {room.id for room in hq.rooms.of_centre(code)}:
        hq.rooms.set(code, Room(room_id, name, seats, in_a_row), guard.who())
    else:
        raise NotFound(what="room")
    flash(_("The room is saved."))
    return redirect(url_for("centres.rooms", code=code))


def _deletions(found: Sequence[DeletionView]) -> Sequence[DeletionLine]:
    titles = {sitting.id: sitting.title for sitting in headquarters().sittings.list()}
    return [
        DeletionLine(
            centre=one.centre_code,
            sitting=titles.get(one.sitting_id, one.sitting_id),
            data=_(DATA[one.data]) if one.data in DATA else one.data,
            deleted_at=one.receipt.deleted_at if one.receipt else None,
            by=shown_name(one.receipt.by) if one.receipt else "",
            signed=one.receipt is not None,
        )
        for one in found
    ]


def _findings(found: Sequence[Finding]) -> Sequence[FindingView]:
    titles = {sitting.id: sitting.title for sitting in headquarters().sittings.list()}
    return [
        FindingView(
            centre=one.centre_code,
            sitting=titles.get(one.sitting_id, one.sitting_id),
            text=_(finding_text(one)) % {"first": one.first, "last": one.last},
            is_error=one.what in ("broken", "unknown_head"),
        )
        for one in found
    ]
