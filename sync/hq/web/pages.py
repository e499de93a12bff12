"""What all pages for staff of headquarters share: sign-in needed, refusals shown, files sent."""

from flask import Blueprint, Response, render_template

from kiosk.exam.errors import ExamError
from sync.hq.web import guard
from sync.hq.web.messages import message_for, problem_views
from sync.hq.web.replies import headquarters, status_of


def staff_pages(name: str) -> Blueprint:
    """A blueprint whose routes are for signed-in staff only, and whose errors are pages."""
    blueprint = Blueprint(name, f"sync.hq.web.{name}")
    blueprint.before_request(guard.require_session)
    blueprint.context_processor(_page_globals)
    blueprint.register_error_handler(ExamError, _refused)
    return blueprint


def download(data: bytes, name: str, mimetype: str = "application/octet-stream") -> Response:
    """A file to keep."""
    response = Response(data, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _page_globals() -> dict[str, object]:
    return {"session": guard.current(), "csrf": guard.csrf, "now": headquarters().clock.now()}


def _refused(error: ExamError) -> tuple[str, int]:
    page = render_template(
        "refused.html", message=message_for(error), problems=problem_views(error)
    )
    return page, status_of(error)
