"""The console: what staff of headquarters see and do in a browser."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.errors import ExamError
from sync.hq.authoring.programmes import needs, one_of_each_type
from sync.hq.errors import SignInRefused, TooManyTries
from sync.hq.packages import PackageView
from sync.hq.pull import to_csv
from sync.hq.web import guard
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, status_of
from sync.wire.certificate import read_request

console = Blueprint("console", __name__)
console.before_request(guard.require_session)


@console.context_processor
def _page_globals() -> dict[str, object]:
    return {"session": guard.current(), "csrf": guard.csrf, "now": headquarters().clock.now()}


@console.errorhandler(ExamError)
def _refused(error: ExamError) -> tuple[str, int]:
    return render_template("refused.html", message=message_for(error)), status_of(error)


@console.app_errorhandler(HTTPException)
def _http_error(error: HTTPException) -> tuple[str, int]:
    text = _("There is no such page.") if error.code == 404 else _("This cannot be done.")
    return render_template("refused.html", message=text), error.code or 500


@console.get("/sign-in")
def sign_in_form() -> Response:
    """The sign-in page."""
    return _sign_in_page("", 200)


@console.post("/sign-in")
def sign_in() -> BaseResponse:
    """Check user name and password, begin a session."""
    guard.require_sign_in_secret()
    name = request.form.get("username", "")[:64]
    try:
        session = headquarters().accounts.sign_in(
            name, request.form.get("password", "")[:1024], request.remote_addr or ""
        )
    except (SignInRefused, TooManyTries) as error:
        return _sign_in_page(message_for(error), status_of(error))
    response = make_response(redirect(url_for("console.overview")))
    guard.begin(response, session)
    return response


def _sign_in_page(message: str, status: int) -> Response:
    response = make_response(render_template("sign_in.html", message=message), status)
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
    """What is coming up, and what has arrived."""
    hq = headquarters()
    return render_template(
        "overview.html",
        sittings=hq.sittings.list(),
        centres=hq.centres.list(),
        results=hq.results.newest(limit=8),
        bundles=hq.results.count(),
        programmes=hq.programmes.list(),
    )


@console.get("/centres")
def centres() -> str:
    """Enrolled centres."""
    return render_template(
        "centres.html", centres=headquarters().centres.list(), keys=headquarters().public_keys
    )


@console.post("/centres/review")
def review_centre() -> str:
    """Show what an enrolment request says, for the fingerprint to be compared."""
    upload = request.files.get("request")
    data = upload.read() if upload else b""
    return render_template(
        "enrol.html", asked=read_request(data), text=data.decode("utf-8", "replace")
    )


@console.post("/centres")
def approve_centre() -> BaseResponse:
    """Enrol a centre whose fingerprint has been compared; the reply is its certificate."""
    data = request.form.get("request", "").encode()
    certificate = headquarters().centres.approve(data, guard.who())
    return _download(certificate, f"{read_request(data).centre_code}.certificate.json")


@console.get("/centres/<code>/certificate")
def certificate(code: str) -> Response:
    """A centre's certificate as a file."""
    return _download(headquarters().centres.certificate(code), f"{code}.certificate.json")


@console.get("/items")
def items() -> str:
    """How well the item bank fills each programme's blueprint."""
    hq = headquarters()
    return render_template(
        "items.html",
        programmes=[
            (one, one_of_each_type(one), hq.bank.counts(one.id), needs(one))
            for one in hq.programmes.list()
        ],
    )


@console.get("/sittings")
def sittings() -> str:
    """All sittings."""
    return render_template("sittings.html", sittings=headquarters().sittings.list())


@console.get("/sittings/<sitting_id>")
def sitting(sitting_id: str) -> str:
    """One sitting: centres, packages, codes, candidates."""
    return _sitting_page(sitting_id, {})


@console.post("/sittings/<sitting_id>/packages")
def build_package(sitting_id: str) -> BaseResponse:
    """Build the next package version for a centre."""
    centre = request.form.get("centre", "")
    package = headquarters().packages.build(sitting_id, centre, guard.who())
    flash(
        _(
            "Package version %(version)s for %(centre)s is ready.",
            version=package.version,
            centre=centre,
        )
    )
    return redirect(url_for("console.sitting", sitting_id=sitting_id))


@console.get("/sittings/<sitting_id>/packages/<centre>")
def package_file(sitting_id: str, centre: str) -> Response:
    """The newest package as a file for a stick."""
    packages = headquarters().packages
    package = packages.newest(sitting_id, centre)
    return _download(packages.data(package), package.file_name)


@console.post("/sittings/<sitting_id>/code")
def show_code(sitting_id: str) -> str:
    """Show an unlock code once it may be released."""
    centre = request.form.get("centre", "")
    code = headquarters().unlocking.code(sitting_id, centre, guard.who())
    return _sitting_page(sitting_id, {centre: code})


def _sitting_page(sitting_id: str, codes: dict[str, str]) -> str:
    hq = headquarters()
    return render_template(
        "sitting.html",
        sitting=hq.sittings.get(sitting_id),
        centres=hq.sittings.centres(sitting_id),
        packages=_newest_by_centre(hq.packages.list(sitting_id)),
        seats=hq.registration.seats(sitting_id),
        codes=codes,
    )


def _newest_by_centre(packages: Sequence[PackageView]) -> dict[str, PackageView]:
    newest: dict[str, PackageView] = {}
    for package in packages:
        newest.setdefault(package.centre_code, package)
    return newest


@console.get("/results")
def results() -> str:
    """The newest revision of each attempt."""
    hq, chosen = headquarters(), request.args.get("sitting") or None
    return render_template(
        "results.html",
        results=hq.results.newest(chosen),
        sittings=hq.sittings.list(),
        chosen=chosen,
    )


@console.get("/results.csv")
def results_csv() -> Response:
    """The same as CSV."""
    rows = headquarters().results.newest(request.args.get("sitting") or None)
    return _download(to_csv([vars(row) for row in rows]).encode("utf-8-sig"), "results.csv")


@console.get("/journal")
def journal() -> str:
    """The audit log."""
    log = headquarters().journal
    return render_template("journal.html", events=log.newest(), broken=log.broken_at())


def _download(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
