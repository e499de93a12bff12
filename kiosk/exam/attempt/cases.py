"""What may wait for a decision of staff about an attempt."""

from typing import Literal, get_args

CaseKind = Literal[
    "held", "identity", "lost_time", "inspection", "late_answers", "held_answers", "misconduct",
]  # fmt: skip
"""``held``: paused until staff decide; ``held_answers``: a terminal has answers it cannot
send; ``misconduct``: a record that is not confirmed or not shown to the candidate."""

DELIVERIES: frozenset[CaseKind] = frozenset({"late_answers", "held_answers"})
"""Cases whose decision may change results that have been sent."""

CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
