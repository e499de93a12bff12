"""Attempts: state changes by compare-and-set."""

from collections import Counter
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState, EndReason, PauseReason, require_step
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.papers.paper import Form
from kiosk.store.rows import change_one, one
from kiosk.store.times import maybe_time, to_text

MOST_PAGE_TOKENS = 200
"""Most page tokens stored for one attempt: more than a candidate who keeps reloading needs."""


@dataclass(frozen=True)
class Attempt:
    """One candidate's attempt at one sitting.

    ``counts_from``: the start of its group, from which its time runs; None until it begins.
    """

    id: str
    sitting_id: str
    candidate_id: str
    admission_no: str
    seat: str
    extra_minutes: int
    state: AttemptState
    terminal_id: str | None
    check_in: CheckIn
    check_in_score: float | None
    tries: int
    consent_face: bool
    form: Form | None
    started_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    end_reason: EndReason | None
    leaves: int
    away_since: datetime | None
    acked_through: int
    saved_at: datetime | None
    id_card: CheckIn
    card_tries: int
    paused_at: datetime | None
    pause_reason: PauseReason | None
    lease_hash: str | None
    lease_free: bool
    admitted_late: bool
    wanted_revision: int
    inspected_at: datetime | None
    sign_in_undone: bool
    room: str
    paper: str
    counts_from: datetime | None


@dataclass(frozen=True)
class RosterEntry:
    """What the roster says about an attempt. ``room`` and ``paper`` are ids of the sitting."""

    candidate_id: str
    admission_no: str
    room: str
    seat: str
    paper: str
    extra_minutes: int


def register(db: Database, attempt_id: str, sitting_id: str, entry: RosterEntry) -> None:
    """Add a registered attempt, or update seat, paper and extra time of an existing one."""
    db.execute(
        "INSERT INTO attempts (id, sitting_id, state, candidate_id, admission_no, room, seat,"
        " paper, extra_minutes) VALUES (?, ?, 'registered', ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (sitting_id, admission_no) DO UPDATE SET room = excluded.room,"
        " seat = excluded.seat, paper = excluded.paper, extra_minutes = excluded.extra_minutes",
        [attempt_id, sitting_id, *astuple(entry)],
    )


def renumber(db: Database, attempt_id: str, candidate_id: str, admission_no: str) -> bool:
    """Move the attempt, and its portrait from the staff desk, to another admission number.

    An unused attempt under that number is deleted. Return False when it has been used.
    """
    attempt = get(db, attempt_id)
    if attempt is None:
        return False
    other = find(db, attempt.sitting_id, admission_no)
    if other is not None and not delete_unused(db, other.id):
        return False
    change_one(
        db,
        "UPDATE attempts SET candidate_id = ?, admission_no = ? WHERE id = ?",
        [candidate_id, admission_no, attempt_id],
    )
    db.execute(
        "UPDATE OR IGNORE captured_portraits SET admission_no = ?"
        " WHERE sitting_id = ? AND admission_no = ?",
        [admission_no, attempt.sitting_id, attempt.admission_no],
    )
    # Headquarters may already have this result under the old number.
    if attempt.state is AttemptState.ENDED:
        want_bundle(db, attempt_id)
    return True


def delete_unused(db: Database, attempt_id: str) -> bool:
    """Delete an attempt that nobody has used: no sign-in and no event. Return whether it was.

    A message to everybody, which a candidate who has not come could not read, goes with it.
    """
    unused = one(
        db,
        "SELECT id FROM attempts WHERE id = ? AND state = 'registered' AND terminal_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM events WHERE attempt_id = attempts.id)",
        [attempt_id],
    )
    if unused is None:
        return False
    db.execute("DELETE FROM message_receipts WHERE attempt_id = ?", [attempt_id])
    db.execute("DELETE FROM attempts WHERE id = ?", [attempt_id])
    return True


def get(db: Database, attempt_id: str) -> Attempt | None:
    row = one(db, "SELECT * FROM attempts WHERE id = ?", [attempt_id])
    return None if row is None else _attempt(row)


def find(db: Database, sitting_id: str, admission_no: str) -> Attempt | None:
    """Return the candidate's attempt at that sitting, or None."""
    row = one(
        db,
        "SELECT * FROM attempts WHERE sitting_id = ? AND admission_no = ?",
        [sitting_id, admission_no],
    )
    return None if row is None else _attempt(row)


def of_sitting(db: Database, sitting_id: str) -> list[Attempt]:
    """Return all attempts of a sitting by seat."""
    rows = db.query(
        "SELECT * FROM attempts WHERE sitting_id = ? ORDER BY room, seat, admission_no",
        [sitting_id],
    )
    return [_attempt(row) for row in rows]


def counts_by_state(db: Database) -> dict[str, Counter[AttemptState]]:
    """Return for each sitting how many attempts are in each state."""
    found: dict[str, Counter[AttemptState]] = {}
    for row in db.query("SELECT sitting_id, state, count(*) AS n FROM attempts GROUP BY 1, 2"):
        found.setdefault(row["sitting_id"], Counter())[AttemptState(row["state"])] = row["n"]
    return found


def in_progress(db: Database) -> list[Attempt]:
    """Return attempts in progress, without paused ones."""
    rows = db.query("SELECT * FROM attempts WHERE state = 'in_progress'")
    return [_attempt(row) for row in rows]


def at_desks(db: Database) -> list[Attempt]:
    """Return attempts in progress at a terminal: without those on their way to another one."""
    return [attempt for attempt in in_progress(db) if attempt.terminal_id is not None]


def at_terminal(db: Database, terminal_id: str) -> list[Attempt]:
    """Return attempts that are bound to a terminal."""
    rows = db.query("SELECT * FROM attempts WHERE terminal_id = ?", [terminal_id])
    return [_attempt(row) for row in rows]


def being_sat(db: Database) -> list[Attempt]:
    """Return attempts between start and end, including paused ones."""
    rows = db.query("SELECT * FROM attempts WHERE state IN ('in_progress', 'paused')")
    return [_attempt(row) for row in rows]


def at_terminals(db: Database) -> list[Attempt]:
    """Return attempts that are signed in at a terminal, unless they or their sitting are over."""
    rows = db.query(
        "SELECT attempts.* FROM attempts JOIN sittings ON sittings.id = sitting_id"
        " WHERE terminal_id IS NOT NULL AND attempts.state NOT IN ('ended', 'voided')"
        " AND sittings.state NOT IN ('closed', 'stopped') ORDER BY room, seat, admission_no"
    )
    return [_attempt(row) for row in rows]


def step(db: Database, attempt: Attempt, target: AttemptState, **fields: object) -> None:
    """Change the attempt's state and set ``fields``.

    Raises:
        IllegalTransition: the states allow no such transition.
        StaleState: the attempt changed since it was read.
    """
    require_step(attempt.state, target)
    names = "".join(f", {name} = ?" for name in fields)
    change_one(
        db,
        # Compare-and-set: the state must still be the one that the caller decided on.
        f"UPDATE attempts SET state = ?{names} WHERE id = ? AND state = ?",  # noqa: S608
        [target, *fields.values(), attempt.id, attempt.state],
    )


def begin(db: Database, attempt: Attempt, form: Form, at: datetime, counts_from: datetime) -> None:
    """Change the state: ready → in_progress with the candidate's own form.

    ``counts_from``: the start that its time runs from; the end follows from it.
    """
    step(
        db,
        attempt,
        AttemptState.IN_PROGRESS,
        form=form.model_dump_json(),
        started_at=to_text(at),
        ends_at=to_text(counts_from),
        counts_from=to_text(counts_from),
    )


def pause(db: Database, attempt: Attempt, reason: PauseReason, at: datetime) -> None:
    """in_progress → paused; also ended → paused, which reverses an end.

    Raises:
        IllegalTransition: the attempt is in another state.
        StaleState: the attempt changed since it was read.
    """
    step(
        db,
        attempt,
        AttemptState.PAUSED,
        paused_at=to_text(at),
        pause_reason=reason,
        ended_at=None,
        end_reason=None,
    )


def resume(db: Database, attempt: Attempt) -> None:
    """Change the state: paused → in_progress.

    Raises:
        IllegalTransition: the attempt is in another state.
        StaleState: the attempt changed since it was read.
    """
    step(db, attempt, AttemptState.IN_PROGRESS, paused_at=None, pause_reason=None)


def end(db: Database, attempt: Attempt, reason: EndReason, at: datetime) -> None:
    """Any open state → ended; request a bundle.

    Raises:
        AttemptEnded: the attempt is already over.
        StaleState: the attempt changed since it was read.
    """
    step(
        db,
        attempt,
        AttemptState.ENDED,
        ended_at=to_text(at),
        end_reason=reason,
        paused_at=None,
        pause_reason=None,
    )
    want_bundle(db, attempt.id)


def want_bundle(db: Database, attempt_id: str) -> None:
    """Request a (further) result bundle, because something that headquarters needs has changed."""
    change_one(
        db,
        # The next bundle's number must also be above that of the newest existing bundle.
        "UPDATE attempts SET wanted_revision = max(wanted_revision, bundled_revision) + 1"
        " WHERE id = ?",
        [attempt_id],
    )


def set_check_in(db: Database, attempt_id: str, check_in: CheckIn, score: float | None) -> None:
    """Record the outcome of the latest identity check."""
    change_one(
        db,
        "UPDATE attempts SET check_in = ?, check_in_score = ? WHERE id = ?",
        [check_in, score, attempt_id],
    )


def count_try(db: Database, attempt_id: str) -> None:
    """Count one more face check."""
    change_one(db, "UPDATE attempts SET tries = tries + 1 WHERE id = ?", [attempt_id])


def back_to_registered(db: Database, attempt: Attempt) -> None:
    """checked_in, ready or ended → registered, as before the sign-in.

    The course of the check-in stays in the event log and with the face checks.

    Raises:
        IllegalTransition: the attempt is in another state.
        StaleState: the attempt changed since it was read.
    """
    step(
        db,
        attempt,
        AttemptState.REGISTERED,
        terminal_id=None,
        consent_face=0,
        ended_at=None,
        end_reason=None,
        inspected_at=None,
        inspected_by=None,
    )
    clear_tries(db, attempt.id)


def set_sign_in_undone(db: Database, attempt_id: str, *, undone: bool) -> None:
    """Record whether staff undid the last sign-in."""
    change_one(db, "UPDATE attempts SET sign_in_undone = ? WHERE id = ?", [undone, attempt_id])


def clear_tries(db: Database, attempt_id: str) -> None:
    """Reset face check and identity card, with their counts."""
    change_one(
        db,
        "UPDATE attempts SET tries = 0, check_in = 'none', check_in_score = NULL, card_tries = 0,"
        " id_card = 'none'"
        " WHERE id = ?",
        [attempt_id],
    )


def set_id_card(db: Database, attempt_id: str, outcome: CheckIn) -> None:
    """Record the outcome of the latest picture with the identity card, and count it."""
    change_one(
        db,
        "UPDATE attempts SET id_card = ?, card_tries = card_tries + 1 WHERE id = ?",
        [outcome, attempt_id],
    )


def set_inspected(db: Database, attempt_id: str, at: datetime | None, by: str | None) -> None:
    """Record which member of staff has looked at the candidate; None: nobody yet."""
    change_one(
        db,
        "UPDATE attempts SET inspected_at = ?, inspected_by = ? WHERE id = ?",
        [None if at is None else to_text(at), by, attempt_id],
    )


def leave_terminal(db: Database, attempt_id: str) -> None:
    """Bind the attempt to no terminal."""
    change_one(db, "UPDATE attempts SET terminal_id = NULL WHERE id = ?", [attempt_id])


def set_terminal(db: Database, attempt_id: str, terminal_id: str) -> None:
    """Bind the attempt to a terminal."""
    change_one(db, "UPDATE attempts SET terminal_id = ? WHERE id = ?", [terminal_id, attempt_id])


def set_lease(db: Database, attempt_id: str, lease_hash: str) -> None:
    """Give the lease to a page and remember that it was one of the attempt's pages."""
    change_one(
        db,
        "UPDATE attempts SET lease_hash = ?, lease_free = 0 WHERE id = ?",
        [lease_hash, attempt_id],
    )
    db.execute(
        "INSERT INTO page_tokens (attempt_id, lease_hash) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [attempt_id, lease_hash],
    )
    db.execute(
        "DELETE FROM page_tokens WHERE attempt_id = ? AND rowid NOT IN (SELECT rowid FROM"
        " page_tokens WHERE attempt_id = ? ORDER BY rowid DESC LIMIT ?)",
        [attempt_id, attempt_id, MOST_PAGE_TOKENS],
    )


def had_page(db: Database, attempt_id: str, lease_hash: str) -> bool:
    """Return whether a page with this token (hash) has, or once had, the attempt's lease."""
    found = one(
        db,
        "SELECT 1 AS found FROM page_tokens WHERE attempt_id = ? AND lease_hash = ?",
        [attempt_id, lease_hash],
    )
    return found is not None


def free_lease(db: Database, attempt_id: str) -> None:
    """Let the next page that asks have the lease."""
    change_one(db, "UPDATE attempts SET lease_free = 1 WHERE id = ?", [attempt_id])


def set_seat(db: Database, attempt_id: str, room: str, seat: str) -> None:
    change_one(db, "UPDATE attempts SET room = ?, seat = ? WHERE id = ?", [room, seat, attempt_id])


def set_paper(db: Database, attempt_id: str, paper: str) -> None:
    change_one(db, "UPDATE attempts SET paper = ? WHERE id = ?", [paper, attempt_id])


def admit_late(db: Database, attempt_id: str) -> None:
    """Let the candidate sign in after the end of late entry."""
    change_one(db, "UPDATE attempts SET admitted_late = 1 WHERE id = ?", [attempt_id])


@lru_cache(maxsize=512)
def _form(text: str) -> Form:
    """Parse a form. Cached: a form never changes, and every request of its candidate reads it."""
    return Form.model_validate_json(text)


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        id=row["id"],
        sitting_id=row["sitting_id"],
        candidate_id=row["candidate_id"],
        admission_no=row["admission_no"],
        seat=row["seat"],
        extra_minutes=row["extra_minutes"],
        state=AttemptState(row["state"]),
        terminal_id=row["terminal_id"],
        check_in=CheckIn(row["check_in"]),
        check_in_score=row["check_in_score"],
        id_card=CheckIn(row["id_card"]),
        card_tries=row["card_tries"],
        tries=row["tries"],
        consent_face=bool(row["consent_face"]),
        form=None if row["form"] is None else _form(row["form"]),
        started_at=maybe_time(row["started_at"]),
        ends_at=maybe_time(row["ends_at"]),
        ended_at=maybe_time(row["ended_at"]),
        end_reason=None if row["end_reason"] is None else EndReason(row["end_reason"]),
        leaves=row["leaves"],
        away_since=maybe_time(row["away_since"]),
        acked_through=row["acked_through"],
        saved_at=maybe_time(row["saved_at"]),
        paused_at=maybe_time(row["paused_at"]),
        pause_reason=None if row["pause_reason"] is None else PauseReason(row["pause_reason"]),
        lease_hash=row["lease_hash"],
        lease_free=bool(row["lease_free"]),
        admitted_late=bool(row["admitted_late"]),
        wanted_revision=row["wanted_revision"],
        inspected_at=maybe_time(row["inspected_at"]),
        sign_in_undone=bool(row["sign_in_undone"]),
        room=row["room"],
        paper=row["paper"],
        counts_from=maybe_time(row["counts_from"]),
    )
