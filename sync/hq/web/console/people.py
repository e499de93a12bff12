"""People at the console: one page for each, what changed, and undoing; clashes of seats."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.values import Text
from sync.hq.core.roles import Role
from sync.hq.errors import NotATime, NotFound
from sync.hq.imports.jobs import as_json
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.registration.history import NotedChange
from sync.hq.registration.lives import Accommodation, Place
from sync.hq.web.console import covered, guard, targets
from sync.hq.web.console.application_list import unfit_page
from sync.hq.web.console.notices import allocated, flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import problem_views
from sync.hq.web.replies import headquarters, small_number

people = staff_pages("people")

_TEXTS = {"name": 100, "identity_no": 32, "identity_type": 16, "sex": 8}
"""Fields of a person that the page corrects, with their greatest lengths."""
WAITING = 50
"""Most of the reserve list that the page names."""
_CLAIMS = ("class_hours", "work_years", "continuous_years")


@people.get("/candidates/<candidate_id>")
def person(candidate_id: str) -> str:
    """Show a person: what is registered, applications and seats, every change."""
    hq = headquarters()
    found = hq.people.get(candidate_id)
    known = covered.sittings()
    shown = {sitting.id for sitting in known}
    taken_part = [one for one in hq.people.sittings(candidate_id) if one in shown]
    views = []
    for sitting_id in taken_part:
        application = hq.applications.find(sitting_id, candidate_id)
        seats = [
            one for one in hq.registration.seats(sitting_id) if one.candidate_id == candidate_id
        ]
        views.append((hq.sittings.get(sitting_id), application, seats[0] if seats else None))
    history = [
        (act, hq.history.changes(act.id, candidate_id))
        for act in hq.history.of_person(candidate_id)
        if act.sitting_id in ("", *shown)
    ]
    return render_template(
        "sittings/person.html",
        person=found,
        documents=list(DocumentKind),
        parts=views,
        sittings=known,
        centres=covered.centres(),
        history=history,
        papers=paper_titles([change for _act, changes in history for change in changes]),
    )


@people.post("/candidates/<candidate_id>/correct")
def correct(candidate_id: str) -> BaseResponse:
    """Correct what is registered about a person, with a reason."""
    form, values = request.form, dict[str, Any]()
    for name, most in _TEXTS.items():
        if name in form:
            values[name] = " ".join(form[name].split())[:most] or None
    values["identity_no"] = plain_number(values.get("identity_no") or "")
    if values["identity_no"] == "" or not values.get("name"):
        raise NotFound(what="name")
    if "identity_type" in values:
        values["identity_type"] = values["identity_type"] or DocumentKind("other").value
    if "birth_date" in form:
        values["birth_date"] = _day(form["birth_date"])
    reason = form.get("reason", "")
    return _done(
        candidate_id, headquarters().lives.correct(candidate_id, values, reason, guard.who())
    )


@people.post("/sittings/<sitting_id>/candidates/<candidate_id>/act")
def act(sitting_id: str, candidate_id: str) -> BaseResponse:
    """Withdraw, replace, move, grant, or put on the reserve list, with a reason."""
    form, acts = request.form, _acts(sitting_id, candidate_id)
    wanted = acts.get(form.get("act", ""))
    if wanted is None:
        raise NotFound(what="act")
    if form["act"] == "move":
        _require_place(form.get("to", "").strip() or sitting_id, form.get("centre", "").strip())
    elif form["act"] == "replace":
        targets.require_candidate(sitting_id, form.get("other", "").strip())
    return _done(candidate_id, wanted())


def _require_place(sitting_id: str, centre: str) -> None:
    """Require that the account's rights cover the place to which somebody is moved."""
    for programme_id in headquarters().coverage.programmes_of(sitting_id):
        guard.require(Role.REGISTRAR, programme=programme_id, centre=centre)


def _acts(sitting_id: str, candidate_id: str) -> Mapping[str, Callable[[], int | None]]:
    lives, form, by = headquarters().lives, request.form, guard.who()
    reason, key = form.get("reason", ""), (sitting_id, candidate_id)
    minutes = max(0, min(form.get("minutes", 0, type=small_number), 600))
    needs = " ".join(form.get("needs", "").split())[:200]
    to = Place(*(form.get(name, "").strip()[:64] for name in ("to", "centre", "room", "seat")))
    claims = {name: form[name].strip()[:20] for name in _CLAIMS if form.get(name, "").strip()}
    return {
        "withdraw": lambda: lives.withdraw(*key, reason, by),
        "replace": lambda: lives.replace(*key, form.get("other", "").strip(), reason, by),
        "move": lambda: lives.move(*key, to, reason, by),
        "grant": lambda: lives.grant(*key, Accommodation(minutes, needs), reason, by),
        "reserve": lambda: lives.reserve(*key, reason, by),
        "off": lambda: lives.reserve(*key, reason, by, off=True),
        "facts": lambda: lives.correct_application(*key, claims, reason, by),
    }


@people.get("/sittings/<sitting_id>/changes")
def changes(sitting_id: str) -> str:
    """Show who changed what of a sitting's people, newest first, and outdated packages."""
    hq = headquarters()
    waiting, count = hq.application_list.reserve(sitting_id, WAITING)
    clashes = hq.clashes.of_sitting(sitting_id, covered.codes())
    return render_template(
        "sittings/changes.html",
        sitting=hq.sittings.get(sitting_id),
        history=hq.history.of_sitting(sitting_id),
        outdated=hq.outdated.of_sitting(sitting_id),
        clashes=problem_views([as_json(problem) for problem in clashes]),
        waiting=waiting,
        waiting_count=count,
        unfit=unfit_page(sitting_id),
    )


@people.post("/sittings/<sitting_id>/reserve")
def move_up(sitting_id: str) -> BaseResponse:
    """Give free seats to the reserve list, in its order."""
    hq = headquarters()
    new = hq.registration.move_up(sitting_id, hq.applications.list(sitting_id), guard.who())
    flash(" ".join(allocated(new)))
    return redirect(url_for("people.changes", sitting_id=sitting_id))


def paper_titles(changes: Sequence[NotedChange]) -> Mapping[tuple[str, str], Text]:
    """Return the names of all papers of the sittings in which something changed."""
    hq, found = headquarters(), {}
    for sitting_id in {change.sitting_id for change in changes if change.sitting_id}:
        sitting = hq.sittings.get(sitting_id)
        names = paper_names(sitting, editions_of(hq.programmes, [sitting]))
        found.update({(sitting_id, paper): name for paper, name in names.items()})
    return found


@people.get("/changes/<change_set>")
def change(change_set: str) -> str:
    """Show one change set with its fields, and what undoing it would do."""
    hq = headquarters()
    found = hq.history.get(_number(change_set))
    changes = hq.history.changes(found.id)
    return render_template(
        "sittings/change_set.html",
        found=found,
        changes=changes,
        names={change.candidate_id: change.name for change in changes},
        papers=paper_titles(changes),
        consequences=None if found.undone_by else hq.undo.consequences(found.id),
    )


@people.post("/changes/<change_set>/undo")
def undo(change_set: str) -> BaseResponse:
    """Undo a change set, with a reason."""
    done = headquarters().undo.undo(
        _number(change_set), request.form.get("reason", ""), guard.who()
    )
    flash(
        _(
            "%(count)s entries are as before; %(stayed)s stay.",
            count=done.restored,
            stayed=len(done.staying),
        )
    )
    return redirect(url_for("people.change", change_set=change_set))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise NotFound(what="change set")
    return int(text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotATime from error


def _done(candidate_id: str, number: int | None) -> BaseResponse:
    flash(_("Nothing to change.") if number is None else _("Recorded, with the reason."))
    return redirect(url_for("people.person", candidate_id=candidate_id))
