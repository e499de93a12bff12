"""The queue at check-in: who waits for staff, in the order in which they began to wait.

Every time is read from what is stored anyway, so the queue is the same after a restart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.waiting import NO_WAIT, Wait, WaitReason, wait_of
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.programme.programme import Programme
from kiosk.hall.attempt.admission import identity_settled
from kiosk.hall.checkin.inspections import BEFORE
from kiosk.store.centre import terminals
from kiosk.store.exam import findings, incidents
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.calls import Call
from kiosk.store.exam.devices import Devices
from kiosk.store.exam.incidents import LastCheck
from kiosk.store.exam.personal_forms import StoredForm


@dataclass(frozen=True)
class CheckInTimes:
    """When what staff may be waited for began, by attempt; read once for a sitting.

    ``arrived``: the sign-in at the terminal. ``checks``: the last check or decision.
    ``found``: the newest open finding.
    """

    arrived: Mapping[str, datetime]
    checks: Mapping[str, LastCheck]
    found: Mapping[str, datetime]


@dataclass(frozen=True)
class AtTheDesk:
    """What else is known about a candidate at check-in."""

    has_portrait: bool
    form: StoredForm | None
    devices: Devices
    call: Call | None


def times_in(db: Database, sitting_id: str) -> CheckInTimes:
    """Read the times of a sitting."""
    return CheckInTimes(
        terminals.sessions_since(db, sitting_id),
        incidents.last_checks(db, sitting_id),
        findings.open_since(db, sitting_id),
    )


def wait(attempt: Attempt, known: AtTheDesk, programme: Programme, times: CheckInTimes) -> Wait:
    """Return what a candidate waits for; nobody waits who has left the terminal or has begun."""
    if attempt.state not in BEFORE or attempt.terminal_id is None:
        return NO_WAIT
    arrived, last = times.arrived.get(attempt.id), times.checks.get(attempt.id)
    checked = last.at if last else None
    since: dict[WaitReason, datetime | None] = {}
    if known.call is not None and known.call.coming_at is None:
        since[WaitReason.CALL] = known.call.at
    if attempt.state is AttemptState.CHECKED_IN and not _form_open(known, programme):
        if attempt.check_in is CheckIn.STAFF:
            since[WaitReason.IDENTITY] = checked or arrived
        elif _by_hand(attempt, known, programme):
            form_at = known.form.at if known.form else None
            since[WaitReason.BY_HAND] = _latest(arrived, form_at, checked)
    if attempt.id in times.found:
        since[WaitReason.FINDINGS] = times.found[attempt.id]
    if known.devices.missing:
        since[WaitReason.DEVICES] = arrived
    if inspection_due(attempt, programme):
        since[WaitReason.INSPECTION] = _latest(checked, arrived)
    return wait_of(since)


def inspection_due(attempt: Attempt, programme: Programme) -> bool:
    """Whether the machine has passed a candidate whom staff have not inspected."""
    rules = programme.check_in
    unseen = attempt.state in BEFORE and attempt.inspected_at is None
    return unseen and rules.staff_inspection != "off" and identity_settled(attempt, rules)


def _form_open(known: AtTheDesk, programme: Programme) -> bool:
    """Whether the candidate is still filling in the personal data form."""
    return programme.personal_form is not None and not (known.form and known.form.done)


def _by_hand(attempt: Attempt, known: AtTheDesk, programme: Programme) -> bool:
    """Whether no face check can settle who the candidate is, and nobody has decided."""
    undecided = attempt.check_in in (CheckIn.NONE, CheckIn.FAILED)
    tries_left = attempt.tries < programme.check_in.max_tries
    return undecided and not (attempt.consent_face and known.has_portrait and tries_left)


def _latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
