"""The terminal API: what a candidate's browser sends during check-in and exam.

`POST /api/terminal/register` gives the browser its cookie and write token; all else needs them.
"""

from __future__ import annotations

from flask import Blueprint, g, make_response, request
from flask.typing import ResponseReturnValue

from kiosk.hall.errors import SittingToChoose
from kiosk.hall.inputs import AnswerBatch, DeviceCheck, SignalBatch
from kiosk.hall.views import SittingChoice
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
from kiosk.web.services import hall
from kiosk.web.texts import localised

blueprint = Blueprint("terminal", __name__, url_prefix="/api")
PICTURES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}


@blueprint.post("/terminal/register")
@allow(Audience.PUBLIC, csrf=False)
def register() -> ResponseReturnValue:
    """This browser's terminal: the one its cookie names, else a new one."""
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
    """Record the result of the device check (R13)."""
    result = body_model(DeviceCheck)
    hall().terminals.record_check(g.terminal.terminal_id, result)
    return reply({"passed": result.ok})


@blueprint.get("/terminal/ping")
@allow(Audience.TERMINAL)
def ping() -> ResponseReturnValue:
    """Nothing but an answer, so that the browser can measure the way to the server."""
    return reply({})


@blueprint.post("/terminal/resume")
@allow(Audience.TERMINAL)
def resume() -> ResponseReturnValue:
    """Fetch the candidate's session that staff gave back to a terminal that had lost it."""
    no_body()
    session = hall().returns.resume(g.terminal)
    if session is None:
        return reply({"resumed": False})
    return set_cookie(reply({"resumed": True}), Audience.CANDIDATE, session.token)


@blueprint.post("/terminal/late-answers")
@allow(Audience.TERMINAL)
@body_limit(EMERGENCY_BYTES)
def deliver() -> ResponseReturnValue:
    """Take what this terminal still holds of somebody's answers; staff decide about it.

    `keep`: the exam still goes on, and its candidate may come back here.
    """
    return reply({"keep": hall().late_answers.deliver(_sealed(), g.terminal.terminal_id)})


@blueprint.post("/terminal/held")
@allow(Audience.TERMINAL)
def held() -> ResponseReturnValue:
    """Hear of the answers that this terminal holds and cannot deliver; the reply has decisions."""
    form = body_model(HeldForm)
    return reply({"decided": hall().held_answers.report(g.terminal, form.held, form.why)})


@blueprint.post("/check-in")
@allow(Audience.TERMINAL)
def check_in() -> ResponseReturnValue:
    """Sign a candidate in at this terminal, or ask which of several sittings it is."""
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


@blueprint.post("/attempts/<attempt_id>/face-check/start")
@allow(Audience.CANDIDATE)
def begin_face_check(attempt_id: str) -> ResponseReturnValue:
    """Begin a look at the face; the reply says what to do first (R15)."""
    no_body()
    return reply(hall().verification.begin_face_check(attempt_id))


@blueprint.post("/attempts/<attempt_id>/face-check")
@allow(Audience.CANDIDATE)
@body_limit(FRAME_BYTES)
def face_check(attempt_id: str) -> ResponseReturnValue:
    """Judge the face check's next picture; the reply says what to do next, or how it ended."""
    return reply(hall().verification.face_check(attempt_id, _picture()))


@blueprint.post("/attempts/<attempt_id>/id-card")
@allow(Audience.CANDIDATE)
@body_limit(FRAME_BYTES)
def id_card(attempt_id: str) -> ResponseReturnValue:
    """Judge a picture with the identity card; `?final=1` leaves it to staff (R14)."""
    final = request.args.get("final") == "1"
    return reply(hall().verification.card(attempt_id, _picture(), final))


def _picture() -> bytes:
    if request.mimetype != "image/jpeg":
        raise WrongContentType("image/jpeg")
    return request.get_data(cache=False)


@blueprint.post("/attempts/<attempt_id>/lease")
@allow(Audience.CANDIDATE)
def lease(attempt_id: str) -> ResponseReturnValue:
    """Let this page hold the attempt; what it does then wants its token in `X-Lease`."""
    form = body_model(LeaseForm)
    return reply(hall().leases.acquire(attempt_id, form.lease, form.previous, form.answer_buffer))


@blueprint.get("/attempts/<attempt_id>/time")
@allow(Audience.CANDIDATE)
@leased
def time(attempt_id: str) -> ResponseReturnValue:
    """Where the attempt stands and what time is left; says that the page is alive, too."""
    return reply(hall().attempts.time(attempt_id))


@blueprint.get("/attempts/<attempt_id>/pictures/<name>")
@allow(Audience.CANDIDATE)
def picture(attempt_id: str, name: str) -> ResponseReturnValue:
    """A picture of an item, while the paper is open."""
    response = make_response(hall().attempts.picture(attempt_id, name))
    response.mimetype = PICTURES[name.rsplit(".", 1)[-1]]
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/attempts/<attempt_id>/late-answers")
@allow(Audience.CANDIDATE)
@body_limit(EMERGENCY_BYTES)
def late_answers(attempt_id: str) -> ResponseReturnValue:
    """Take what could not be delivered before the end; staff decide about it."""
    hall().late_answers.receive(_sealed(), "terminal", "candidate", attempt_id)
    return reply({})


def _sealed() -> bytes:
    if request.mimetype != "application/jose":
        raise WrongContentType("application/jose")
    return request.get_data(cache=False)


@blueprint.get("/attempts/<attempt_id>")
@allow(Audience.CANDIDATE)
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Everything a reloaded page needs to go on (R19)."""
    return reply(hall().attempts.view(attempt_id))


@blueprint.post("/attempts/<attempt_id>/answers")
@allow(Audience.CANDIDATE)
@leased
@body_limit(ANSWERS_BYTES)
def answers(attempt_id: str) -> ResponseReturnValue:
    """Save answers; 200 means that they are durable."""
    batch = parse(AnswerBatch, listed("writes", body_json()))
    return reply(hall().attempts.save(attempt_id, batch.writes))


@blueprint.post("/attempts/<attempt_id>/frames")
@allow(Audience.CANDIDATE)
@leased
@body_limit(FRAME_BYTES)
def frames(attempt_id: str) -> ResponseReturnValue:
    """Take one camera frame; the reply says when to send the next."""
    return reply(hall().proctoring.frame(attempt_id, _picture()))


@blueprint.post("/attempts/<attempt_id>/camera")
@allow(Audience.CANDIDATE)
def camera(attempt_id: str) -> ResponseReturnValue:
    """Take the label of the camera that the page has opened."""
    hall().devices.report_camera(attempt_id, body_model(CameraForm).label)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/devices")
@allow(Audience.CANDIDATE)
def missing_devices(attempt_id: str) -> ResponseReturnValue:
    """Take which devices the page's browser no longer has since the device check."""
    hall().devices.report_missing(attempt_id, body_model(MissingDevicesForm).missing)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/sound")
@allow(Audience.CANDIDATE)
@leased
@body_limit(SOUND_BYTES)
def sound(attempt_id: str) -> ResponseReturnValue:
    """Take a snippet of sound: 16-bit little-endian PCM, one channel, 16 kHz (R20)."""
    if request.mimetype != "audio/l16":
        raise WrongContentType("audio/l16")
    hall().proctoring.sound(attempt_id, request.get_data(cache=False))
    return reply(hall().attempts.time(attempt_id))


@blueprint.post("/attempts/<attempt_id>/conduct")
@allow(Audience.CANDIDATE)
@leased
def conduct(attempt_id: str) -> ResponseReturnValue:
    """Take what the answer page noticed: left, returned, copy, paste and so on (R18, R20)."""
    batch = parse(SignalBatch, listed("signals", body_json()))
    return reply(hall().page_leaves.conduct(attempt_id, batch.signals))


@blueprint.post("/attempts/<attempt_id>/place")
@allow(Audience.CANDIDATE)
@leased
def place(attempt_id: str) -> ResponseReturnValue:
    """Keep which item is shown and which are flagged: they move along to another terminal."""
    form = body_model(PlaceForm)
    hall().attempts.keep_place(attempt_id, form.current, form.flags)
    return reply({})


@blueprint.post("/attempts/<attempt_id>/leave")
@allow(Audience.CANDIDATE)
def leave(attempt_id: str) -> ResponseReturnValue:
    """Free the terminal after the exam."""
    no_body()
    hall().checkin.leave(attempt_id)
    return drop_cookie(reply({}), Audience.CANDIDATE)


@blueprint.post("/attempts/<attempt_id>/hand-in")
@allow(Audience.CANDIDATE)
@leased
def hand_in(attempt_id: str) -> ResponseReturnValue:
    """End the attempt at the candidate's wish and give the receipt."""
    no_body()
    return reply(hall().attempts.hand_in(attempt_id))
