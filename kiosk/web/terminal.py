"""The terminal API: what a candidate's browser sends during check-in and exam.

`POST /api/terminal/register` gives the browser its cookie and write token; all else needs them.
"""

from __future__ import annotations

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from kiosk.exam.errors import ExamError
from kiosk.hall.views import AnswerWrite, ConductSignal, DeviceCheck, TerminalSession
from kiosk.web.auth import Audience, allow, cookie, remote, set_cookie, terminal_csrf
from kiosk.web.errors import status_of
from kiosk.web.forms import AnswersForm, CheckInForm, ConductForm, DeviceCheckForm
from kiosk.web.halls import hall
from kiosk.web.jsonio import body_json, body_model, parse, reply
from kiosk.web.limits import ANSWERS_BYTES, FRAME_BYTES, VERIFY_BYTES, body_limit
from kiosk.web.refusals import InvalidRequest, WrongContentType

blueprint = Blueprint("terminal", __name__, url_prefix="/api")
VERIFY_FRAMES = 5


@blueprint.post("/terminal/register")
@allow(Audience.PUBLIC, csrf=False)
def register() -> ResponseReturnValue:
    """This browser's terminal: the one its cookie names, else a new one."""
    body_json()
    session = _known_terminal()
    if session is None:
        session = hall().terminals.register(remote(), request.headers.get("User-Agent", "")[:300])
    response = reply(
        {
            "terminal_id": session.terminal_id,
            "name": session.name,
            "csrf": terminal_csrf(session.token),
        }
    )
    return set_cookie(response, Audience.TERMINAL, session.token)


def _known_terminal() -> TerminalSession | None:
    try:
        return hall().terminals.session(cookie(Audience.TERMINAL))
    except ExamError as error:
        if status_of(error) == 401:
            return None
        raise


@blueprint.post("/terminal/check")
@allow(Audience.TERMINAL)
def check() -> ResponseReturnValue:
    """Record the result of the device check (R13)."""
    form = body_model(DeviceCheckForm)
    result = DeviceCheck(
        camera=form.camera,
        microphone=form.microphone,
        loudspeaker=form.loudspeaker,
        server_ms=form.server_ms,
        details=dict(form.details),
    )
    hall().terminals.record_check(g.terminal.terminal_id, result)
    return reply({"passed": result.ok})


@blueprint.get("/terminal/ping")
@allow(Audience.TERMINAL)
def ping() -> ResponseReturnValue:
    """Nothing but an answer, so that the browser can measure the way to the server."""
    return reply({})


@blueprint.post("/check-in")
@allow(Audience.TERMINAL)
def check_in() -> ResponseReturnValue:
    """Sign a candidate in at this terminal."""
    form = body_model(CheckInForm)
    session = hall().checkin.sign_in(
        g.terminal, form.admission_no, form.identity_no, form.consent_face, remote()
    )
    response = reply({"csrf": session.csrf, "attempt_id": session.attempt_id})
    return set_cookie(response, Audience.CANDIDATE, session.token)


@blueprint.post("/attempts/<attempt_id>/verify")
@allow(Audience.CANDIDATE)
@body_limit(VERIFY_BYTES)
def verify(attempt_id: str) -> ResponseReturnValue:
    """Compare up to five live pictures with the registered portrait (R15)."""
    return reply(hall().checkin.verify(attempt_id, _pictures()))


def _pictures() -> list[bytes]:
    """The pictures of the request: one raw JPEG, or parts named `frame`."""
    if request.mimetype == "image/jpeg":
        return [request.get_data(cache=False)]
    if request.mimetype != "multipart/form-data":
        raise WrongContentType("image/jpeg or multipart/form-data")
    pictures = [part.read(FRAME_BYTES + 1) for part in request.files.getlist("frame")]
    if not 1 <= len(pictures) <= VERIFY_FRAMES:
        raise InvalidRequest("one to five parts named frame")
    return pictures


@blueprint.get("/attempts/<attempt_id>")
@allow(Audience.CANDIDATE)
def attempt(attempt_id: str) -> ResponseReturnValue:
    """Everything a reloaded page needs to go on (R19)."""
    return reply(hall().attempts.view(attempt_id))


@blueprint.post("/attempts/<attempt_id>/answers")
@allow(Audience.CANDIDATE)
@body_limit(ANSWERS_BYTES)
def answers(attempt_id: str) -> ResponseReturnValue:
    """Save answers; 200 means that they are durable."""
    form = parse(AnswersForm, AnswersForm.from_body(body_json()))
    writes = [AnswerWrite(seq=w.seq, item=w.item, value=w.value, at=w.at) for w in form.writes]
    return reply(hall().attempts.save(attempt_id, writes))


@blueprint.post("/attempts/<attempt_id>/frames")
@allow(Audience.CANDIDATE)
@body_limit(FRAME_BYTES)
def frames(attempt_id: str) -> ResponseReturnValue:
    """Take one camera frame; the reply says when to send the next."""
    if request.mimetype != "image/jpeg":
        raise WrongContentType("image/jpeg")
    return reply(hall().proctoring.frame(attempt_id, request.get_data(cache=False)))


@blueprint.post("/attempts/<attempt_id>/conduct")
@allow(Audience.CANDIDATE)
def conduct(attempt_id: str) -> ResponseReturnValue:
    """Take what the answer page noticed: left, returned, copy, paste and so on (R18, R20)."""
    form = parse(ConductForm, ConductForm.from_body(body_json()))
    signals = [ConductSignal(kind=s.kind, cause=s.cause) for s in form.signals]
    return reply(hall().attempts.conduct(attempt_id, signals))


@blueprint.post("/attempts/<attempt_id>/hand-in")
@allow(Audience.CANDIDATE)
def hand_in(attempt_id: str) -> ResponseReturnValue:
    """End the attempt at the candidate's wish and give the receipt."""
    body_json()
    return reply(hall().attempts.hand_in(attempt_id))
