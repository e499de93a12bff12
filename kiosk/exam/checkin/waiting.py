"""Who waits for staff at check-in, for what, and since when. Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WaitReason(StrEnum):
    """What a candidate who is signed in waits for, in the order in which it is named.

    ``call``: nobody has answered the candidate's call. ``identity``: the machine left the decision
    about face or card to staff. ``by_hand``: no face check is possible. ``findings``: staff asked
    to take something off. ``devices``: a device failed. ``inspection``: staff have not looked yet.
    """

    CALL = "call"
    IDENTITY = "identity"
    BY_HAND = "by_hand"
    FINDINGS = "findings"
    DEVICES = "devices"
    INSPECTION = "inspection"


@dataclass(frozen=True)
class Wait:
    """What a candidate waits for, and since when; ``since`` is None for nobody who waits."""

    reasons: tuple[WaitReason, ...] = ()
    since: datetime | None = None


NO_WAIT = Wait()


def wait_of(open_since: Mapping[WaitReason, datetime | None]) -> Wait:
    """Return the wait that began with the oldest of the open reasons.

    ``open_since``: when each open reason began; None where that is not known, which makes nobody
    wait longer.
    """
    known = [at for at in open_since.values() if at is not None]
    if not known:
        return NO_WAIT
    return Wait(tuple(reason for reason in WaitReason if reason in open_since), min(known))
