"""Common parts of all staff pages: sign-in, error pages, downloads."""

from flask import Blueprint, Response, render_template

from kiosk.exam.errors import ExamError, PaperImpossible
from kiosk.webpages.languages import language
from sync.hq.web.console import guard
from sync.hq.web.messages import message_for, problem_views, shortage_views
from sync.hq.web.replies import headquarters, status_of


def staff_pages(name: str) -> Blueprint:
    """Return a blueprint for signed-in staff, whose errors are shown as pages."""
    blueprint = Blueprint(name, "sync.hq.web")
    blueprint.before_request(guard.require_session)
    blueprint.context_processor(_page_globals)
    blueprint.register_error_handler(ExamError, _refused)
    return blueprint


def download(data: bytes, name: str, mimetype: str = "application/octet-stream") -> Response:
    """Return a file as an attachment."""
    response = Response(data, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _page_globals() -> dict[str, object]:
    return {"session": guard.current(), "csrf": guard.csrf, "now": headquarters().clock.now()}


def _refused(error: ExamError) -> tuple[str, int]:
    page = render_template(
        "refused.html",
        message=message_for(error),
        problems=problem_views(error),
        shortages=shortage_views(error, names_by_id())
        if isinstance(error, PaperImpossible)
        else [],
    )
    return page, status_of(error)


def names_by_id() -> dict[str, str]:
    """Return the names of all programmes and of what they name, by their ids."""
    programmes = headquarters().programmes.list()
    titles = {programme.id: getattr(programme.title, language()) for programme in programmes}
    return titles | {
        entry.id: getattr(entry.name, language())
        for programme in programmes
        for named in (
            programme.subjects,
            programme.domains,
            programme.trades,
            programme.levels,
            *(examination.parts for examination in programme.examinations),
        )
        for entry in named
    }
