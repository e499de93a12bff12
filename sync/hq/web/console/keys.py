"""Headquarters' own keys at the console: their states, the next step, who has followed."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.errors import NotConfirmed, NotFound
from sync.hq.upkeep.keys import KeyChanges, KeyView
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number
from sync.wire.sealing.hq_keys import KeyState

keys = staff_pages("keys")
PAGE = 100


@keys.get("/keys")
def overview() -> str:
    """Show the keys and the centres, those that have not followed first."""
    view = headquarters().key_changes.view()
    centres = sorted(view.centres, key=lambda centre: (centre.follows, centre.code))
    page = max(1, request.args.get("page", 1, type=small_number))
    return render_template(
        "upkeep/keys.html",
        view=view,
        next=view.of(KeyState.NEXT),
        current=view.of(KeyState.CURRENT),
        former=[key for key in view.keys if key.state is KeyState.FORMER],
        centres=centres[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=-(-len(centres) // PAGE),
    )


@keys.post("/keys/<step>")
def change(step: str) -> BaseResponse:
    """Do the next step of a change: prepare, switch, retire or withdraw."""
    if request.form.get("confirmed") != "yes":
        raise NotConfirmed
    changes, anyway = headquarters().key_changes, request.form.get("anyway") == "yes"
    key = _step(changes, step, request.form.get("key", ""), anyway=anyway)
    flash(_("Done. Current state of key %(fingerprint)s is below.", fingerprint=key.fingerprint))
    return redirect(url_for("keys.overview"))


def _step(changes: KeyChanges, step: str, key_id: str, *, anyway: bool) -> KeyView:
    if step == "prepare":
        return changes.prepare(guard.who())
    if step == "switch":
        return changes.switch(guard.who(), anyway=anyway)
    if step == "retire":
        return changes.retire(key_id, guard.who(), anyway=anyway)
    if step == "withdraw":
        return changes.withdraw(key_id, guard.who())
    raise NotFound(what="step")
