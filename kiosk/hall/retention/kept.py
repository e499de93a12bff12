"""What is kept of sittings that are over, until when, and what it waits for.

A period is over only when the centre's clock and headquarters' last signed word both say so: a
clock that somebody sets forward deletes nothing. What headquarters has not confirmed stays.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.retention import CLASSES, DataClass, Keeping
from kiosk.exam.states import DeletionState
from kiosk.store.centre import retention
from kiosk.store.centre.retention import Deletion, Over
from sync.wire import canonical

RulesOf = Callable[[str], Keeping | None]
"""From a sitting's id to the periods of its programme; None when its package cannot be read."""

NO_PACKAGE, PERIOD, PAPER_OPEN = "package", "period", "paper_open"


@dataclass(frozen=True)
class Kept:
    """One class of one sitting. ``until``: the end of its period; None when that is not known.

    ``waits_for``: what keeps it, or None. ``by``: who
    deleted it. ``receipt``: SHA-256 of the signed receipt, as the event log names it.
    """

    sitting_id: str
    title: str
    data: DataClass
    until: datetime | None
    state: DeletionState
    waits_for: str | None
    deleted_at: datetime | None
    rules: Keeping | None
    ended_at: datetime
    by: str | None = None
    receipt: str | None = None


def survey(db: Database, rules_of: RulesOf, known_time: datetime | None) -> Iterator[Kept]:
    """Every class of every sitting that is over. ``known_time``: see :func:`known_time`."""
    done = {(one.sitting_id, one.what): one for one in retention.deletions(db)}
    for sitting in retention.over(db):
        rules = _rules(sitting, rules_of)
        for data in CLASSES:
            deletion = done.get((sitting.id, data))
            if deletion is None:
                yield _kept(db, sitting, data, rules, known_time)
            else:
                yield _deleted(sitting, data, rules, deletion)


def _rules(sitting: Over, rules_of: RulesOf) -> Keeping | None:
    if sitting.rules is not None:
        return Keeping.model_validate_json(sitting.rules)
    return rules_of(sitting.id)


def _kept(
    db: Database,
    sitting: Over,
    data: DataClass,
    rules: Keeping | None,
    known: datetime | None,
) -> Kept:
    until = None if rules is None else rules.days.until(data, sitting.ended_at)
    waits_for = NO_PACKAGE
    if rules is not None and until is not None:
        over = known is not None and known >= until
        waits_for = _obstacle(db, sitting.id, data, rules) if over else PERIOD
    return Kept(
        sitting.id,
        sitting.title,
        data,
        until,
        state=DeletionState.KEPT if waits_for else DeletionState.DUE,
        waits_for=waits_for or None,
        deleted_at=None,
        rules=rules,
        ended_at=sitting.ended_at,
    )


def _obstacle(db: Database, sitting_id: str, data: DataClass, rules: Keeping) -> str:
    """What keeps a class whose period is over; "" for nothing."""
    paper_open = PAPER_OPEN if retention.sitting_runs(db) else ""
    return unsettled_in(db, sitting_id, data, rules) or paper_open


def unsettled_in(db: Database, sitting_id: str, data: DataClass, rules: Keeping) -> str | None:
    """What keeps a class from being deleted, by its sitting's rules; None for nothing."""
    sent = rules.pictures_to_headquarters
    return retention.unsettled(db, sitting_id, data, pictures_sent=sent)


def keeping(programme: Programme) -> Keeping:
    """What has to be known of a programme when the package is gone."""
    sent = programme.privacy.pictures_to_headquarters
    return Keeping(days=programme.retention, pictures_to_headquarters=sent)


def _deleted(sitting: Over, data: DataClass, rules: Keeping | None, deletion: Deletion) -> Kept:
    until = None if rules is None else rules.days.until(data, sitting.ended_at)
    text = deletion.receipt
    return Kept(
        sitting.id,
        sitting.title,
        data,
        until,
        state=DeletionState.UNFINISHED if text is None else DeletionState.DELETED,
        waits_for=None,
        deleted_at=deletion.begun_at,
        rules=rules,
        ended_at=sitting.ended_at,
        by=deletion.by,
        receipt=None if text is None else canonical.digest(text.encode()),
    )


def known_time(db: Database, local: datetime, confirmed: bool = False) -> datetime | None:
    """The time by which periods end: the earlier of ours and headquarters' last word.

    ``confirmed``: a person vouches that our clock is right, for a centre without a link. None
    when nobody but our clock says what day it is.
    """
    said = local if confirmed else retention.hq_time(db)
    return None if said is None else min(local, said)
