"""What a case of misconduct can lead to, from light to heavy."""

from dataclasses import dataclass
from enum import StrEnum

from sync.hq.review.errors import SanctionUnusable

MOST_MONTHS = 600


class CaseOutcome(StrEnum):
    """From light to heavy. ``part_void``: named parts or subjects give no points."""

    NO_BREACH = "no_breach"
    WARNING = "warning"
    PART_VOID = "part_void"
    RESULT_VOID = "result_void"
    BAN = "ban"


WEIGHT = {outcome: weight for weight, outcome in enumerate(CaseOutcome)}
VOIDING = frozenset({CaseOutcome.PART_VOID, CaseOutcome.RESULT_VOID, CaseOutcome.BAN})


class AppealOutcome(StrEnum):
    """``restored``: the result and everything that followed from it is as before."""

    UPHELD = "upheld"
    CHANGED = "changed"
    RESTORED = "restored"


@dataclass(frozen=True)
class Sanction:
    """What a case leads to. ``months``: of a ban; ``everywhere``: for all programmes."""

    outcome: CaseOutcome
    reason: str = ""
    parts: tuple[str, ...] = ()
    months: int | None = None
    everywhere: bool = False

    def require_usable(self) -> None:
        """Raise SanctionUnusable unless parts and months fit the outcome."""
        parts = bool(self.parts) == (self.outcome is CaseOutcome.PART_VOID)
        ban = self.outcome is CaseOutcome.BAN
        months = (self.months is not None) == ban and (ban or not self.everywhere)
        fits = self.months is None or 1 <= self.months <= MOST_MONTHS
        if not parts or not months or not fits:
            raise SanctionUnusable(most=MOST_MONTHS)

    def no_heavier_than(self, other: "Sanction") -> bool:
        """Return whether this asks no more of the candidate than the other."""
        mine, theirs = WEIGHT[self.outcome], WEIGHT[other.outcome]
        if mine != theirs:
            return mine < theirs
        wider = self.everywhere and not other.everywhere
        return (
            set(self.parts) <= set(other.parts)
            and (self.months or 0) <= (other.months or 0)
            and not wider
        )


NOTHING = Sanction(CaseOutcome.NO_BREACH)
