"""Figures of a rehearsal, and the proof that no answer was lost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kiosk.rehearsal.candidate import Log
from sync.wire.delivery.bundle import answers_digest


@dataclass(frozen=True)
class GroupFigures:
    """A paper in a room. ``lost_answers``: acknowledged, and not found at headquarters.

    ``scored``: results that headquarters scored by the items that the candidates saw.
    ``time_up``: when the time of the last one is up; ``first_end`` and ``last_end``: of the
    results. Times are in UTC.
    """

    room: str
    paper: str
    minutes: int
    candidates: int
    answers: int
    lost_answers: int
    scored: int
    time_up: str | None
    first_end: str | None
    last_end: str | None

    @property
    def ok(self) -> bool:
        """Return whether no answer was lost and everybody was scored."""
        return self.lost_answers == 0 and self.scored == self.candidates


@dataclass(frozen=True)
class Figures:
    """The measurements of a rehearsal. A save is timed from request to acknowledgement.

    ``answering_s``: until the last answer was saved.
    ``overloaded_s``: seconds in which camera frames were missing or late for the whole room.
    ``paused_s``: seconds for which everybody was paused; ``postponed_s``: the least by which this
    postponed somebody's end. ``groups``: each paper in each room.
    """

    candidates: int
    lost_answers: int
    saves: int
    saves_per_s: float
    save_p50_ms: float
    save_p99_ms: float
    frames_sent: int
    frames_analysed_per_s: float
    bundles_delivered: int
    receipts_matched: int
    impostors_tried: int
    impostors_passed: int
    passed_by_hand: int
    check_in_p50_s: float
    answering_s: float
    total_s: float
    overloaded_s: float = 0.0
    paused_s: float = 0.0
    postponed_s: float = 0.0
    groups: tuple[GroupFigures, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether nothing went wrong.

        No answer was lost, no impostor passed, all receipts match, every result was scored by
        its own paper, and paused time was given back.
        """
        complete = self.bundles_delivered == self.receipts_matched == self.candidates
        honest = self.lost_answers == 0 and self.impostors_passed == 0
        grouped = all(group.ok for group in self.groups) and self.postponed_s >= self.paused_s
        return complete and honest and grouped

    def to_json(self) -> dict[str, Any]:
        """Return all figures with the verdict."""
        return {**asdict(self), "ok": self.ok}


def overloaded_seconds(disturbances: Sequence[Mapping[str, Any]], now: str) -> float:
    """Return the total seconds of a room's disturbances.

    One that has not ended counts up to ``now``; overlapping ones count once.
    """
    spans = sorted(
        (
            datetime.fromisoformat(span["started_at"]),
            datetime.fromisoformat(span["ended_at"] or now),
        )
        for span in disturbances
    )
    total, covered = 0.0, None
    for began, ended in spans:
        start = began if covered is None else max(began, covered)
        total += max(0.0, (ended - start).total_seconds())
        covered = ended if covered is None else max(covered, ended)
    return total


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` of all values do not exceed; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def lost_answers(log: Log, held: Mapping[str, Any] | None) -> int:
    """Return how many acknowledged answers are missing or different at headquarters.

    ``held``: the attempt at headquarters, or None.
    """
    answers = {} if held is None else held["answers"]
    return sum(answers.get(item) != value for item, value in log.acked.items())


def receipt_matches(log: Log, held: Mapping[str, Any] | None) -> bool:
    """Return whether the candidate's receipt matches the answers at headquarters."""
    return held is not None and log.receipt.get("digest") == answers_digest(held["answers"])
