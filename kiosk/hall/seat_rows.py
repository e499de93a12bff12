"""The rows of the board: what staff see of each candidate at a seat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.exam.attempt.states import NOT_SAT, REOPENABLE, SITTING, AttemptState
from kiosk.exam.attempt.timing import remaining
from kiosk.exam.checkin.devices import is_virtual
from kiosk.exam.checkin.inspection import Finding
from kiosk.exam.programme.programme import Programme
from kiosk.exam.seating import Place
from kiosk.exam.states import SittingStatus
from kiosk.hall.attempt import pledges
from kiosk.hall.attempt.calls import call_view
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.board import arrival, break_view
from kiosk.hall.checkin import queue
from kiosk.hall.checkin.queue import AtTheDesk, CheckInTimes
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.views.room import Arrival, PartPlace, SeatRow
from kiosk.store.centre import outbox, sittings, terminals
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import (
    answers,
    breaks,
    calls,
    devices,
    findings,
    incidents,
    late_answers,
    messages,
    part_ends,
    personal_forms,
    time_credits,
)
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.breaks import ToiletBreak
from kiosk.store.exam.calls import Call
from kiosk.store.exam.devices import Devices
from kiosk.store.exam.incidents import IncidentCounts
from kiosk.store.exam.personal_forms import StoredForm
from sync.wire.packages.contents import RosterCandidate


class SeatRows:
    """Builds rows from what is stored and what the running parts know."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        proctoring: Proctoring,
        leases: Leases,
    ) -> None:
        self._context = context
        self._papers = papers
        self._proctoring = proctoring
        self._leases = leases

    def of(self, sitting: Sitting, found: Sequence[Attempt], now: datetime) -> list[SeatRow]:
        """Return a row for each of some attempts of a sitting."""
        db = self._context.store.read()
        roster, info = self._papers.roster(sitting), self._papers.package(sitting).manifest.sitting
        tables = _Tables(
            terminals.in_use(db, sitting.id),
            answers.answered_counts(db, sitting.id),
            incidents.counts(db, sitting.id),
            outbox.states(db, sitting.id),
            sittings.enrolled(db, sitting.id),
            time_credits.credited_seconds(db, sitting.id),
            time_credits.outages_open(db, sitting.id),
            late_answers.waiting(db, sitting.id),
            queue.times_in(db, sitting.id),
            findings.open_in(db, sitting.id),
            devices.of_sitting(db, sitting.id),
            personal_forms.of_sitting(db, sitting.id),
            part_ends.counts(db, sitting.id),
            calls.open_in(db, sitting.id),
            messages.unread_counts(db, sitting.id),
            {room.id: room.seats_per_row for room in info.rooms},
            incidents.seen_leaves(db, sitting.id),
            breaks.open_in(db, sitting.id),
            pledges.given_in(db, sitting.id),
        )
        return [
            self._row(
                attempt,
                roster[attempt.admission_no],
                tables,
                self._papers.programme(sitting, attempt.paper),
                now,
                sitting,
            )
            for attempt in found
        ]

    def _row(
        self,
        attempt: Attempt,
        candidate: RosterCandidate,
        tables: "_Tables",
        programme: Programme,
        now: datetime,
        sitting: Sitting,
    ) -> SeatRow:
        terminal = tables.terminals.get(attempt.terminal_id or "")
        counted = tables.incidents.get(attempt.id, IncidentCounts())
        check = terminal.device_check if terminal else None
        form = tables.forms.get(attempt.id)
        own = tables.devices.get(attempt.id, Devices(attempt.id))
        last = tables.check_in.checks.get(attempt.id)
        has_portrait = bool(candidate.portrait_jpeg_b64) or attempt.admission_no in tables.enrolled
        at_desk = AtTheDesk(has_portrait, form, own, tables.calls.get(attempt.id))
        wait = queue.wait(attempt, at_desk, programme, tables.check_in)
        running = attempt.state in SITTING
        left = None
        if running and attempt.ends_at:
            left = remaining(now, attempt.ends_at, attempt.paused_at).total_seconds()
        return SeatRow(
            admission_no=attempt.admission_no,
            name=candidate.name,
            room=attempt.room,
            seat=attempt.seat,
            position=tables.place(attempt).position,
            paper=attempt.paper,
            attempt_id=attempt.id,
            extra_minutes=attempt.extra_minutes,
            needs=candidate.needs,
            state=attempt.state,
            terminal=terminal.name if terminal else None,
            check_in=attempt.check_in,
            check_in_score=attempt.check_in_score,
            tries=attempt.tries,
            device_ok=None if check is None else bool(check["ok"]),
            devices_missing=list(own.missing),
            devices_without=list(own.without),
            camera=own.camera,
            camera_virtual=is_virtual(own.camera),
            camera_changes=own.changes,
            set_aside_until=self._proctoring.set_aside_until(attempt.id),
            answered=tables.answered.get(attempt.id, 0),
            items=len(attempt.form.items) if attempt.form else 0,
            saved_at=attempt.saved_at,
            pictures=self._pictures(attempt, now),
            leaves=attempt.leaves,
            leave_limit=programme.conduct.leave_limit,
            away=attempt.away_since is not None and attempt.state is AttemptState.IN_PROGRESS,
            remaining_s=left,
            ends_at=attempt.ends_at if attempt.state is AttemptState.IN_PROGRESS else None,
            part=self._part(sitting, attempt, tables.parts.get(attempt.id, 0)) if running else None,
            pause_reason=attempt.pause_reason,
            credited_s=tables.credited.get(attempt.id, 0.0),
            outage_s=tables.outages.get(attempt.id, 0.0),
            late_answers=tables.late.get(attempt.id, 0),
            network=arrival(self._leases.contact(attempt.id), now) if running else None,
            window_wanted=running and self._leases.wanted(attempt.id),
            end_reason=attempt.end_reason,
            reopenable=_reopenable(attempt, sitting),
            active_rules=self._proctoring.active_rules(attempt.id),
            incidents=counted.total,
            incidents_new=counted.new,
            leaves_new=max(0, attempt.leaves - tables.leaves_seen.get(attempt.id, 0)),
            has_portrait=has_portrait,
            picture=last.picture if last else None,
            picture_at=last.picture_at if last else None,
            findings=list(tables.findings.get(attempt.id, ())),
            form=form.state if form else "",
            form_changed=list(form.changed) if form else [],
            inspected=attempt.inspected_at is not None,
            inspection_due=queue.inspection_due(attempt, programme),
            waits_since=wait.since,
            waits_for=wait.reasons,
            bundle_state=tables.bundles.get(attempt.id),
            call=call_view(tables.calls.get(attempt.id)),
            unread_messages=tables.unread.get(attempt.id, 0),
            on_break=break_view(tables.breaks.get(attempt.id), programme.breaks, now),
            pledge_due=pledges.is_due(attempt, programme) and attempt.id not in tables.pledged,
        )

    def _pictures(self, attempt: Attempt, now: datetime) -> Arrival | None:
        """Return how far the candidate's frames arrive; None while nobody expects any."""
        last = self._proctoring.last_frame_at(attempt.id)
        if last is None and attempt.state is not AttemptState.IN_PROGRESS:
            return None
        return arrival(last, now, timedelta(milliseconds=self._proctoring.interval_ms))

    def _part(self, sitting: Sitting, attempt: Attempt, over: int) -> PartPlace | None:
        """Return the part that is open; ``over``: how many parts are over."""
        examination = self._papers.examination(sitting, attempt.paper)
        if not examination.part_times:
            return None
        name = examination.parts[over].name.model_dump()
        return PartPlace(over + 1, len(examination.parts), name)


@dataclass(frozen=True)
class _Tables:
    """What the rows of a room need besides their attempts, read once for all of them."""

    terminals: dict[str, terminals.Terminal]
    answered: dict[str, int]
    incidents: dict[str, IncidentCounts]
    bundles: dict[str, str]
    enrolled: set[str]
    credited: dict[str, float]
    outages: dict[str, float]
    late: dict[str, int]
    check_in: CheckInTimes
    findings: dict[str, list[Finding]]
    devices: dict[str, Devices]
    forms: dict[str, StoredForm]
    parts: dict[str, int]
    calls: dict[str, Call]
    unread: dict[str, int]
    per_row: dict[str, int]
    leaves_seen: dict[str, int]
    breaks: dict[str, ToiletBreak]
    pledged: set[str]

    def place(self, attempt: Attempt) -> Place:
        """Return where a candidate sits."""
        return Place(attempt.room, attempt.seat, self.per_row.get(attempt.room, 0))


def _reopenable(attempt: Attempt, sitting: Sitting) -> bool:
    """Whether staff may reverse the attempt's end."""
    if attempt.state is not AttemptState.ENDED:
        return False
    if attempt.end_reason in NOT_SAT:
        return not sitting.over
    return attempt.end_reason in REOPENABLE and sitting.state is SittingStatus.STARTED
