"""Admission tickets at the console: what they would lack, and the PDF."""

from collections import Counter

from flask import Response, render_template, request

from sync.hq.web.console import guard
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.replies import headquarters

tickets = staff_pages("tickets")
SHOWN = 200
"""Most lines of a page; ``hq tickets --check --json`` has all."""


@tickets.get("/sittings/<sitting_id>/tickets")
def check(sitting_id: str) -> str:
    """Show what the tickets would lack before they are printed."""
    hq = headquarters()
    gaps = hq.tickets.gaps(sitting_id, hq.applications.list(sitting_id))
    return render_template(
        "sittings/tickets.html",
        sitting=hq.sittings.get(sitting_id),
        gaps=gaps[:SHOWN],
        more=max(0, len(gaps) - SHOWN),
        counts=Counter(gap.what for gap in gaps),
        seated=len(hq.registration.seats(sitting_id)),
    )


@tickets.post("/sittings/<sitting_id>/tickets.pdf")
def pdf(sitting_id: str) -> Response:
    """Return the admission tickets, of one centre if it is named, and note that they are out."""
    hq = headquarters()
    sitting, programmes = hq.sittings.get(sitting_id), hq.applications.programmes(sitting_id)
    centre = request.form.get("centre", "")
    made = hq.tickets.make(sitting, programmes, centre)
    hq.tickets.issue(sitting_id, centre, guard.who())
    return download(made.pdf, f"tickets-{sitting_id}.pdf", "application/pdf")
