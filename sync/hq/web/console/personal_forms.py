"""The personal data form at the console: registered data beside what candidates entered (R14)."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.exam.programme.personal_form import PersonalField, longest
from sync.hq.errors import FormFaults
from sync.hq.registration.form_list import FormsWanted
from sync.hq.registration.personal_form import OWN
from sync.hq.web import personal_names
from sync.hq.web.console import guard, targets
from sync.hq.web.console.listed import typed_words
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

personal_forms = staff_pages("personal_forms")


@personal_forms.get("/sittings/<sitting_id>/forms")
def overview(sitting_id: str) -> str:
    """Show all candidates of a sitting with what they changed; `changed=1` shows only those."""
    wanted = FormsWanted(
        text=typed_words(),
        changed=request.args.get("changed") == "1",
        page=request.args.get("page", 1, type=small_number),
    )
    return render_template(
        "sittings/forms.html",
        sitting=headquarters().sittings.get(sitting_id),
        listed=headquarters().form_list.page(sitting_id, wanted, targets.scope()),
        wanted=wanted,
        names=personal_names,
    )


@personal_forms.get("/sittings/<sitting_id>/candidates/<candidate_id>/form")
def form(sitting_id: str, candidate_id: str) -> str:
    """Show one candidate's data: registered, and as confirmed at check-in."""
    return _page(sitting_id, candidate_id, {}, {})


@personal_forms.post("/sittings/<sitting_id>/candidates/<candidate_id>/form")
def correct(sitting_id: str, candidate_id: str) -> ResponseReturnValue:
    """Correct the fields of the form that no other list holds."""
    typed = {name: request.form.get(name.value, "") for name in OWN}
    try:
        headquarters().personal_data.correct(sitting_id, candidate_id, typed, guard.who())
    except FormFaults as error:
        faults = {fault.field: personal_names.fault_text(fault) for fault in error.faults}
        return _page(sitting_id, candidate_id, typed, faults), 422
    flash(_("Recorded."))
    address = url_for("personal_forms.form", sitting_id=sitting_id, candidate_id=candidate_id)
    return redirect(address)


def _page(
    sitting_id: str,
    candidate_id: str,
    typed: dict[PersonalField, str],
    faults: dict[PersonalField, str],
) -> str:
    found = headquarters().personal_data.form(sitting_id, candidate_id)
    return render_template(
        "sittings/form.html",
        sitting=headquarters().sittings.get(sitting_id),
        form=found,
        fields=tuple(PersonalField),
        own=OWN,
        typed={**found.registered, **typed},
        faults=faults,
        longest=longest,
        names=personal_names,
    )
