"""Home of the console: sign-in, overview, results, audit log."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.sheets import STATUSES
from sync.hq.errors import SignInRefused, TooManyTries
from sync.hq.results.csv_table import to_csv
from sync.hq.results.listing import ResultFilter
from sync.hq.web import limits
from sync.hq.web.console import covered, guard, targets
from sync.hq.web.console.rights import CENTRES, ITEMS, RESULTS, SITTINGS
from sync.hq.web.console.shared import download, names_by_id, staff_pages
from sync.hq.web.console.waiting import waiting
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, small_number, status_of
from sync.wire.errors import TooBusy

console = staff_pages("console")
PAGE = 50


@console.app_errorhandler(HTTPException)
def _http_error(error: HTTPException) -> tuple[str | Response, int]:
    if isinstance(error, BadHost):  # without a valid Host header no page can build links
        return Response("Bad Host header", mimetype="text/plain"), 400
    if error.code == 413:
        return render_template("refused.html", message=_("The file is larger than allowed.")), 413
    text = _("Page not found.") if error.code == 404 else _("This cannot be done.")
    return render_template("refused.html", message=text), error.code or 500


@console.get("/sign-in")
def sign_in_form() -> Response:
    """Show the sign-in page."""
    return _sign_in_page("", 200)


@console.post("/sign-in")
def sign_in() -> BaseResponse:
    """Check user name and password, and begin a session."""
    guard.require_sign_in_secret()
    name = request.form.get("username", "")[:64]
    try:
        session = headquarters().accounts.sign_in(
            name, request.form.get("password", "")[:1024], guard.place(name)
        )
    except (SignInRefused, TooManyTries, TooBusy) as error:
        return _sign_in_page(message_for(error), status_of(error))
    response = make_response(redirect(url_for("console.overview")))
    guard.begin(response, session)
    return response


def _sign_in_page(message: str, status: int) -> Response:
    response = make_response(render_template("accounts/sign_in.html", message=message), status)
    guard.keep(response, "hq_form", guard.sign_in_secret())
    return response


@console.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session."""
    response = make_response(redirect(url_for("console.sign_in_form")))
    guard.end(response)
    return response


@console.get("/")
def overview() -> str:
    """Show what waits for the account, and the lists that its roles open."""
    hq, seen = headquarters(), ResultFilter(covered=guard.scope(*RESULTS))
    return render_template(
        "overview.html",
        waiting=waiting(),
        sittings=covered.sittings(guard.scope(*SITTINGS)),
        centres=covered.centres(guard.scope(*CENTRES)),
        results=hq.results.listed(seen, limit=8),
        count=hq.results.matching(seen),
        programmes=covered.programmes(guard.scope(*ITEMS)),
        refusing=limits.refusing() if targets.may("centres.approve") else (),
        backup_overdue=targets.may("keys.change") and hq.backups.overdue(),
        backup_hours=hq.settings.backup.alarm_hours,
    )


@console.get("/results")
def results() -> str:
    """Show the current result of each attempt, latest change first."""
    hq, chosen = headquarters(), _chosen()
    found = hq.results.listed(chosen, request.args.get("before", type=small_number), PAGE + 1)
    return render_template(
        "results.html",
        results=found[:PAGE],
        before=found[PAGE - 1].cursor if len(found) > PAGE else None,
        count=hq.results.matching(chosen),
        names=names_by_id(),
        sittings=covered.sittings(),
        centres=covered.centres(),
        statuses=STATUSES,
        given=_given(),
    )


@console.get("/results.csv")
def results_csv() -> Response:
    """Return all that the filter chooses as CSV."""
    results, chosen = headquarters().results, _chosen()
    rows = [vars(row) for row in results.every(chosen)]
    return download(to_csv(rows).encode("utf-8-sig"), "results.csv")


FILTERS = ("sitting", "centre", "status", "text")


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "").strip()[:100] for name in FILTERS}


def _chosen() -> ResultFilter:
    given = _given()
    return ResultFilter(
        sitting_id=given["sitting"] or None,
        centre_code=given["centre"] or None,
        status=given["status"] or None,
        text=given["text"],
        covered=targets.scope(),
    )
