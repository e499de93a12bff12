"""What only a person can see at check-in: hats, dark glasses, headphones, a phone (R16).

Five landmarks of a face cannot prove any of these, so staff look and mark what has to come off.
Pure rules: a finding delays a candidate until staff clear it; it never ends or refuses an attempt.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Literal

StaffInspection = Literal["ask", "require", "off"]
"""Whether staff look at everybody whom the machine passed: asked to, a condition, or not asked."""


class Finding(StrEnum):
    """What staff can mark, in the order of the keys 1 to 6."""

    HAT = "hat"
    SUNGLASSES = "sunglasses"
    HEADPHONES = "headphones"
    MASK = "mask"
    HAIR = "hair"
    PHONE = "phone"


class Clearing(StrEnum):
    """Why a finding no longer delays a candidate.

    ``taken_off``: the candidate removed it. ``allowed``: worn for religious or medical reasons.
    ``decided``: staff admitted the candidate by hand, with a reason, while it was open.
    """

    TAKEN_OFF = "taken_off"
    ALLOWED = "allowed"
    DECIDED = "decided"


def may_go_on(rule: StaffInspection, inspected: bool, open_findings: Collection[Finding]) -> bool:
    """Return whether a candidate whose identity is settled may become ready."""
    return not open_findings and (inspected or rule != "require")
