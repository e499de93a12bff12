"""A result that headquarters may have already is sent again when something about it changes."""

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.store.exam import attempts


def tell_again(db: Database, attempt_id: str) -> None:
    """Request a further bundle for an ended attempt, whose first may be sealed already."""
    attempt = attempts.get(db, attempt_id)
    if attempt is not None and attempt.state in (AttemptState.ENDED, AttemptState.VOIDED):
        attempts.want_bundle(db, attempt_id)
