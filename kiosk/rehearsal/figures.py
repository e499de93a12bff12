"""Figures of a rehearsal, and the proof that nothing was lost."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.rehearsal.candidate import Log
from sync.wire.bundle import answers_digest


@dataclass(frozen=True)
class Figures:
    """What a rehearsal measured. Times of a save are from request to acknowledgement."""

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

    @property
    def ok(self) -> bool:
        """Whether the rehearsal found nothing wrong."""
        complete = self.bundles_delivered == self.receipts_matched == self.candidates
        return self.lost_answers == 0 and self.impostors_passed == 0 and complete

    def to_json(self) -> dict[str, Any]:
        """All figures and the verdict."""
        return {**asdict(self), "ok": self.ok}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of all do not exceed; 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def lost_answers(log: Log, held: Mapping[str, Any] | None) -> int:
    """How many acknowledged answers HQ lacks or holds otherwise; ``held``: its attempt, or None."""
    answers = {} if held is None else held["answers"]
    return sum(answers.get(item) != value for item, value in log.acked.items())


def receipt_matches(log: Log, held: Mapping[str, Any] | None) -> bool:
    """Whether the candidate's receipt fits the answers that HQ holds."""
    return held is not None and log.receipt.get("digest") == answers_digest(held["answers"])
