"""The signed heads of attempts' answer chains (see :mod:`sync.wire.delivery.answer_log`)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlite_utils import Database

from kiosk.store.rows import change_one, value
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import MOST_SEALS, AnswerSeal, LoggedRevision
from sync.wire.sealing.keys import KeyPair


@dataclass(frozen=True)
class Seals:
    """An attempt's seals, oldest first, without gaps.

    ``intact``: whether the newest continues what this centre had signed before.
    """

    seals: tuple[AnswerSeal, ...]
    intact: bool = True

    @property
    def newest(self) -> AnswerSeal:
        """The seal of the newest revision."""
        return self.seals[-1]

    def to_text(self) -> str:
        """Encode for the database."""
        return json.dumps([seal.model_dump() for seal in self.seals])


def of(db: Database, attempt_id: str) -> tuple[AnswerSeal, ...]:
    """Return the attempt's seals; none when there are none or they are unreadable."""
    text = value(db, "SELECT answer_seals FROM attempts WHERE id = ?", [attempt_id])
    try:
        return tuple(AnswerSeal.model_validate(seal) for seal in json.loads(text or "[]"))
    except (ValueError, TypeError, ValidationError):
        return ()


def begin(db: Database, attempt_id: str, keys: KeyPair) -> None:
    """Sign an empty chain, so that the removal of all answers is detectable."""
    seal = answer_log.sign(attempt_id, 1, 0, answer_log.start(attempt_id), keys)
    change_one(
        db,
        "UPDATE attempts SET answer_seals = ? WHERE id = ? AND acked_through = 0",
        [Seals((seal,)).to_text(), attempt_id],
    )


def extend(
    db: Database,
    attempt_id: str,
    acked_through: int,
    revisions: Sequence[LoggedRevision],
    keys: KeyPair,
) -> Seals:
    """Link new revisions to the chain and sign its head.

    This centre never signs afterwards what it did not sign before: a chain that was altered or
    is missing starts again after ``acked_through``, and its last seal stays beside the new one.
    """
    seals = of(db, attempt_id)
    newest = seals[-1] if seals else None
    goes_on = newest is not None and _believed(newest, attempt_id, acked_through, keys)
    if newest is not None and goes_on:
        first, head = newest.first, newest.head
    else:
        first, head = acked_through + 1, answer_log.start(attempt_id)
    for revision in revisions:
        head = answer_log.link(head, revision)
    seal = answer_log.sign(attempt_id, first, revisions[-1].seq, head, keys)
    # A seal under new keys is added, not replaced: headquarters still checks the old one.
    same_keys = goes_on and newest is not None and newest.key_id == keys.public.key_id
    kept = seals[:-1] if same_keys else seals
    return Seals((*kept[: MOST_SEALS - 1], seal), intact=goes_on)


def _believed(seal: AnswerSeal, attempt_id: str, acked_through: int, keys: KeyPair) -> bool:
    """Return whether a chain may continue. Seals of former keys are for headquarters to check."""
    if seal.seq != acked_through:
        return False
    foreign = seal.key_id != keys.public.key_id
    return foreign or answer_log.signed_by(seal, attempt_id, keys.public)
