"""The personal data form at check-in: prefilled, confirmed by the candidate (R14).

What is typed is stored as it comes, sealed with the sitting's names, so that neither a reload nor
another terminal loses it. Events name fields, never values.
"""

import json
from collections.abc import Mapping

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.programme.personal_form import (
    CHOICES,
    Personal,
    PersonalField,
    PersonalFormRules,
    differing,
    longest,
    masked,
    read_form,
    says,
    tidy,
)
from kiosk.hall.attempt.admission import Admission
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import FormClosed, NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.views.personal_form import (
    ComparedField,
    ComparedForm,
    FormFieldView,
    FormReply,
    PersonalFormView,
)
from kiosk.store.exam import attempts, personal_forms
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.personal_forms import StoredForm

FIXED = frozenset({PersonalField.IDENTITY_NO})
"""The candidate signed in with it, so it cannot be changed here."""


class PersonalForms:
    """Shows, stores and skips the forms of candidates at check-in."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, admission: Admission
    ) -> None:
        self._context = context
        self._papers = papers
        self._admission = admission

    def view(self, attempt_id: str) -> PersonalFormView:
        """Return the form with what was entered, else with the registered data.

        Raises:
            NotFound: there is no such attempt, or its programme has no form.
        """
        db = self._context.store.read()
        attempt = self._get(db, attempt_id)
        rules, stored = self._rules(attempt), personal_forms.get(db, attempt_id)
        values = self._prefilled(attempt) if stored is None else opened(self._context, stored)
        fields = [_field(name, values, rules) for name in rules.asked]
        return PersonalFormView("open" if stored is None else stored.state, fields)

    def save(
        self, attempt_id: str, typed: Mapping[PersonalField, str], *, final: bool
    ) -> FormReply:
        """Store what was typed; with ``final`` confirm it if nothing is wrong.

        Raises:
            NotFound: there is no such attempt, or its programme has no form.
            FormClosed: the candidate is not at check-in, or has confirmed before.
        """

        def job(db: Database) -> FormReply:
            attempt = self._at_check_in(db, attempt_id)
            rules, registered = self._rules(attempt), self._registered(attempt)
            raw = {**typed, **{name: registered.get(name, "") for name in FIXED}}
            today = self._context.local(self._context.clock.now()).date()
            values, faults = read_form(raw, rules, today)
            if not final or faults:
                self._keep(db, attempt, tidy(raw, rules), "draft")
                return FormReply(done=False, faults=faults if final else [])
            self._keep(db, attempt, values, "confirmed")
            changed = list(self._changed(attempt, values))
            self._record(db, attempt, EventKind.FORM_CONFIRMED, "candidate", changed=changed)
            self._admission.settle(db, attempt_id)
            return FormReply(done=True, faults=[])

        return self._context.store.write(job)

    def skip(self, attempt_id: str, reason: str, by: str) -> None:
        """Let a candidate go on without the form; what was entered stays as a draft would.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt, or its programme has no form.
            FormClosed: the candidate is not at check-in, or has confirmed before.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._at_check_in(db, attempt_id)
            self._rules(attempt)
            stored = personal_forms.get(db, attempt_id)
            given = opened(self._context, stored) if stored else {}
            self._keep(db, attempt, given, "skipped", by, why)
            self._record(db, attempt, EventKind.FORM_SKIPPED, by, reason=why)
            self._admission.settle(db, attempt_id)

        self._context.store.write(job)

    def compared(self, attempt_id: str) -> ComparedForm | None:
        """Return the form beside the registered data; None where the programme has no form.

        Raises:
            NotFound: there is no such attempt.
        """
        db = self._context.store.read()
        attempt = self._get(db, attempt_id)
        rules, stored = self._admission.form_rules(attempt), personal_forms.get(db, attempt_id)
        if rules is None:
            return None
        registered = self._registered(attempt)
        given = {} if stored is None else opened(self._context, stored)
        apart = differing(registered, given) if given else ()
        fields = [
            ComparedField(
                name,
                _shown(name, registered),
                _shown(name, given),
                name in apart,
            )
            for name in rules.asked
        ]
        if stored is None:
            return ComparedForm("open", fields, "", "")
        return ComparedForm(stored.state, fields, stored.by, stored.reason)

    def _at_check_in(self, db: Database, attempt_id: str) -> Attempt:
        attempt = self._get(db, attempt_id)
        if attempt.state is not AttemptState.CHECKED_IN or personal_forms.done(db, attempt_id):
            raise FormClosed()
        return attempt

    def _keep(
        self,
        db: Database,
        attempt: Attempt,
        values: Personal,
        state: personal_forms.FormState,
        by: str = "",
        reason: str = "",
    ) -> None:
        plain = json.dumps(values, ensure_ascii=False).encode()
        # Under the key of names and portraits, so that they are deleted together.
        sealed = self._context.sitting_keys.seal(attempt.sitting_id, "portraits", plain)
        now, changed = self._context.time.now(), self._changed(attempt, values)
        form = StoredForm(attempt.id, attempt.sitting_id, state, sealed, changed, now, by, reason)
        personal_forms.keep(db, form)

    def _changed(self, attempt: Attempt, values: Personal) -> tuple[PersonalField, ...]:
        return differing(self._registered(attempt), values) if values else ()

    def _registered(self, attempt: Attempt) -> dict[PersonalField, str]:
        """Return what headquarters, or staff for a guest, said about the candidate."""
        entry = self._papers.candidate(attempt.sitting_id, attempt.admission_no)
        known = {
            **(entry.personal or {}),
            PersonalField.NAME: entry.name,
            PersonalField.IDENTITY_NO: entry.identity_no,
        }
        return tidy(known, self._rules(attempt))

    def _prefilled(self, attempt: Attempt) -> dict[PersonalField, str]:
        """Return the registered data, with what a resident's number says besides."""
        registered = self._registered(attempt)
        today = self._context.local(self._context.clock.now()).date()
        number = says(registered, today)
        kind = {PersonalField.IDENTITY_TYPE: DocumentKind.RESIDENT} if number else {}
        return {**kind, **number, **registered}

    def _rules(self, attempt: Attempt) -> PersonalFormRules:
        rules = self._admission.form_rules(attempt)
        if rules is None:
            raise NotFound()
        return rules

    def _record(
        self, db: Database, attempt: Attempt, kind: EventKind, who: str, **data: object
    ) -> None:
        self._context.record(db, attempt.sitting_id, kind, who, attempt.id, **data)

    @staticmethod
    def _get(db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt


def opened(context: CentreContext, stored: StoredForm) -> dict[PersonalField, str]:
    """Return the values of a stored form."""
    values: dict[str, str] = json.loads(context.sitting_keys.open(stored.sealed))
    return {PersonalField(name): value for name, value in values.items()}


def _field(name: PersonalField, values: Personal, rules: PersonalFormRules) -> FormFieldView:
    return FormFieldView(
        name=name,
        value=_shown(name, values),
        required=rules.is_required(name),
        fixed=name in FIXED,
        choices=tuple(CHOICES.get(name, ())),
        most=longest(name),
    )


def _shown(name: PersonalField, values: Personal) -> str:
    value = values.get(name, "")
    return masked(value) if name is PersonalField.IDENTITY_NO else value
