"""What is stored of sittings that are over, until when, and what delays its deletion.

A period is over only when both the centre's clock and the last time that headquarters signed say
so: a clock that is set forward deletes nothing. What headquarters has not confirmed stays.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.retention import CLASSES, DataClass, Keeping, shortest
from kiosk.exam.states import DeletionState
from kiosk.store.centre import retention
from kiosk.store.centre.retention import Deletion, Over
from sync.wire import canonical

RulesOf = Callable[[str], Keeping | None]
"""Maps a sitting's id to its programme's retention rules; None if the package is unreadable."""

NO_PACKAGE, PERIOD, PAPER_OPEN = "package", "period", "paper_open"


@dataclass(frozen=True)
class Kept:
    """One class of data of one sitting. ``until``: end of its period, None if unknown.

    ``state``: kept, due, unfinished or deleted. ``waits_for``: what delays its deletion, or None.
    ``by``: who deleted it. ``receipt``: SHA-256 of the signed receipt, as in the event log.
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
    """Return every class of every sitting that is over. ``known_time``: see :func:`known_time`."""
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
    """Return what delays the deletion of a class whose period is over; "" for nothing."""
    paper_open = PAPER_OPEN if retention.sitting_runs(db) else ""
    return unsettled_in(db, sitting_id, data, rules) or paper_open


def unsettled_in(db: Database, sitting_id: str, data: DataClass, rules: Keeping) -> str | None:
    """Return what headquarters has yet to confirm before a class may be deleted, or None."""
    sent = rules.pictures_to_headquarters
    return retention.unsettled(db, sitting_id, data, pictures_sent=sent)


def keeping(programmes: Sequence[Programme]) -> Keeping:
    """Return the rules to store of a sitting's programmes, which must outlive its package.

    The data of a sitting are deleted together, so the shortest period of each class holds: no
    candidate's data are stored for longer than the own programme's notice says. Where only some
    programmes send pictures, those wait that are in the outbox: a result and its pictures enter
    it together, and no picture is deleted before all results are confirmed.
    """
    sent = all(programme.privacy.pictures_to_headquarters for programme in programmes)
    days = shortest([programme.retention for programme in programmes])
    return Keeping(days=days, pictures_to_headquarters=sent)


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
    """Return the time that decides about deletion: the earlier of ours and headquarters' last one.

    ``confirmed``: staff vouch for our clock, for a centre without a connection. None if only our
    clock says what day it is.
    """
    said = local if confirmed else retention.hq_time(db)
    return None if said is None else min(local, said)
