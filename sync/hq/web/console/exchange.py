"""Programs that use headquarters: tokens of the pull API and webhooks."""

from collections.abc import Callable, Mapping

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.accounts.tokens import MOST_DAYS, USUAL_DAYS, Limits, TokenScope
from sync.hq.errors import ExpiryUnusable
from sync.hq.exchange.errors import OverlapUnusable
from sync.hq.exchange.webhooks.events import MessageKind
from sync.hq.exchange.webhooks.registry import BY_HAND, FAILING, GONE, UNREADABLE, Webhooks
from sync.hq.exchange.webhooks.secrets import MOST_HOURS, USUAL_HOURS
from sync.hq.exchange.webhooks.sender import NO_CONNECTION, PRIVATE, TIMEOUT, UNTRUSTED
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

exchange = staff_pages("exchange")
PAGE = 50

SCOPES: Mapping[str, LazyString] = {
    TokenScope.RESULTS: _l("Results and sittings"),
    TokenScope.ATTEMPTS: _l("Answers and what centres reported"),
    TokenScope.INCIDENTS: _l("Incidents"),
    TokenScope.EVIDENCE: _l("Pictures"),
    TokenScope.CERTIFICATES: _l("Certificates"),
    TokenScope.STATISTICS: _l("Item statistics"),
    TokenScope.PERSONAL: _l("Names and personal data in all of these"),
}
PAUSED: Mapping[str, LazyString] = {
    BY_HAND: _l("paused"),
    FAILING: _l("paused: it did not answer for days"),
    GONE: _l("paused: it answered that it is gone (410)"),
    UNREADABLE: _l("paused: its secret was sealed to keys that headquarters no longer has"),
}
ERRORS: Mapping[str, LazyString] = {
    TIMEOUT: _l("no answer in time"),
    NO_CONNECTION: _l("no connection"),
    UNTRUSTED: _l("certificate not trusted"),
    PRIVATE: _l("the name leads to a private network"),
}
KINDS: Mapping[str, LazyString] = {
    MessageKind.RESULTS: _l("changed results"),
    MessageKind.PUBLISHED: _l("released results"),
    MessageKind.CERTIFICATES: _l("changed certificates"),
    MessageKind.TEST: _l("test"),
}
Act = Callable[[Webhooks, str, str], None]
ACTS: Mapping[str, tuple[Act, LazyString]] = {
    "pause": (Webhooks.pause, _l("Paused. What happens meanwhile is sent afterwards.")),
    "resume": (Webhooks.resume, _l("Resumed. Waiting messages are sent now.")),
    "remove": (Webhooks.remove, _l("The webhook was removed.")),
    "test": (
        lambda hooks, hook_id, _by: hooks.send_test(hook_id),
        _l("A test message is on its way. Reload this page in a few seconds."),
    ),
}
"""What can be done to a webhook, by the last part of the address."""


@exchange.get("/tokens")
def tokens() -> str:
    """Show all tokens, newest first."""
    return _tokens("")


@exchange.post("/tokens")
def create_token() -> BaseResponse:
    """Create a token and show its secret, which is shown only now."""
    scopes = [scope for scope in TokenScope if request.form.get(scope.value) == "yes"]
    secret = headquarters().tokens.create(
        _typed("name"), scopes, guard.who(), days=_days(), limits=_limits()
    )
    return make_response(_tokens(secret))


@exchange.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> BaseResponse:
    """Revoke a token at once."""
    headquarters().tokens.revoke(token_id, guard.who())
    flash(_("The token was revoked."))
    return redirect(url_for("exchange.tokens"))


@exchange.get("/webhooks")
def webhooks() -> str:
    """Show all webhooks."""
    return _webhooks("")


@exchange.post("/webhooks")
def add_webhook() -> BaseResponse:
    """Add a webhook and show its secret, which is shown only now."""
    _, secret = headquarters().webhooks.add(
        _typed("name"), _typed("url"), guard.who(), limits=_limits()
    )
    return make_response(_webhooks(secret))


@exchange.get("/webhooks/<webhook_id>")
def webhook(webhook_id: str) -> str:
    """Show a webhook and its log of deliveries; `before` goes to older ones."""
    return _webhook(webhook_id, "")


@exchange.post("/webhooks/<webhook_id>/secret")
def new_secret(webhook_id: str) -> BaseResponse:
    """Replace a webhook's secret and show the new one, which is shown only now."""
    secret = headquarters().webhook_secrets.change(webhook_id, guard.who(), _hours())
    return make_response(_webhook(webhook_id, secret))


@exchange.post("/webhooks/<webhook_id>/<act>")
def change_webhook(webhook_id: str, act: str) -> BaseResponse:
    """Pause, resume, test or remove a webhook."""
    if act not in ACTS:
        abort(404)
    change, told = ACTS[act]
    change(headquarters().webhooks, webhook_id, guard.who())
    flash(str(told))
    if act == "remove":
        return redirect(url_for("exchange.webhooks"))
    return redirect(url_for("exchange.webhook", webhook_id=webhook_id))


def _tokens(secret: str) -> str:
    hq = headquarters()
    page = max(1, min(request.args.get("page", 1, type=small_number), 1_000_000))
    return render_template(
        "exchange/tokens.html",
        tokens=hq.tokens.list(PAGE, (page - 1) * PAGE),
        page=page,
        pages=max(1, -(-hq.tokens.count() // PAGE)),
        shown=secret,
        usual_days=USUAL_DAYS,
        most_days=MOST_DAYS,
        **_choices(),
    )


def _webhooks(secret: str) -> str:
    return render_template(
        "exchange/webhooks.html",
        hooks=headquarters().webhooks.list(),
        shown=secret,
        **_choices(),
        **_names(),
    )


def _webhook(webhook_id: str, secret: str) -> str:
    hooks = headquarters().webhooks
    before = request.args.get("before", type=small_number)
    found = hooks.tries(webhook_id, before, PAGE + 1)
    return render_template(
        "exchange/webhook.html",
        hook=hooks.get(webhook_id),
        tries=found[:PAGE],
        older=found[PAGE - 1].number if len(found) > PAGE else None,
        before=before,
        shown=secret,
        usual_hours=USUAL_HOURS,
        most_hours=MOST_HOURS,
        **_names(),
    )


def _choices() -> dict[str, object]:
    hq = headquarters()
    return {"scopes": SCOPES, "programmes": hq.programmes.list(), "centres": hq.centres.list()}


def _names() -> dict[str, object]:
    return {"paused": PAUSED, "errors": ERRORS, "kinds": KINDS}


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:1000]


def _limits() -> Limits:
    return Limits.typed(_typed("programme"), _typed("branch"))


def _days() -> int:
    typed = _typed("days")
    if not typed.isdecimal() or len(typed) > 5:
        raise ExpiryUnusable(most=MOST_DAYS)
    return int(typed)


def _hours() -> int:
    typed = _typed("hours")
    if not typed.isdecimal() or len(typed) > 5:
        raise OverlapUnusable(most=MOST_HOURS)
    return int(typed)
