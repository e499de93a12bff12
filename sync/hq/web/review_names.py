"""Names of states, outcomes and steps of the review, for the console."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.values import Text
from kiosk.webpages.languages import language
from sync.hq.review.case_rows import Origin
from sync.hq.review.case_states import CaseState, CaseStep
from sync.hq.review.event_names import event_name
from sync.hq.review.rule_names import NAMES, rule_name
from sync.hq.review.sanctions import AppealOutcome, CaseOutcome
from sync.hq.review.states import ActKind, IncidentState, Outcome

Chips = Mapping[str, tuple[LazyString, str]]
"""For each value its name and the colour of its chip."""

STATES: Chips = {
    IncidentState.OPEN.value: (_l("not judged yet"), "wait"),
    IncidentState.SECOND.value: (_l("waits for a second person"), "wait"),
    IncidentState.THIRD.value: (_l("waits for a third person"), "wait"),
    IncidentState.SETTLED.value: (_l("settled"), "ok"),
}
OUTCOMES: Chips = {
    Outcome.NO_BREACH.value: (_l("no breach"), "ok"),
    Outcome.REMINDER.value: (_l("reminder"), "none"),
    Outcome.BREACH.value: (_l("breach"), "bad"),
}
ACTS: Mapping[str, LazyString] = {
    ActKind.JUDGED.value: _l("judged"),
    ActKind.UNDONE.value: _l("judgement undone"),
    ActKind.REOPENED.value: _l("opened again"),
}
SEVERITIES: Chips = {
    "1": (_l("recorded"), "none"),
    "2": (_l("for review"), "none"),
    "3": (_l("staff were called"), "wait"),
    "4": (_l("urgent"), "bad"),
}
GROUNDS: Mapping[str, LazyString] = {
    "programme": _l("The programme lets pictures leave the centre"),
    "consent": _l("The candidate agreed in writing"),
    "case": _l("Headquarters asked in writing in a case"),
}
CASE_STATES: Chips = {
    CaseState.OPEN.value: (_l("collecting evidence"), "wait"),
    CaseState.HEARING.value: (_l("candidate is heard"), "wait"),
    CaseState.PROPOSED.value: (_l("proposed, waits for a second person"), "wait"),
    CaseState.DECIDED.value: (_l("case decided"), "ok"),
    CaseState.APPEALED.value: (_l("appealed"), "wait"),
    CaseState.APPEAL_PROPOSED.value: (_l("appeal: proposed, waits for a second person"), "wait"),
    CaseState.CLOSED.value: (_l("case closed"), "none"),
}
CASE_OUTCOMES: Chips = {
    CaseOutcome.NO_BREACH.value: (_l("no breach"), "ok"),
    CaseOutcome.WARNING.value: (_l("warning"), "none"),
    CaseOutcome.PART_VOID.value: (_l("parts void"), "bad"),
    CaseOutcome.RESULT_VOID.value: (_l("result void"), "bad"),
    CaseOutcome.BAN.value: (_l("result void and ban"), "bad"),
}
APPEALS: Chips = {
    AppealOutcome.UPHELD.value: (_l("decision upheld"), "none"),
    AppealOutcome.CHANGED.value: (_l("decision made lighter"), "ok"),
    AppealOutcome.RESTORED.value: (_l("result restored"), "ok"),
}
ORIGINS: Mapping[str, LazyString] = {
    Origin.INCIDENTS.value: _l("incidents"),
    Origin.SIMILARITY.value: _l("similar answers"),
    Origin.CENTRE.value: _l("report of the centre"),
    Origin.BY_HAND.value: _l("opened by hand"),
}
STEPS: Mapping[str, LazyString] = {
    CaseStep.OPENED.value: _l("Case opened"),
    CaseStep.EVIDENCE.value: _l("Evidence added"),
    CaseStep.NOTIFIED.value: _l("Candidate notified"),
    CaseStep.STATEMENT.value: _l("Statement of the candidate"),
    CaseStep.PROPOSED.value: _l("Outcome proposed"),
    CaseStep.RETURNED.value: _l("Proposal returned"),
    CaseStep.DECIDED.value: _l("Case decided"),
    CaseStep.DELIVERED.value: _l("Letter delivered"),
    CaseStep.APPEALED.value: _l("Appeal lodged"),
    CaseStep.HEARD.value: _l("Appeal heard"),
    CaseStep.APPEAL_PROPOSED.value: _l("Decision on the appeal proposed"),
    CaseStep.APPEAL_RETURNED.value: _l("Proposal about the appeal returned"),
    CaseStep.APPEAL_DECIDED.value: _l("Appeal decided"),
}
DOCUMENTS: Mapping[str, LazyString] = {
    "grounds": _l("grounds"),
    "evidence": _l("evidence"),
    "notified": _l("how the candidate was told"),
    "notice": _l("letter: notice before the decision"),
    "statement": _l("statement"),
    "proposal": _l("facts as established"),
    "returned": _l("why it was returned"),
    "decision": _l("letter: decision"),
    "delivered": _l("how the letter was delivered"),
    "appeal": _l("appeal"),
    "heard": _l("hearing of the appeal"),
    "appeal_proposal": _l("reasons about the appeal"),
    "appeal_decision": _l("letter: decision on the appeal"),
}
BAN_STATES: Chips = {
    "running": (_l("holds"), "bad"),
    "expired": (_l("expired"), "none"),
    "lifted": (_l("lifted"), "ok"),
}
CATEGORIES: Mapping[str | None, LazyString] = {
    "general": _l("general breach"),
    "serious": _l("serious breach"),
    "grave": _l("especially serious breach"),
    "similar": _l("answers alike"),
}


def local(text: Text) -> str:
    """Return a text in the reader's language."""
    return text.zh if language() == "zh" else text.en


def rule(name: str) -> str:
    """Return the name of a rule in the reader's language."""
    return local(rule_name(name))


def event(kind: str) -> str:
    """Return the name of an event in the reader's language."""
    return local(event_name(kind))


def rules() -> Mapping[str, str]:
    """Return the names of all rules, by id."""
    return {name: local(text) for name, text in NAMES.items()}
