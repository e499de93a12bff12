"""Admission tickets at the console: what they would lack, and the PDF."""

from collections import Counter
from collections.abc import Sequence

from flask import Response, render_template, request

from sync.hq.registration.admission import TicketGap
from sync.hq.web.console import covered, guard
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.replies import headquarters

tickets = staff_pages("tickets")
SHOWN = 200
"""Most lines of a page; ``hq tickets --check --json`` has all."""


@tickets.get("/sittings/<sitting_id>/tickets")
def check(sitting_id: str) -> str:
    """Show what the tickets would lack before they are printed."""
    hq = headquarters()
    gaps, people = _gaps(sitting_id), covered.candidates(sitting_id)
    return render_template(
        "sittings/tickets.html",
        sitting=hq.sittings.get(sitting_id),
        gaps=gaps[:SHOWN],
        more=max(0, len(gaps) - SHOWN),
        counts=Counter(gap.what for gap in gaps),
        seated=sum(one.candidate_id in people for one in hq.registration.seats(sitting_id)),
    )


def _gaps(sitting_id: str) -> Sequence[TicketGap]:
    """Return the gaps of all centres, or of those that the account's rights cover."""
    hq = headquarters()
    found = hq.applications.list(sitting_id)
    if covered.whole(sitting_id):
        return hq.tickets.gaps(sitting_id, found)
    return [
        gap for code in sorted(covered.codes()) for gap in hq.tickets.gaps(sitting_id, found, code)
    ]


@tickets.post("/sittings/<sitting_id>/tickets.pdf")
def pdf(sitting_id: str) -> Response:
    """Return the admission tickets, of one centre if it is named, and note that they are out."""
    hq = headquarters()
    sitting, programmes = hq.sittings.get(sitting_id), hq.applications.programmes(sitting_id)
    centre = request.form.get("centre", "")
    made = hq.tickets.make(sitting, programmes, centre)
    hq.tickets.issue(sitting_id, centre, guard.who())
    return download(made.pdf, f"tickets-{sitting_id}.pdf", "application/pdf")
