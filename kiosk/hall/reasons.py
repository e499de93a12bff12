"""Every act of staff that bears on a candidate carries its reason (R23)."""

from kiosk.hall.errors import ReasonMissing

MAX_REASON = 500


def reasoned(reason: str) -> str:
    """The reason without space around it, at most 500 characters; raise ReasonMissing."""
    kept = reason.strip()[:MAX_REASON]
    if not kept:
        raise ReasonMissing()
    return kept
