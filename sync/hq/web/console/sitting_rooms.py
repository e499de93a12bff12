"""Rooms that a sitting uses, at the console."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.centres.rooms import MOST_SEATS
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.web.console import covered, guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

sitting_rooms = staff_pages("sitting_rooms")


@sitting_rooms.get("/sittings/<sitting_id>/rooms")
def used(sitting_id: str) -> str:
    """Show which rooms of which centres a sitting uses, and who sits what where."""
    hq = headquarters()
    view, centres = hq.sittings.get(sitting_id), covered.centres()
    here = {centre.code for centre in centres}
    counts = [one for one in hq.paper_list.seat_counts(sitting_id) if one.centre_code in here]
    return render_template(
        "sittings/rooms.html",
        sitting=view,
        names=paper_names(view, editions_of(hq.programmes, [view])),
        centres=[(centre, hq.rooms.of_centre(centre.code)) for centre in centres],
        offered=hq.registration.offered_rooms(sitting_id),
        counts=counts,
        seated={
            (one.centre_code, one.room): sum(
                other.candidates
                for other in counts
                if (other.centre_code, other.room) == (one.centre_code, one.room)
            )
            for one in counts
        },
    )


@sitting_rooms.post("/sittings/<sitting_id>/rooms")
def use(sitting_id: str) -> BaseResponse:
    """Set how many seats of a centre's rooms a sitting uses."""
    hq, centre = headquarters(), request.form.get("centre", "")
    offered = hq.registration.offered_rooms(sitting_id)
    for room in hq.rooms.of_centre(centre):
        seats = request.form.get(f"seats-{room.id}", None, type=small_number)
        if seats is not None and seats != offered.get((centre, room.id), 0):
            bounded = max(0, min(seats, MOST_SEATS))
            hq.registration.offer(sitting_id, centre, bounded, guard.who(), room.id)
    flash(_("The rooms are saved."))
    return redirect(url_for("sitting_rooms.used", sitting_id=sitting_id))
