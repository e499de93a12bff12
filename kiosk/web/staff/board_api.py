"""The staff API of the board: what has changed, and acts with few clicks on rooms and seats."""

from __future__ import annotations

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from kiosk.web.auth import Audience, actor, allow, of_own_room
from kiosk.web.forms import ChosenSeatsForm, GroupForm, ReasonForm, SeenIncidentsForm
from kiosk.web.http.jsonio import body_model, reply
from kiosk.web.http.traffic import refusing
from kiosk.web.services import hall

blueprint = Blueprint("board_api", __name__, url_prefix="/staff/api")


@blueprint.get("/sittings/<sitting_id>/board")
@allow(Audience.STAFF)
def board(sitting_id: str) -> ResponseReturnValue:
    """Return what has changed in the room since `since`, a revision of an earlier reply."""
    since = request.args.get("since", "")[:64]
    more = {"refusing": refusing()}
    view = hall().board.changes(sitting_id, hall().sync.view(), g.staff.rooms, since, more)
    return reply(view)


@blueprint.post("/sittings/<sitting_id>/pause-at-once")
@allow(Audience.STAFF)
def pause_at_once(sitting_id: str) -> ResponseReturnValue:
    """Pause a group now; the reason follows."""
    group = of_own_room(body_model(GroupForm).group)
    hall().group_pauses.pause_at_once(sitting_id, actor(), group)
    return reply({})


@blueprint.post("/sittings/<sitting_id>/pauses/<int:number>/reason")
@allow(Audience.STAFF)
def give_pause_reason(sitting_id: str, number: int) -> ResponseReturnValue:
    """Give the reason of a pause that was made at once."""
    form = body_model(ReasonForm)
    of_own_room(hall().group_pauses.group_of(sitting_id, number))
    hall().group_pauses.give_reason(sitting_id, number, form.reason, actor())
    return reply({})


@blueprint.post("/sittings/<sitting_id>/chosen-seats")
@allow(Audience.STAFF)
def act_on_chosen(sitting_id: str) -> ResponseReturnValue:
    """Pause, resume or give time at chosen seats; the reply names those not reached, and why."""
    form = body_model(ChosenSeatsForm)
    for attempt_id in form.attempts:
        hall().room_rights.require_attempt(g.staff, attempt_id)
    outcome = hall().chosen_seats.act(
        sitting_id, form.act, form.attempts, form.reason, actor(), form.minutes, form.id
    )
    return reply(outcome)


@blueprint.post("/attempts/<attempt_id>/incidents/seen")
@allow(Audience.STAFF)
def acknowledge(attempt_id: str) -> ResponseReturnValue:
    """Acknowledge incidents and page leaves of a candidate; the reply says how many were new."""
    form = body_model(SeenIncidentsForm)
    seen = hall().seen_incidents.acknowledge(attempt_id, form.incidents, form.leaves, actor())
    return reply({"seen": seen})
