"""Names of what marking stores: stages, roles of marks, referrals, settings of plans."""

from collections.abc import Mapping, Sequence

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from sync.hq.marking.adjudication import Disclosed
from sync.hq.marking.anonymity import Disclosure
from sync.hq.marking.comparing import Purpose
from sync.hq.marking.controls import DRIFT
from sync.hq.marking.views import MarkKind, MarkRole, PlanState, Referral, Stage

STAGES: Mapping[Stage, tuple[LazyString, str]] = {
    Stage.FIRST: (_l("to be marked"), "none"),
    Stage.SECOND: (_l("waits for a second mark"), "wait"),
    Stage.THIRD: (_l("waits for a third mark"), "wait"),
    Stage.ADJUDICATOR: (_l("waits for the adjudicator"), "bad"),
    Stage.FINAL: (_l("final"), "ok"),
    Stage.REPLACED: (_l("answer replaced"), "none"),
    Stage.LEFT_OUT: (_l("does not count"), "none"),
}
"""Each with the colour of its chip."""

STATES: Mapping[PlanState, tuple[LazyString, str]] = {
    PlanState.OPEN: (_l("being marked"), "ok"),
    PlanState.PAUSED: (_l("paused"), "wait"),
    PlanState.CLOSED: (_l("marking ended"), "none"),
}

ROLES: Mapping[MarkRole, LazyString] = {
    MarkRole.FIRST: _l("first mark"),
    MarkRole.SECOND: _l("second mark"),
    MarkRole.THIRD: _l("third mark"),
    MarkRole.CONTROL: _l("control script"),
    MarkRole.QUALIFICATION: _l("qualification script"),
    MarkRole.ADJUDICATOR: _l("adjudicator"),
}

KINDS: Mapping[MarkKind, LazyString] = {
    MarkKind.MARK: _l("mark"),
    MarkKind.REFERRED: _l("referred"),
    MarkKind.WITHDRAWN: _l("taken back"),
    MarkKind.RETURNED: _l("sent back to markers"),
}

REFERRALS: Mapping[Referral, LazyString] = {
    Referral.UNREADABLE: _l("Cannot be read or understood"),
    Referral.DISCLOSURE: _l("May say who wrote it"),
    Referral.OFF_TOPIC: _l("Answers another question"),
    Referral.OTHER: _l("Another reason, in the comment"),
}

DISCLOSURES: Mapping[Disclosure, LazyString] = {
    Disclosure.NAME: _l("name"),
    Disclosure.IDENTITY_NO: _l("identity number"),
    Disclosure.ADMISSION_NO: _l("admission number"),
    Disclosure.PHONE: _l("telephone number"),
    Disclosure.EMAIL: _l("e-mail address"),
}

JUDGED: Mapping[Disclosed, tuple[LazyString, str]] = {
    Disclosed.FOUND: (_l("not judged yet"), "wait"),
    Disclosed.CLEARED: (_l("no disclosure"), "ok"),
    Disclosed.CONFIRMED: (_l("disclosure"), "bad"),
}

PURPOSES: Mapping[Purpose, LazyString] = {
    Purpose.CONTROL: _l("control script"),
    Purpose.QUALIFICATION: _l("qualification script"),
}

HOW: Mapping[str, LazyString] = {
    "single": _l("one mark"),
    "mean": _l("mean"),
    "higher": _l("the higher mark"),
    "third_decides": _l("the third mark decides"),
    "mean_of_closest": _l("mean of the two closest marks"),
    "adjudicator": _l("adjudicator"),
}

CHOICES: Mapping[str, Mapping[str, LazyString]] = {
    "allocation": {
        "item": _l("Item by item"),
        "script": _l("Whole scripts: all written answers of a candidate together"),
    },
    "two": {"mean": _l("Mean"), "higher": _l("The higher mark")},
    "three": {
        "mean_of_closest": _l("Mean of the two closest marks"),
        "third_decides": _l("The third mark decides"),
        "mean": _l("Mean of all three"),
        "higher": _l("The highest mark"),
    },
    "rounding": {
        "half_up": _l("To the nearest step, halves up"),
        "up": _l("Up, in the candidate's favour"),
        "down": _l("Down"),
    },
}

Field = tuple[str, LazyString]

GROUPS: Sequence[tuple[LazyString, Sequence[Field]]] = (
    (
        _l("Distribution"),
        (
            ("allocation", _l("Answers are given out")),
            ("lease_minutes", _l("Minutes that an answer is held for a marker")),
            ("undo_minutes", _l("Minutes in which a marker can take back the last mark")),
        ),
    ),
    (
        _l("Double marking"),
        (
            ("double_percent", _l("Answers marked twice, of 100")),
            ("threshold", _l("Largest difference in points without a third mark")),
            ("two", _l("Final mark of two")),
            ("three", _l("Final mark of three")),
            ("rounding", _l("Rounding of means")),
        ),
    ),
    (
        _l("Standardisation"),
        (
            ("qualify_count", _l("Qualification scripts of an item before real answers; 0: none")),
            ("qualify_percent", _l("Percentage of them that must be within the tolerance")),
            ("tolerance", _l("Tolerance in points")),
            ("control_percent", _l("Control scripts among 100 answers")),
            ("drift_window", _l("Control scripts that are looked at together")),
            ("drift_percent", _l("Mean difference that pauses a marker, in % of the points")),
            ("bias_percent", _l("The same in one direction, in % of the points")),
            ("feedback", _l("Markers see their own deviation")),
        ),
    ),
)
"""The settings of a plan as a form shows them."""


def pause_reason(why: str) -> str:
    """Return why a marker is paused; what staff wrote stays as it is."""
    if why == DRIFT:
        return str(gettext("marks of control scripts are beyond the plan's limits"))
    return why
