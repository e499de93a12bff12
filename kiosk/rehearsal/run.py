"""A whole rehearsal: check-in, exam, sync.

Headquarters' answers are then compared with those that were acknowledged to candidates.
"""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from kiosk.exam.errors import ExamError
from kiosk.rehearsal.acts import Seen, resume_held, start_and_pause, start_everybody
from kiosk.rehearsal.candidate import Candidate, Log
from kiosk.rehearsal.clients import Json, Staff, pull_attempts, pull_results
from kiosk.rehearsal.environment import STAFF, set_up_hall, usual_programmes
from kiosk.rehearsal.figures import (
    Figures,
    lost_answers,
    overloaded_seconds,
    percentile,
    receipt_matches,
)
from kiosk.rehearsal.groups import group_figures
from kiosk.rehearsal.people import Person, make_people
from kiosk.rehearsal.plan import Plan, Size, make_hall
from kiosk.rehearsal.processes import free_port, server

T = TypeVar("T")
Progress = Callable[[str], None]
TITLE = "演练"
BY_HAND_EVERY = 8
QUICK_SECONDS = 15.0
WAIT_SECONDS = 90.0


class RehearsalFailed(ExamError):
    """Something that a rehearsal waits for did not happen."""

    code = "rehearsal_failed"
    message = "The rehearsal timed out waiting for %(what)s."


@dataclass(frozen=True)
class Place:
    """A running centre and headquarters, with the accounts to sign in."""

    url: str
    hq_url: str
    token: str
    username: str
    password: str
    sitting_id: str
    code: str | None


@dataclass(frozen=True)
class Script:
    """How a rehearsal goes.

    ``seconds``: over which the answers of the longest paper are spread. ``shares``: how much of
    this a candidate takes, ``lingering``: who stays to the end, both by admission number.
    ``rooms``: those that are started and paused; without any, everybody is started.
    """

    seconds: float
    seed: int
    to_the_end: bool = False
    shares: Mapping[str, float] = field(default_factory=dict)
    lingering: frozenset[str] = frozenset()
    rooms: Sequence[str] = ()

    def of(self, plan: Plan) -> "Script":
        """Return the script for the candidates and rooms of a plan."""
        lingering = plan.lingering if self.to_the_end else frozenset()
        return replace(self, shares=plan.shares, lingering=lingering, rooms=tuple(plan.rooms))

    def sit(self, candidate: Candidate) -> None:
        """Let a candidate sit."""
        number = candidate.log.admission_no
        seconds = self.seconds * self.shares.get(number, 1.0)
        candidate.sit(seconds, to_the_end=number in self.lingering)

    def staff(self, staff: Staff, sitting_id: str) -> Seen:
        """Let staff act while candidates sit."""
        if self.rooms:
            return start_and_pause(staff, sitting_id, self.rooms, self.seconds)
        return start_everybody(staff, sitting_id)


def rehearse(size: Size, count: int, script: Script, progress: Progress) -> Figures:
    """Rehearse with ``count`` candidates at a new temporary centre and headquarters."""
    people = [
        person if (number + 1) % BY_HAND_EVERY else _without_face(person)
        for number, person in enumerate(make_people(count))
    ]
    plan = make_hall(people, usual_programmes(), size, script.seed)
    progress(
        f"{len(plan.papers)} papers, {len(plan.rooms)} rooms;"
        f" neighbours who should be apart: {plan.together}"
    )
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder, ExitStack() as stack:
        base = Path(folder)
        progress("Setting up headquarters and a centre")
        port = free_port()
        access = set_up_hall(base, f"http://127.0.0.1:{port}", TITLE, plan)
        hq_url = stack.enter_context(server("sync.hq.cli", access.hq, port, base / "hq.log"))
        url = stack.enter_context(server("kiosk", access.centre, 0, base / "centre.log"))
        with closing(Staff(url)) as staff:
            staff.sign_in(STAFF, access.password)
            sitting_id = wait_for("the exam package", lambda: _first_sitting(staff))
        code = access.codes[TITLE]
        place = Place(url, hq_url, access.token, STAFF, access.password, sitting_id, code)
        return rehearse_at(place, people, script.of(plan), progress)


def _without_face(person: Person) -> Person:
    return Person(person.admission_no, person.identity_no, person.name, person.seat, None)


def _first_sitting(staff: Staff) -> str | None:
    sittings = staff.sittings()
    return str(sittings[0]["id"]) if sittings else None


def wait_for(what: str, poll: Callable[[], T | None]) -> T:
    """Poll until there is a result.

    Raises:
        RehearsalFailed: there was none within 90 seconds.
    """
    until = time.perf_counter() + WAIT_SECONDS
    while time.perf_counter() < until:
        found = poll()
        if found:
            return found
        time.sleep(0.2)
    raise RehearsalFailed(what=what)


def rehearse_at(place: Place, people: list[Person], script: Script, progress: Progress) -> Figures:
    """Rehearse at a running centre with candidates of its roster."""
    began = time.perf_counter()
    candidates = [
        Candidate(place.url, person, script.seed, impostor=n % 5 == 0, leaver=n == 2)
        for n, person in enumerate(people)
    ]
    logs = [candidate.log for candidate in candidates]
    with ExitStack() as stack, ThreadPoolExecutor(len(people)) as threads, ExitStack() as ending:
        for candidate in candidates:
            stack.callback(candidate.close)
            # Or the pool would wait forever for candidates who wait for a start.
            ending.callback(candidate.halt)
        staff = stack.enter_context(closing(Staff(place.url)))
        staff.sign_in(place.username, place.password)
        progress(f"Check-in of {len(people)} candidates")
        # list() waits for all candidates and raises the first error.
        list(threads.map(Candidate.check_in, candidates))
        by_hand = _by_hand(staff, logs)
        progress(f"Unlocking, starting, and answering for about {script.seconds:.0f} s")
        if place.code is not None:
            staff.unlock(place.sitting_id, place.code)
        answering = time.perf_counter()
        sitting = [threads.submit(script.sit, candidate) for candidate in candidates]
        seen = script.staff(staff, place.sitting_id)
        resume_held(staff, place.sitting_id, lambda: all(one.done() for one in sitting))
        for done in sitting:
            done.result()
        answered = max(log.saved_at for log in logs) - answering
        room = staff.room(place.sitting_id)
    progress("Waiting for headquarters to hold every result")
    held = _delivered(place, logs)
    spent = (answered, time.perf_counter() - began)
    impostors = sum(n % 5 == 0 and p.face is not None for n, p in enumerate(people))
    figures = _figures(logs, held, spent, (by_hand, impostors), room)
    return _with_groups(figures, place, logs, held, seen)


def _with_groups(
    figures: Figures, place: Place, logs: list[Log], held: dict[str, Json], seen: Seen
) -> Figures:
    groups = group_figures(logs, held, pull_results(place.hq_url, place.token), seen.board)
    return replace(figures, groups=groups, paused_s=seen.paused_s, postponed_s=seen.postponed_s)


def _by_hand(staff: Staff, logs: list[Log]) -> int:
    waiting = [log for log in logs if log.needs_staff]
    for log in waiting:
        staff.pass_by_hand(log.attempt_id, "rehearsal: identity card compared")
    return len(waiting)


def _delivered(place: Place, logs: list[Log]) -> dict[str, Json]:
    ours = {log.attempt_id for log in logs}

    def poll() -> dict[str, Json] | None:
        held = {entry["attempt_id"]: entry for entry in pull_attempts(place.hq_url, place.token)}
        return held if ours <= held.keys() else None

    try:
        return wait_for("every result at headquarters", poll)
    except RehearsalFailed:
        # Not an error here: the figures count the results that are missing.
        return {e["attempt_id"]: e for e in pull_attempts(place.hq_url, place.token)}


def _figures(
    logs: list[Log],
    held: dict[str, Json],
    spent: tuple[float, float],
    counted: tuple[int, int],
    room: Json,
) -> Figures:
    saves = [ms for log in logs for ms in log.save_ms]
    pairs = [(log, held.get(log.attempt_id)) for log in logs]
    by_hand, impostors = counted
    return Figures(
        candidates=len(logs),
        lost_answers=sum(lost_answers(log, entry) for log, entry in pairs),
        saves=len(saves),
        saves_per_s=round(len(saves) / spent[0], 1),
        save_p50_ms=round(percentile(saves, 0.50), 2),
        save_p99_ms=round(percentile(saves, 0.99), 2),
        frames_sent=sum(log.frames for log in logs),
        frames_analysed_per_s=round(room["frames_per_s"], 2),
        overloaded_s=round(overloaded_seconds(room["disturbances"], room["server_time"]), 1),
        bundles_delivered=sum(entry is not None for _, entry in pairs),
        receipts_matched=sum(receipt_matches(log, entry) for log, entry in pairs),
        impostors_tried=impostors,
        impostors_passed=sum(log.impostor_passed for log in logs),
        passed_by_hand=by_hand,
        check_in_p50_s=round(percentile([log.check_in_s for log in logs], 0.5), 2),
        answering_s=round(spent[0], 1),
        total_s=round(spent[1], 1),
    )
