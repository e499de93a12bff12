"""Announcements to centres at the console: written, checked, sent, and what became of them."""

import base64

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.actors import shown_name
from kiosk.exam.errors import ExamError
from sync.hq.announcements.drafts import Draft, digest_of
from sync.hq.announcements.errors import AnnouncementCentresChanged
from sync.hq.announcements.listing import AnnouncementOrder, CentreOrder, Reached, Wanted
from sync.hq.errors import FormRefused
from sync.hq.web.console import announcement_form as form
from sync.hq.web.console import covered, guard
from sync.hq.web.console.listed import typed_words
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.console.targets import scope
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, small_number
from sync.wire.exchange import announcements as limits

announcements = staff_pages("announcements")
STATES = ("valid", "withdrawn", "superseded")
MOST_NAMED = 500
"""Centres that the preview names."""


@announcements.get("/announcements")
def overview() -> str:
    """List announcements: search, sort, and how many centres have and have read each."""
    wanted = _wanted(STATES, list(AnnouncementOrder), newest_first=True)
    found = headquarters().announcement_lists.page(scope(), wanted)
    return render_template("announcements/list.html", found=found, wanted=wanted, states=STATES)


@announcements.get("/announcements/new")
def write() -> str:
    """Show the form, empty or to replace an announcement."""
    fields = dict.fromkeys((*form.FIELDS, "replaces"), "")
    if replaced := request.args.get("replaces", "")[:32]:
        hq, here = headquarters(), scope()
        old = hq.announcement_lists.get(replaced, here)
        fields = dict(form.filled(old, hq.announcement_lists.codes(replaced, here)))
    return _form(fields)


@announcements.post("/announcements/preview")
def preview() -> str | tuple[str, int]:
    """Show what would be sent to whom; or the form again, with what is wrong."""
    if request.form.get("act") == "change":
        return _form(form.given())
    try:
        return _preview(form.draft().checked())
    except ExamError as error:
        return _form(form.given(), message_for(error)), 422


@announcements.post("/announcements")
def send() -> BaseResponse | str | tuple[str, int]:
    """Send what the preview showed."""
    draft, announcement_id = form.draft(), request.form.get("id", "")
    if len(announcement_id) != 32 or not announcement_id.isascii() or not announcement_id.isalnum():
        raise FormRefused
    shown = request.form.get("shown", "")
    try:
        headquarters().announcements.send(
            announcement_id, draft, covered.codes(), shown, guard.who()
        )
    except AnnouncementCentresChanged as error:
        return _preview(draft.checked(), message_for(error)), 409
    except ExamError as error:
        return _form(form.given(), message_for(error)), 422
    flash(_("The announcement is sent. Centres fetch it with their next sync."))
    return redirect(url_for("announcements.announcement", announcement_id=announcement_id))


@announcements.get("/announcements/<announcement_id>")
def announcement(announcement_id: str) -> str:
    """Show an announcement, and for each centre whether it has it and who has read it."""
    wanted = _wanted(tuple(Reached), list(CentreOrder))
    lists, here = headquarters().announcement_lists, scope()
    return render_template(
        "announcements/announcement.html",
        announcement=lists.get(announcement_id, here),
        found=lists.centres(announcement_id, here, wanted),
        wanted=wanted,
        shown_name=shown_name,
        most_reason=limits.LONGEST_REASON,
    )


@announcements.post("/announcements/<announcement_id>/withdrawal")
def withdraw(announcement_id: str) -> BaseResponse:
    """Withdraw an announcement, with a reason that centres see."""
    reason = request.form.get("reason", "").replace("\0", "")
    headquarters().announcements.withdraw(announcement_id, reason, covered.codes(), guard.who())
    flash(_("The announcement is withdrawn. Centres see it with their next sync."))
    return redirect(url_for("announcements.announcement", announcement_id=announcement_id))


def _form(fields: object, problem: str = "") -> str:
    return render_template(
        "announcements/form.html",
        fields=fields,
        problem=problem,
        limits=limits,
        branches=form.branches(),
        sittings=[known for known in covered.sittings() if known.cancelled_at is None],
    )


def _preview(draft: Draft, problem: str = "") -> str:
    hq = headquarters()
    codes = hq.announcements.recipients(draft, covered.codes())
    named = {known.code: known for known in covered.centres()}
    return render_template(
        "announcements/preview.html",
        draft=draft,
        fields=form.given(),
        problem=problem,
        count=len(codes),
        centres=[named[code] for code in codes[:MOST_NAMED]],
        shown=digest_of(codes),
        id=base64.b32encode(hq.entropy(20)).decode().lower(),
        sitting=hq.sittings.get(draft.sitting_id) if draft.sitting_id else None,
    )


def _wanted(states: tuple[str, ...], orders: list[str], *, newest_first: bool = False) -> Wanted:
    given = request.args
    only, order, down = given.get("state", ""), given.get("order", ""), given.get("down")
    return Wanted(
        words=typed_words(),
        only=only if only in states else "",
        order=order if order in orders else orders[0],
        descending=down == "1" or (down is None and newest_first),
        page=max(1, given.get("page", 1, type=small_number)),
    )
