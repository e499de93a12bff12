"""The reason that every act of staff concerning a candidate must have (R23)."""

from kiosk.hall.errors import ReasonMissing

MAX_REASON = 500


def reasoned(reason: str) -> str:
    """Return the reason, stripped and cut to ``MAX_REASON`` characters.

    Raises:
        ReasonMissing: nothing is left of it.
    """
    kept = reason.strip()[:MAX_REASON]
    if not kept:
        raise ReasonMissing()
    return kept
