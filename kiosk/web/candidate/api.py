"""The terminal API: what a candidate's browser sends during check-in and exam.

`POST /api/terminal/register` sets the browser's cookie and returns its write token, which all
other routes need.
"""

from __future__ import annotations

from flask import Blueprint, g, make_response, request
from flask.typing import ResponseReturnValue

from kiosk.hall.checkin.live_pictures import MOST_BYTES
from kiosk.hall.errors import SittingToChoose
from kiosk.hall.inputs import AnswerBatch, DeviceCheck, NotesWrite, SignalBatch
from kiosk.hall.views.check_in import SittingChoice
from kiosk.web.auth import (
    Audience,
    allow,
    cookie,
    drop_cookie,
    leased,
    remote,
    set_cookie,
    terminal_csrf,
)
from kiosk.web.forms import (
    CameraForm,
    CheckInForm,
    HeldForm,
    LeaseForm,
    MissingDevicesForm,
    PartForm,
    PersonalDataForm,
    PlaceForm,
)
from kiosk.web.http.jsonio import body_json, body_model, listed, no_body, parse, reply
from kiosk.web.http.limits import (
    ANSWERS_BYTES,
    EMERGENCY_BYTES,
    FRAME_BYTES,
    SOUND_BYTES,
    body_limit,
)
from kiosk.web.http.refusals import WrongContentType
from kiosk.web.labels.personal_form import fault_text
from kiosk.web.services import hall
from kiosk.web.texts import localised
from kiosk.webpages import languages

blueprint = Blueprint("terminal", __name__, url_prefix="/api")
PICTURES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


@blueprint.post("/terminal/register")
@allow(Audience.PUBLIC, csrf=False)
def register() -> ResponseReturnValue:
    """Return this browser's terminal: the one of its cookie, else a new one."""
    no_body()
    agent = request.headers.get("User-Agent", "")[:300]
    session = hall().terminals.register(remote(), agent, cookie(Audience.TERMINAL))
    response = reply(
        {
            "terminal_id": session.terminal_id,
            "name": session.name,
            "csrf": terminal_csrf(session.token),
        }
    )
    return set_cookie(response, Audience.TERMINAL, session.token)


@blueprint.post("/terminal/check")
@allow(Audience.TERMINAL)
def check() -> ResponseReturnValue:
    """Store the result of the device check (R13)."""
    result = body_model(DeviceCheck)
    hall().terminals.record_check(g.terminal.terminal_id, result)
    return reply({"passed": result.ok})


@blueprint.get("/terminal/ping")
@allow(Audience.TERMINAL)
def ping() -> ResponseReturnValue:
    """Answer at once, so that the browser can measure the round trip."""
    return reply({})


@blueprint.post("/terminal/resume")
@allow(Audience.TERMINAL)
def resume() -> ResponseReturnValue:
    """Open the candidate's session that staff gave back to a terminal without its cookie."""
    no_body()
    session = hall().returns.resume(g.terminal)
    if session is None:
        return reply({"resumed": False})
    return set_cookie(reply({"resumed": True}), Audience.CANDIDATE, session.token)


@blueprint.post("/terminal/late-answers")
@allow(Audience.TERMINAL)
@body_limit(EMERGENCY_BYTES)
def deliver() -> ResponseReturnValue:
    """Accept undelivered answers of any attempt from this terminal; staff decide about them.

    `keep` in the reply: the exam is not over, so its candidate may come back here.
    """
    return reply({"keep": hall().late_answers.deliver(_sealed(), g.terminal.terminal_id)})


@blueprint.post("/terminal/held")
@allow(Audience.TERMINAL)
def held() -> ResponseReturnValue:
    """Store which answers the terminal cannot deliver; reply with staff's decisions."""
    form = body_model(HeldForm)
    return reply({"decided": hall().held_answers.report(g.terminal, form.held, form.why)})


@blueprint.post("/check-in")
@allow(Audience.TERMINAL)
def check_in() -> ResponseReturnValue:
    """Sign a candidate in at this terminal, or reply with the sittings to choose from."""
    form = body_model(CheckInForm)
    numbers = (form.admission_no, form.identity_no)
    try:
        session = hall().checkin.sign_in(
            g.terminal, *numbers, form.consent_face, remote(), form.sitting_id
        )
    except SittingToChoose as asked:
        return reply({"choices": [_choice(choice) for choice in asked.choices]})
    response = reply({"csrf": session.csrf, "attempt_id": session.attempt_id})
    return set_cookie(response, Audience.CANDIDATE, session.token)


def _choice(choice: SittingChoice) -> dict[str, object]:
    names = (choice.programme_title, choice.subtitle)
    title, subtitle = map(localised, names)
    return {**vars(choice), "programme_title": title, "subtitle": subtitle}


@blueprint.get("/attempts/<attempt_id>/personal-form")
@allow(Audience.CANDIDATE)
def personal_form(attempt_id: str) -> ResponseReturnValue:
    """Return the personal data form as far as it is filled in (R14)."""
    return reply(hall().personal_forms.view(attempt_id))


@blueprint.post("/attempts/<attempt_id>/personal-form")
@allow(Audience.CANDIDATE)
def save_personal_form(attempt_id: str) -> ResponseReturnValue:
    """Store the form as typed, or confirm it; the reply names what is wrong."""
    form = body_model(PersonalDataForm)
    result = hall().personal_forms.save(attempt_id, form.values, final=form.final)
    faults = [{"field": fault.field, "message": fault_text(fault)} for fault in result.faults]
    return reply({"done": result.done, "faults": faults})


@blueprint.post("/attempts/<attempt_id>/pledge")
@allow(Audience.CANDIDATE)
def pledge(attempt_id: str) -> ResponseReturnValue:
    """Record that the candidate gave the integrity pledge."""
    no_body()
    hall().pledges.give(attempt_id)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/face-check/start")
@allow(Audience.CANDIDATE)
def begin_face_check(attempt_id: str) -> ResponseReturnValue:
    """Begin a face check; the reply says what to do first (R15)."""
    no_body()
    return reply(hall().verification.begin_face_check(attempt_id))


@blueprint.post("/attempts/<attempt_id>/face-check")
@allow(Audience.CANDIDATE)
@body_limit(FRAME_BYTES)
def face_check(attempt_id: str) -> ResponseReturnValue:
    """Judge the next frame of the face check; the reply has the next step or the result."""
    return reply(hall().verification.face_check(attempt_id, _picture()))


@blueprint.post("/attempts/<attempt_id>/id-card")
@allow(Audience.CANDIDATE)
@body_limit(FRAME_BYTES)
def id_card(attempt_id: str) -> ResponseReturnValue:
    """Judge a picture with the identity card; with `?final=1` staff decide (R14)."""
    final = request.args.get("final") == "1"
    return reply(hall().verification.card(attempt_id, _picture(), final))


@blueprint.post("/attempts/<attempt_id>/live-picture")
@allow(Audience.CANDIDATE)
@body_limit(MOST_BYTES)
def live_picture(attempt_id: str) -> ResponseReturnValue:
    """Hold a picture for staff who look; the reply says whether they still do."""
    return reply({"wanted": hall().live_pictures.accept(attempt_id, _picture())})


def _picture() -> bytes:
    if request.mimetype != "image/jpeg":
        raise WrongContentType("image/jpeg")
    return request.get_data(cache=False)


@blueprint.post("/attempts/<attempt_id>/lease")
@allow(Audience.CANDIDATE)
def lease(attempt_id: str) -> ResponseReturnValue:
    """Give this page the lease; later requests need its token in `X-Lease`."""
    form = body_model(LeaseForm)
    return reply(hall().leases.acquire(attempt_id, form.lease, form.previous, form.answer_buffer))


@blueprint.get("/attempts/<attempt_id>/time")
@allow(Audience.CANDIDATE)
@leased
def time(attempt_id: str) -> ResponseReturnValue:
    """Return state and remaining time. Also shows the server that the page is active."""
    return reply(hall().attempts.time(attempt_id))


@blueprint.get("/attempts/<attempt_id>/pictures/<name>")
@allow(Audience.CANDIDATE)
def picture(attempt_id: str, name: str) -> ResponseReturnValue:
    """Return a picture of an item, while the paper is shown."""
    response = make_response(hall().attempts.picture(attempt_id, name))
    response.mimetype = PICTURES[name.rsplit(".", 1)[-1]]
    # An SVG opened on its own must not run scripts with this origin's cookies.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/attempts/<attempt_id>/late-answers")
@allow(Audience.CANDIDATE)
@body_limit(EMERGENCY_BYTES)
def late_answers(attempt_id: str) -> ResponseReturnValue:
    """Accept answers that could not be delivered before the end; staff decide about them."""
    hall().late_answers.receive(_sealed(), "terminal", "candidate", attempt_id)
    return reply({})


def _sealed() -> bytes:
    if request.mimetype != "application/jose":
        raise WrongContentType("application/jose")
    return request.get_data(cache=False)


@blueprint.get("/attempts/<attempt_id>")
@allow(Audience.CANDIDATE)
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Return the full state that a reloaded page needs (R19), and whether staff look now."""
    view = hall().attempts.view(attempt_id)
    return reply({**vars(view), "live_wanted": hall().live_pictures.wanted(attempt_id)})


@blueprint.post("/attempts/<attempt_id>/answers")
@allow(Audience.CANDIDATE)
@leased
@body_limit(ANSWERS_BYTES)
def answers(attempt_id: str) -> ResponseReturnValue:
    """Save answers; the reply 200 means that they are on the disk."""
    batch = parse(AnswerBatch, listed("writes", body_json()))
    return reply(hall().attempts.save(attempt_id, batch.writes))


@blueprint.post("/attempts/<attempt_id>/frames")
@allow(Audience.CANDIDATE)
@leased
@body_limit(FRAME_BYTES)
def frames(attempt_id: str) -> ResponseReturnValue:
    """Accept a camera frame; the reply says when to send the next one."""
    return reply(hall().proctoring.frame(attempt_id, _picture()))


@blueprint.post("/attempts/<attempt_id>/camera")
@allow(Audience.CANDIDATE)
def camera(attempt_id: str) -> ResponseReturnValue:
    """Store the label of the camera that the page opened."""
    hall().devices.report_camera(attempt_id, body_model(CameraForm).label)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/devices")
@allow(Audience.CANDIDATE)
def missing_devices(attempt_id: str) -> ResponseReturnValue:
    """Store which devices the page's browser has lost since the device check."""
    hall().devices.report_missing(attempt_id, body_model(MissingDevicesForm).missing)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/sound")
@allow(Audience.CANDIDATE)
@leased
@body_limit(SOUND_BYTES)
def sound(attempt_id: str) -> ResponseReturnValue:
    """Accept a snippet of sound: 16-bit little-endian PCM, one channel, 16 kHz (R20)."""
    if request.mimetype != "audio/l16":
        raise WrongContentType("audio/l16")
    hall().proctoring.sound(attempt_id, request.get_data(cache=False))
    return reply(hall().attempts.time(attempt_id))


@blueprint.post("/attempts/<attempt_id>/conduct")
@allow(Audience.CANDIDATE)
@leased
def conduct(attempt_id: str) -> ResponseReturnValue:
    """Record what the answer page noticed: left, returned, copy, paste and so on (R18, R20)."""
    batch = parse(SignalBatch, listed("signals", body_json()))
    return reply(hall().page_leaves.conduct(attempt_id, batch.signals))


@blueprint.post("/attempts/<attempt_id>/place")
@allow(Audience.CANDIDATE)
@leased
def place(attempt_id: str) -> ResponseReturnValue:
    """Store the current item and the flags, so that another terminal can continue there."""
    form = body_model(PlaceForm)
    hall().attempts.keep_place(attempt_id, form.current, form.flags)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/notes")
@allow(Audience.CANDIDATE)
@leased
def notes(attempt_id: str) -> ResponseReturnValue:
    """Save the candidate's notes; the reply has the number of the save that is on the disk."""
    return reply(hall().notes.save(attempt_id, body_model(NotesWrite)))


@blueprint.post("/attempts/<attempt_id>/leave")
@allow(Audience.CANDIDATE)
def leave(attempt_id: str) -> ResponseReturnValue:
    """Sign the candidate out after the exam; the next one begins in the usual language."""
    no_body()
    hall().checkin.leave(attempt_id)
    return languages.forget(drop_cookie(reply({}), Audience.CANDIDATE))


@blueprint.post("/attempts/<attempt_id>/parts/<part_id>/hand-in")
@allow(Audience.CANDIDATE)
@leased
def hand_in_part(attempt_id: str, part_id: str) -> ResponseReturnValue:
    """Close a part of parts that are sat in order; return the state and the time that is left."""
    hall().parts.hand_in(attempt_id, part_id, time_up=body_model(PartForm).time_up)
    return reply(hall().attempts.time(attempt_id))


@blueprint.post("/attempts/<attempt_id>/hand-in")
@allow(Audience.CANDIDATE)
@leased
def hand_in(attempt_id: str) -> ResponseReturnValue:
    """End the attempt at the candidate's request and return the receipt."""
    no_body()
    return reply(hall().ends.hand_in(attempt_id))
