"""The effect of a ruling: whose points rise or fall, and who passes or no longer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sync.hq.results.recompute import ResultChange


@dataclass(frozen=True)
class Effect:
    """Counts over all ``attempts`` that have the item, and the changes of their results."""

    attempts: int
    raised: int
    lowered: int
    now_passed: int
    no_longer_passed: int
    changes: Sequence[ResultChange]

    def to_json(self, most: int) -> dict[str, Any]:
        """Return counts and at most ``most`` changes; those about passing come first."""
        ordered = sorted(self.changes, key=lambda change: (not about_passing(change), change.key))
        return {
            "attempts": self.attempts,
            "changed": len(self.changes),
            "raised": self.raised,
            "lowered": self.lowered,
            "now_passed": self.now_passed,
            "no_longer_passed": self.no_longer_passed,
            "changes": [_plain(change) for change in ordered[:most]],
        }


def effect_of(attempts: int, changes: Sequence[ResultChange]) -> Effect:
    """Count what changes."""
    gains = [points_of(change) for change in changes]
    passed = [(change.before.passed if change.before else None) for change in changes]
    after = [change.after.passed for change in changes]
    pairs = list(zip(passed, after, strict=True))
    return Effect(
        attempts=attempts,
        raised=sum(gain > 0 for gain in gains),
        lowered=sum(gain < 0 for gain in gains),
        now_passed=sum(new is True and old is not True for old, new in pairs),
        no_longer_passed=sum(old is True and new is not True for old, new in pairs),
        changes=changes,
    )


def points_of(change: ResultChange) -> Decimal:
    """Return by how many points the sum of all items changes."""
    before = sum(change.before.points.values(), Decimal(0)) if change.before else Decimal(0)
    return sum(change.after.points.values(), Decimal(0)) - before


def about_passing(change: ResultChange) -> bool:
    """Return whether somebody passes, or no longer does."""
    before = change.before.passed if change.before else None
    return before is not change.after.passed


def _plain(change: ResultChange) -> dict[str, Any]:
    before = change.before
    return {
        "centre_code": change.key.centre_code,
        "attempt_id": change.key.attempt_id,
        "admission_no": change.admission_no,
        "points": format(points_of(change), "f"),
        "total_before": _text(before.total if before else None),
        "total_after": _text(change.after.total),
        "passed_before": before.passed if before else None,
        "passed_after": change.after.passed,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
