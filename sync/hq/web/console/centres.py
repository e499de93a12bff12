"""Centres at the console: who asks to be enrolled, how all stand, what their event logs show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.actors import shown_name
from sync.hq.errors import NotCompared, ReasonMissing
from sync.hq.intake.centre_status import DATA, finding_text, standings
from sync.hq.intake.deletions import DeletionView
from sync.hq.intake.event_logs import Finding
from sync.hq.web.console import guard
from sync.hq.web.console.notices import say
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.replies import headquarters
from sync.wire.sealing.certificate import read_request

centres = staff_pages("centres")


SHOWN = timedelta(days=92)
"""What event logs show is shown for so long; `hq centres status` tells of all."""


@dataclass(frozen=True)
class FindingView:
    """What the event log of a sitting at a centre shows, in the language of the request."""

    centre: str
    sitting: str
    text: str
    grave: bool


@dataclass(frozen=True)
class DeletionLine:
    """What a centre has deleted; ``signed``: whether its receipt is the centre's."""

    centre: str
    sitting: str
    data: str
    deleted_at: datetime | None
    by: str
    signed: bool


@centres.get("/centres")
def overview() -> str:
    """Requests that wait, all centres, and what their event logs show."""
    hq = headquarters()
    known = hq.centres.list()
    return render_template(
        "centres.html",
        requests=hq.enrolment.pending(),
        enrolled={one.code for one in known},
        standings=standings(known, hq.inventories.contacts()),
        findings=_findings(hq.event_logs.findings(hq.clock.now() - SHOWN)),
        deletions=_deletions(hq.deletions.list(hq.clock.now() - SHOWN)),
        keys=hq.public_keys,
    )


@centres.post("/centres/requests/<key_id>/approve")
def approve(key_id: str) -> BaseResponse:
    """Enrol a centre that asked by network, whose fingerprint somebody says to have compared."""
    if request.form.get("compared") != "yes":
        raise NotCompared
    revoke_old = request.form.get("revoke_old") == "yes"
    headquarters().enrolment.approve(key_id, guard.who(), revoke_old=revoke_old)
    say(_("The centre is enrolled. It fetches its certificate automatically."))
    return redirect(url_for("centres.overview"))


@centres.post("/centres/requests/<key_id>/decline")
def decline(key_id: str) -> BaseResponse:
    """Say no to a request; the centre reads the reason."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise ReasonMissing
    headquarters().enrolment.decline(key_id, reason, guard.who())
    say(_("The request is declined. The centre sees the reason."))
    return redirect(url_for("centres.overview"))


@centres.post("/centres/review")
def review() -> str:
    """Show what an enrolment request says, for the fingerprint to be compared."""
    upload = request.files.get("request")
    data = upload.read() if upload else b""
    return render_template(
        "enrol.html", asked=read_request(data), text=data.decode("utf-8", "replace")
    )


@centres.post("/centres")
def enrol() -> BaseResponse:
    """Enrol a centre whose fingerprint has been compared; the reply is its certificate."""
    data = request.form.get("request", "").encode()
    certificate = headquarters().centres.approve(data, guard.who())
    return download(certificate, f"{read_request(data).centre_code}.certificate.json")


@centres.get("/centres/<code>/certificate")
def certificate(code: str) -> Response:
    """A centre's certificate as a file."""
    return download(headquarters().centres.certificate(code), f"{code}.certificate.json")


def _deletions(found: Sequence[DeletionView]) -> Sequence[DeletionLine]:
    titles = {one.id: one.title for one in headquarters().sittings.list()}
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
    titles = {one.id: one.title for one in headquarters().sittings.list()}
    return [
        FindingView(
            centre=one.centre_code,
            sitting=titles.get(one.sitting_id, one.sitting_id),
            text=_(finding_text(one)) % {"first": one.first, "last": one.last},
            grave=one.what in ("broken", "unknown_head"),
        )
        for one in found
    ]
