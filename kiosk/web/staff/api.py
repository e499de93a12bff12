"""The staff API. Every act records its actor and, where it concerns a candidate, its reason."""

from __future__ import annotations

from urllib.parse import unquote

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from kiosk.exam.attempt.groups import EVERYBODY
from kiosk.web.auth import (
    Audience,
    actor,
    allow,
    drop_cookie,
    of_own_room,
    remote,
    set_cookie,
)
from kiosk.web.forms import (
    ClosingForm,
    DecisionForm,
    GroupForm,
    MarkForm,
    ReasonForm,
    StaffSignInForm,
    UnlockForm,
)
from kiosk.web.http.jsonio import body_model, image_response, no_body, parse, plain, reply
from kiosk.web.http.limits import PACKAGE_BYTES, PORTRAIT_BYTES, body_limit
from kiosk.web.http.refusals import InvalidRequest, WrongContentType
from kiosk.web.http.traffic import refusing
from kiosk.web.labels.day import day_texts
from kiosk.web.services import hall
from kiosk.web.staff import known_browsers

blueprint = Blueprint("staff_api", __name__, url_prefix="/staff/api")
PACKAGE_TYPES = ("application/octet-stream", "application/zip", "application/x-zip-compressed")


@blueprint.post("/sign-in")
@allow(Audience.PUBLIC, csrf=False)
def sign_in() -> ResponseReturnValue:
    """Sign a member of staff in."""
    form = body_model(StaffSignInForm)
    username = form.username.strip()
    place = known_browsers.place(username) or remote()
    session = hall().staff.sign_in(username, form.password, place)
    response = reply(
        {
            "csrf": session.csrf,
            "username": session.username,
            "role": session.role,
            "expires_at": session.expires_at,
        }
    )
    known_browsers.remember(response, username, session.token)
    return set_cookie(response, Audience.STAFF, session.token)


@blueprint.post("/sign-out")
@allow(Audience.STAFF)
def sign_out() -> ResponseReturnValue:
    """End the session on the server and delete its cookie."""
    no_body()
    hall().staff.sign_out(g.staff.token)
    return drop_cookie(reply({}), Audience.STAFF)


@blueprint.get("/session")
@allow(Audience.STAFF)
def session() -> ResponseReturnValue:
    """Return the signed-in account and the token for writes."""
    return reply(
        {
            "csrf": g.staff.csrf,
            "username": g.staff.username,
            "role": g.staff.role,
            "expires_at": g.staff.expires_at,
        }
    )


@blueprint.get("/sittings")
@allow(Audience.STAFF)
def sittings() -> ResponseReturnValue:
    """Return all sittings."""
    return reply({"sittings": hall().sittings.list()})


@blueprint.post("/packages")
@allow(Audience.STAFF)
@body_limit(PACKAGE_BYTES)
def import_package() -> ResponseReturnValue:
    """Import an exam package; the body is the file."""
    if request.mimetype not in PACKAGE_TYPES:
        raise WrongContentType("application/octet-stream")
    return reply(hall().sittings.import_package(request.get_data(cache=False), actor()))


@blueprint.get("/sittings/<sitting_id>/room")
@allow(Audience.STAFF)
def room(sitting_id: str) -> ResponseReturnValue:
    """Return the room's present state, and the addresses that the server refuses."""
    view = plain(hall().rooms.room(sitting_id, hall().sync.view(), g.staff.rooms))
    return reply({**view, "refusing": refusing()})


@blueprint.get("/sittings/<sitting_id>/incidents")
@allow(Audience.STAFF)
def incidents(sitting_id: str) -> ResponseReturnValue:
    """Return all incidents of the sitting."""
    return reply({"incidents": hall().rooms.incidents(sitting_id, g.staff.rooms)})


@blueprint.post("/sittings/<sitting_id>/unlock")
@allow(Audience.STAFF)
def unlock(sitting_id: str) -> ResponseReturnValue:
    """Unlock the paper with the unlock code."""
    form = body_model(UnlockForm)
    hall().sittings.unlock(sitting_id, form.code, actor())
    return reply({})


@blueprint.post("/sittings/<sitting_id>/start")
@allow(Audience.STAFF)
def start(sitting_id: str) -> ResponseReturnValue:
    """Start the exam for the ready candidates of a group."""
    hall().starts.start(sitting_id, actor(), of_own_room(body_model(GroupForm).group))
    return reply({})


@blueprint.get("/sittings/<sitting_id>/closing")
@allow(Audience.STAFF)
def closing(sitting_id: str) -> ResponseReturnValue:
    """Return what closing the sitting would end now."""
    of_own_room(EVERYBODY)
    return reply(hall().closing.view(sitting_id))


@blueprint.post("/sittings/<sitting_id>/close")
@allow(Audience.STAFF)
def close(sitting_id: str) -> ResponseReturnValue:
    """Close the sitting; the confirmation must match the room."""
    form = body_model(ClosingForm)
    hall().closing.close(sitting_id, form.seen, form.writing, form.reason, actor())
    return reply({})


@blueprint.get("/sittings/<sitting_id>/readiness")
@allow(Audience.STAFF)
def readiness(sitting_id: str) -> ResponseReturnValue:
    """Return the findings about package, terminals, portraits, disk and clock."""
    return reply({"findings": hall().readiness.report(sitting_id)})


@blueprint.get("/sittings/<sitting_id>/portraits")
@allow(Audience.STAFF)
def portraits(sitting_id: str) -> ResponseReturnValue:
    """Return unusable portraits, and pairs that look alike."""
    return reply(hall().portraits.report(sitting_id, g.staff.rooms))


@blueprint.get("/sittings/<sitting_id>/portraits/<admission_no>")
@allow(Audience.STAFF)
def portrait(sitting_id: str, admission_no: str) -> ResponseReturnValue:
    """Return the registered portrait."""
    return image_response(hall().rooms.portrait(sitting_id, admission_no))


@blueprint.put("/sittings/<sitting_id>/portraits/<admission_no>")
@allow(Audience.STAFF)
@body_limit(PORTRAIT_BYTES)
def enrol_portrait(sitting_id: str, admission_no: str) -> ResponseReturnValue:
    """Store a portrait taken at the staff desk; `X-Reason` is the URL-encoded reason."""
    if request.mimetype != "image/jpeg":
        raise WrongContentType("image/jpeg")
    form = parse(ReasonForm, {"reason": unquote(request.headers.get("X-Reason", ""))})
    picture = request.get_data(cache=False)
    if not picture:
        raise InvalidRequest("no picture")
    hall().portraits.enrol(sitting_id, admission_no, picture, form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/decision")
@allow(Audience.STAFF)
def decide(attempt_id: str) -> ResponseReturnValue:
    """Record staff's decision about an identity."""
    form = body_model(DecisionForm)
    hall().verification.decide(attempt_id, form.passed, form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/marks")
@allow(Audience.STAFF)
def mark(attempt_id: str) -> ResponseReturnValue:
    """Report what staff saw and no camera can prove (R16, R20)."""
    form = body_model(MarkForm)
    hall().proctoring.mark(attempt_id, form.rule, form.note, actor(), form.id)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/end")
@allow(Audience.STAFF)
def end(attempt_id: str) -> ResponseReturnValue:
    """End a candidate's exam."""
    form = body_model(ReasonForm)
    hall().ends.end_by_staff(attempt_id, form.reason, actor())
    return reply({})


@blueprint.post("/attempts/<attempt_id>/release")
@allow(Audience.STAFF)
def release(attempt_id: str) -> ResponseReturnValue:
    """Let the candidate sign in at another terminal."""
    form = body_model(ReasonForm)
    hall().checkin.release_terminal(attempt_id, form.reason, actor())
    return reply({})


@blueprint.get("/attempts/<attempt_id>/thumbnail")
@allow(Audience.STAFF)
def thumbnail(attempt_id: str) -> ResponseReturnValue:
    """Return the newest camera frame; 204 without one."""
    return image_response(hall().proctoring.thumbnail(attempt_id))


@blueprint.get("/attempts/<attempt_id>/picture")
@allow(Audience.STAFF)
def picture(attempt_id: str) -> ResponseReturnValue:
    """Return the newest check-in picture; 204 without one."""
    return image_response(hall().verification.latest_picture(attempt_id))


@blueprint.get("/evidence/<sha256>")
@allow(Audience.STAFF)
def evidence(sha256: str) -> ResponseReturnValue:
    """Return an evidence picture."""
    return image_response(hall().rooms.evidence(sha256))


@blueprint.get("/day")
@allow(Audience.STAFF)
def day() -> ResponseReturnValue:
    """Return what is done today, what is next, and what is open before the machine may go off."""
    return reply(day_texts(hall().day.view(), g.staff.rights))


@blueprint.get("/sync")
@allow(Audience.STAFF)
def sync_view() -> ResponseReturnValue:
    """Return the state of sync."""
    return reply(hall().sync.view())


@blueprint.post("/sync")
@allow(Audience.STAFF)
def sync_now() -> ResponseReturnValue:
    """Start a sync now."""
    no_body()
    hall().sync.sync_now()
    return reply(hall().sync.view())
