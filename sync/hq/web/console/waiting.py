"""What waits for the account that looks at the overview, each with a link to where it is done.

A room adds a function that counts what waits and the route on which it is done: the line is
shown to who may call that route.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _

from kiosk.webpages.languages import language
from sync.hq.core.roles import Scope
from sync.hq.settings import TWO_PEOPLE
from sync.hq.sittings import SittingView
from sync.hq.web.console import covered, guard
from sync.hq.web.console.rights import RIGHTS
from sync.hq.web.console.targets import may
from sync.hq.web.replies import headquarters

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """Something that waits, and where."""

    text: str
    address: str


def waiting() -> Sequence[Line]:
    """Return what waits for this account, in the order of an exam."""
    return [
        line
        for endpoint, lines in LINES
        if may(endpoint)
        for line in lines(guard.scope(*RIGHTS[endpoint].roles))
    ]


def _requests(_scope: Scope) -> Sequence[Line]:
    if not (count := len(headquarters().enrolment.pending())):
        return ()
    text = _("Enrolment requests that wait for a decision: %(count)s", count=count)
    return [Line(text, url_for("centres.overview"))]


def _without_roles(_scope: Scope) -> Sequence[Line]:
    accounts = headquarters().account_admin.list()
    count = sum(not account.grants and account.closed_at is None for account in accounts)
    if not count:
        return ()
    return [
        Line(_("Accounts without a role: %(count)s", count=count), url_for("accounts.overview"))
    ]


def _drafts(scope: Scope) -> Sequence[Line]:
    found, bank = [], headquarters().bank
    for programme in covered.programmes(scope):
        if count := bank.count(programme.id, {"draft": "yes"}):
            name = getattr(programme.title, language())
            text = _("Drafts of items in %(programme)s: %(count)s", programme=name, count=count)
            found.append(Line(text, url_for("items.bank", programme_id=programme.id, draft="yes")))
    return found


def _packages(scope: Scope) -> Sequence[Line]:
    hq, codes, found = headquarters(), covered.codes(scope), list[Line]()
    for sitting in _coming(scope):
        built = {
            package.centre_code
            for package in hq.packages.list(sitting.id)
            if package.revoked_at is None
        }
        seated = {centre.centre_code for centre in hq.sittings.centres(sitting.id)} & codes
        if count := len(seated - built):
            text = _(
                "%(title)s: centres without a package: %(count)s", title=sitting.title, count=count
            )
            found.append(Line(text, url_for("sittings.sitting", sitting_id=sitting.id)))
    return found


def _codes(scope: Scope) -> Sequence[Line]:
    hq, codes, found = headquarters(), covered.codes(scope), list[Line]()
    for sitting in _coming(scope):
        if sitting.release != TWO_PEOPLE:
            continue
        approvals = hq.unlocking.approvals(sitting.id)
        open_ones = [
            package
            for package in hq.packages.list(sitting.id)
            if package.centre_code in codes
            and package.released_at is None
            and package.revoked_at is None
        ]
        mine = [
            package
            for package in open_ones
            if len(by := approvals.get(package.id, ())) < 2 and guard.who() not in by
        ]
        if mine:
            text = _(
                "%(title)s: unlock codes that wait for your approval: %(count)s",
                title=sitting.title,
                count=len(mine),
            )
            found.append(Line(text, url_for("sittings.sitting", sitting_id=sitting.id)))
    return found


def _coming(scope: Scope) -> Sequence[SittingView]:
    now = headquarters().clock.now()
    return [
        sitting
        for sitting in covered.sittings(scope)
        if sitting.cancelled_at is None and now < sitting.ends_at and sitting.starts_at < now + SOON
    ]


LINES: Sequence[tuple[str, Callable[[Scope], Sequence[Line]]]] = (
    ("centres.approve", _requests),
    ("accounts.create", _without_roles),
    ("items.retire", _drafts),
    ("sitting_packages.build", _packages),
    ("sitting_packages.approve", _codes),
)
"""For each kind of thing the route on which it is done, and what waits of it."""
