"""What is kept of sittings that are over, in the language of the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from kiosk.exam.actors import shown_name
from kiosk.exam.states import DeletionState
from kiosk.hall.retention.kept import Kept
from kiosk.web.labels.terms import ACTORS
from kiosk.web.pages import local_date, local_datetime

CLASSES: dict[str, LazyString] = {
    "portraits": _l("Names, identity numbers and portraits"),
    "papers": _l("Paper and its key"),
    "pictures": _l("Pictures of check-in and of incidents"),
    "answers": _l("Answers and sealed results"),
    "event_log": _l("Event log, incidents and attempts"),
}
"""Classes of data, in the order in which they are deleted."""

WAITS: dict[str, LazyString] = {
    "period": _l("Kept"),
    "package": _l("Kept: its exam package cannot be read. Import it again."),
    "paper_open": _l("Kept although its period is over: a paper is open here. Close its sitting."),
    "attempts_open": _l("Kept although its period is over: attempts are not over."),
    "late_answers": _l("Kept although its period is over: decide about the late answers."),
    "results": _l("Kept although its period is over: headquarters has not confirmed every result."),
    "pictures": _l(
        "Kept although its period is over: headquarters has not confirmed every picture."
    ),
    "event_log": _l(
        "Kept although its period is over: headquarters has not confirmed the whole event log."
    ),
    "other_classes": _l("Kept until the other data are deleted."),
}
"""Why something is kept, by what it waits for."""


@dataclass(frozen=True)
class KeptLine:
    """One class of data: what, until when, what became of it, who deleted it, receipt."""

    what: str
    until: str
    state: str
    by: str
    receipt: str


@dataclass(frozen=True)
class KeptSitting:
    """A sitting that is over; ``left``: how many classes are still here."""

    title: str
    ended_at: datetime
    left: int
    lines: Sequence[KeptLine]


def kept_sittings(kept: Sequence[Kept]) -> list[KeptSitting]:
    """The latest first."""
    groups = [list(group) for _, group in groupby(kept, key=lambda entry: entry.sitting_id)]
    return [_sitting(group) for group in reversed(groups)]


def _sitting(group: Sequence[Kept]) -> KeptSitting:
    left = sum(entry.state is not DeletionState.DELETED for entry in group)
    return KeptSitting(group[0].title, group[0].ended_at, left, [_line(entry) for entry in group])


def _line(entry: Kept) -> KeptLine:
    return KeptLine(
        what=str(CLASSES[entry.data]),
        until=local_date(entry.until) or str(gettext("not known")),
        state=_state(entry),
        by="" if entry.by is None else str(ACTORS.get(entry.by, shown_name(entry.by))),
        receipt=entry.receipt or "",
    )


def _state(entry: Kept) -> str:
    if entry.state is DeletionState.DELETED:
        return str(gettext("Deleted on %(time)s", time=local_datetime(entry.deleted_at)))
    if entry.state is DeletionState.UNFINISHED:
        return str(gettext("Being deleted"))
    if entry.state is DeletionState.DUE:
        return str(gettext("Period over; will be deleted within an hour"))
    return str(WAITS[entry.waits_for or "period"])
