"""How far it is settled who a candidate is (R14, R15)."""

from enum import StrEnum


class CheckIn(StrEnum):
    """Where the check of an attempt's face or identity card stands.

    ``staff``: a person must decide; ``failed`` and ``card``: another try is allowed.
    """

    NONE = "none"
    PASSED = "passed"
    FAILED = "failed"
    CARD = "card"
    STAFF = "staff"
    BY_HAND = "by_hand"
    REFUSED = "refused"


class FaceOutcome(StrEnum):
    """What one check ended in: of a face, of an identity card, or a decision by hand."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    RETRY = "retry"
    STAFF = "staff"
    CARD_PASS = "card_pass"  # noqa: S105 - an outcome, not a password
    CARD_RETRY = "card_card"
    CARD_STAFF = "card_staff"
    BY_HAND = "by_hand"
    REFUSED = "refused"


class NextStep(StrEnum):
    """What the candidate's page shows after a check.

    ``inspect``: the machine has passed the candidate, and staff have something to see to first.
    """

    PASS = "pass"  # noqa: S105 - a step, not a password
    CARD = "card"
    INSPECT = "inspect"
    RETRY = "retry"
    STAFF = "staff"


SETTLED = frozenset({CheckIn.PASSED, CheckIn.BY_HAND, CheckIn.REFUSED})
"""States after which no face is compared any more."""
