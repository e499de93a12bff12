"""The page Print: what can be printed, whether it can, and the documents."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Response, abort, g, request

from kiosk.exam.attempt.groups import Group
from kiosk.hall.views.prints import PrintKind
from kiosk.hall.views.sittings import SittingView
from kiosk.printing.fonts import installed_font
from kiosk.web.auth import actor, of_own_room
from kiosk.web.labels.prints import PRINTS
from kiosk.web.prints.making import make
from kiosk.web.services import hall

VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What browsers' own viewers of PDFs need, and nothing else."""


def page_values(sitting: SittingView) -> dict[str, Any]:
    """Return what the page shows: documents, rooms, and what the font lacks."""
    own = g.staff.rooms
    return {
        "documents": PRINTS,
        "own_rooms": [room for room in sitting.rooms if not own or room.id in own],
        "has_font": installed_font() is not None,
        "unprintable": hall().prints.unprintable(sitting.id, own),
    }


def pdf(sitting: SittingView, document: str) -> Response:
    """Return a document as a PDF that is not stored anywhere."""
    if document not in set(PrintKind):
        abort(404)
    made = make(hall().prints, sitting.id, PrintKind(document), actor(), _rooms(sitting))
    response = Response(made, mimetype="application/pdf")
    # Shown in the browser: a download would leave names and portraits in a folder.
    response.headers["Content-Disposition"] = f'inline; filename="{document}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = VIEWER
    return response


def _rooms(sitting: SittingView) -> Collection[str]:
    """Return the rooms to print: the one asked for, else the caller's own, or all with none.

    Raises:
        NotYourRoom: the caller is not assigned to the room asked for.
    """
    asked, own = request.args.get("room"), g.staff.rooms
    if asked is None:
        return frozenset(own)
    if asked not in {room.id for room in sitting.rooms}:
        abort(404)
    of_own_room(Group(asked, None))
    return frozenset({asked})
