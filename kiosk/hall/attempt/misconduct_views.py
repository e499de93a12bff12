"""Records of misconduct with the candidates whom they are about, for pages and prints."""

import json
from collections.abc import Collection

from kiosk.exam.attempt.misconduct import Stroke
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.misconduct import MisconductView
from kiosk.store.exam import attempts, misconduct
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.misconduct import MisconductRecord
from sync.wire.errors import WireError


def of_sitting(
    context: CentreContext, papers: OpenedPackages, sitting_id: str, rooms: Collection[str] = ()
) -> list[MisconductView]:
    """Return a sitting's records, the newest first; with ``rooms`` only of candidates there."""
    db, sitting = context.store.read(), papers.sitting(sitting_id)
    known = {attempt.id: attempt for attempt in attempts.of_sitting(db, sitting_id)}
    # A damaged package or a later roster must not hide what was recorded.
    readable = papers.readable(sitting)
    roster = papers.roster(sitting) if readable else {}
    found = []
    for record in misconduct.of_sitting(db, sitting_id):
        attempt = known[record.attempt_id]
        if rooms and attempt.room not in rooms:
            continue
        person, seat = roster.get(attempt.admission_no), attempt.seat
        place = papers.place(sitting, attempt.room, seat) if readable else seat
        found.append(_view(context, record, attempt, person.name if person else "", place))
    return found


def _view(
    context: CentreContext, record: MisconductRecord, attempt: Attempt, name: str, place: str
) -> MisconductView:
    said = record.said
    return MisconductView(
        id=record.id,
        attempt_id=record.attempt_id,
        admission_no=attempt.admission_no,
        name=name,
        place=place,
        number=record.number,
        kind=said.kind,
        happened_at=said.happened_at,
        facts=said.facts,
        evidence=said.evidence,
        taken=said.taken,
        digest=record.digest,
        by=record.by,
        at=record.at,
        state=record.state,
        witness=record.witness,
        statement=record.statement,
        signature=_signature(context, record),
        over_at=record.over_at,
        over_by=record.over_by,
        reason=record.reason,
        withdrawn_at=record.withdrawn_at,
        withdrawn_by=record.withdrawn_by,
        withdrawn_reason=record.withdrawn_reason,
    )


def _signature(context: CentreContext, record: MisconductRecord) -> tuple[Stroke, ...] | None:
    if record.signature is None:
        return None
    try:
        drawn = json.loads(context.sitting_keys.open(record.signature))
    except (
        FileNotFoundError,
        WireError,
    ):  # its key is deleted with the portraits, or it is damaged
        return None
    return tuple(tuple((x, y) for x, y in stroke) for stroke in drawn)
