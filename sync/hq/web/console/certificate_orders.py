"""Orders about certificates at the console: proposed by one person, approved by another."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.certificates.orders import ISSUE
from sync.hq.core.progress import ProgressCallback
from sync.hq.core.roles import Role
from sync.hq.web.console import covered, guard
from sync.hq.web.console.certificates import common
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import message_for, message_of
from sync.hq.web.replies import headquarters, small_number

certificate_orders = staff_pages("certificate_orders")
SHOWN = 100
"""People of a check list on one page."""


@certificate_orders.get("/certificates/issue")
def choose() -> str:
    """Show the sittings whose programmes can have certificates, and one's check list."""
    hq = headquarters()
    sitting, programme = request.args.get("sitting", ""), request.args.get("programme", "")
    checked = None
    if sitting and programme:
        guard.require(Role.PUBLISHER, Role.AUDITOR, Role.SUPERVISOR, programme=programme)
        checked = hq.certificates.orders.check(sitting, programme)
    sources = hq.certificates.sources
    choices = [
        (view, sorted({paper.programme_id for paper in view.papers}))
        for view in covered.sittings()
        if view.cancelled_at is None and view.ends_at <= hq.clock.now()
    ]
    return render_template(
        "certificates/issue.html",
        **common(),
        **_listed(checked),
        choices=choices,
        sitting=hq.sittings.get(sitting) if checked else None,
        programme=programme,
        origin=sources.origin,
    )


@certificate_orders.post("/certificates/orders")
def propose() -> BaseResponse:
    """Propose the certificates of a sitting's check list."""
    sitting, programme = request.form.get("sitting", ""), request.form.get("programme", "")
    orders = headquarters().certificates.orders
    order_id = orders.propose_issue(sitting, programme, guard.who())
    flash(_("The certificates are proposed; a second person must approve them."))
    return redirect(url_for("certificate_orders.one", order_id=order_id))


@certificate_orders.get("/certificates/orders/<order_id>")
def one(order_id: str) -> str:
    """Show an order, with the list as it is now."""
    hq = headquarters()
    order = hq.certificates.orders.get(order_id)
    checked = None
    if order.kind == ISSUE and not order.outcome:
        checked = hq.certificates.orders.check(order.sitting_id, order.programme_id)
    return render_template(
        "certificates/order.html",
        **common(),
        **_listed(checked),
        order=order,
        certificate=hq.certificates.register.get(order.number) if order.number else None,
        sitting=hq.sittings.get(order.sitting_id) if order.sitting_id else None,
        changed=checked is not None and checked.digest != order.digest,
    )


@certificate_orders.post("/certificates/orders/<order_id>/approval")
def approve(order_id: str) -> BaseResponse:
    """Carry out an order; new certificates then get their PDFs by a job."""
    orders = headquarters().certificates.orders
    order = orders.get(order_id)
    done = orders.approve(order_id, guard.who())
    if order.kind == ISSUE:
        flash(_("%(count)s certificates have their numbers.", count=done))
        return redirect(url_for("certificate_orders.job", job_id=_begin()))
    flash(_("The certificate was revoked."))
    return redirect(url_for("certificates.one", certificate_no=order.number))


@certificate_orders.post("/certificates/orders/<order_id>/withdrawal")
def withdraw(order_id: str) -> BaseResponse:
    """Close an order without doing anything."""
    headquarters().certificates.orders.withdraw(order_id, guard.who())
    flash(_("The order was withdrawn; nothing was changed."))
    return redirect(url_for("certificates.overview"))


@certificate_orders.post("/certificates/pdfs")
def make() -> BaseResponse:
    """Make the PDFs that are missing, by a job."""
    return redirect(url_for("certificate_orders.job", job_id=_begin()))


@certificate_orders.get("/certificates/jobs/<job_id>")
def job(job_id: str) -> str:
    """Show the progress of a job that makes PDFs."""
    found = headquarters().jobs.get(job_id, guard.who())
    code = found.outcome.get("code")
    return render_template(
        "certificates/job.html",
        job=found,
        message=message_of(code, found.outcome["params"]) if code else "",
    )


def _begin() -> str:
    making, by = headquarters().certificates.making, guard.who()

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return {"made": making.make(progress)}

    return headquarters().jobs.begin("certificates", by, work)


def _listed(checked: Any) -> Mapping[str, Any]:
    """Return a check list with one page of its people."""
    if checked is None:
        return {"checked": None}
    page = max(1, request.args.get("page", 1, type=small_number))
    return {
        "checked": checked,
        "people": checked.people[(page - 1) * SHOWN : page * SHOWN],
        "obstacles": [message_for(obstacle) for obstacle in checked.obstacles],
        "page": page,
        "pages": -(-len(checked.people) // SHOWN),
    }
