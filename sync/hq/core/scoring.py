"""Scoring of an attempt with the mark schemes of the paper that headquarters drew (R11).

The score follows from what is stored and never changes: the bundle, the paper and its schemes,
the programme's version, and what was added since, which is final marks, rulings on items and
decisions. Scoring again, at any time, gives the same sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.items.item import AnswerValue, validate_answer
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.parts_added import PartScore, add_up, part_scores
from kiosk.exam.papers.rulings import ItemRuling
from kiosk.exam.papers.scoring import ScoreSheet, score_attempt
from kiosk.exam.typed_numbers import plain_number
from sync.hq.core.counted import AttemptKey, Counted
from sync.hq.core.drawn_papers import Drawn, drawn_paper
from sync.hq.core.earlier_attempts import earlier_attempts
from sync.hq.core.rulings import Ruling, applied_rulings
from sync.hq.core.sheets import (
    ABSENT,
    COMPLETE,
    NOT_ADMITTED,
    NOT_BEGUN,
    NOT_ON_ROSTER,
    PARTIAL,
    STOPPED,
    UNMATCHED,
    VOID,
    WAITING,
    WITHDRAWN,
    Sheet,
    Taken,
)
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import final_marks, result_decisions
from sync.wire.delivery.answer_log import value_digest

_STATUS = {
    EndReason.ABSENT: ABSENT,
    EndReason.NOT_ADMITTED: NOT_ADMITTED,
    EndReason.WITHDRAWN: WITHDRAWN,
    EndReason.NOT_BEGUN: NOT_BEGUN,
    EndReason.STOPPED: STOPPED,
}
"""Status of attempts that were not completed, by the reason they ended."""

_NOT_PASSED = frozenset({VOID, ABSENT, NOT_ADMITTED, WITHDRAWN})
_OPEN = frozenset({STOPPED, NOT_BEGUN, NOT_ON_ROSTER})
"""The candidate was present and has not failed; people decide what follows."""

_CAN_ADD = frozenset({COMPLETE, WAITING})
"""Status of attempts whose parts count together with those of others."""

VOIDED, RESTORED = "voided", "restored"
"""Kinds of decisions on a result."""


@dataclass(frozen=True)
class _Own:
    """What one attempt scored. ``void``: the parts and subjects that give no points."""

    scored: ScoreSheet
    status: str
    remark: str
    void: tuple[str, ...]


class Scorer:
    """Scores attempts in one transaction; papers are loaded once.

    ``further``: rulings that are not applied yet, to see their effect.
    """

    def __init__(self, connection: Connection, further: Sequence[Ruling] = ()) -> None:
        self._connection = connection
        self._further = further
        self._drawn: dict[tuple[str, int, str, str, str], Drawn | None] = {}
        self._rulings: dict[tuple[str, str], Sequence[Ruling]] = {}

    def drawn(self, counted: Counted) -> Drawn | None:
        """Return the paper that was sat, or None if no package of the centre has it."""
        place = (counted.package_id, counted.package_version, counted.paper)
        key = (*place, counted.key.centre_code, counted.sitting_id)
        if key not in self._drawn:
            self._drawn[key] = drawn_paper(self._connection, counted)
        return self._drawn[key]

    def sheet(self, counted: Counted) -> Sheet:
        """Return the score of an attempt; written answers without a mark are pending."""
        drawn = self.drawn(counted)
        if drawn is None:
            return Sheet(UNMATCHED, f"package {counted.package_id} is not this centre's")
        if not self._seated(counted):
            return Sheet(UNMATCHED, f"admission number {counted.admission_no} has no seat here")
        own = self._own(counted, drawn)
        status = own.status
        sheet = replace(_sheet(own.scored, status), remark=own.remark)
        if status in _CAN_ADD and drawn.is_partial:
            return self._added(sheet, counted, drawn, own)
        return sheet

    def _own(self, counted: Counted, drawn: Drawn) -> _Own:
        """Score what was sat in this attempt."""
        values, misfits = _values(drawn.paper, counted)
        marks = _marks(self._connection, counted.key, values)
        rulings = self._rulings_of(drawn, counted.sitting_id)
        decision = decision_on(self._connection, counted.key)
        scored = score_attempt(
            drawn.paper,
            drawn.schemes,
            values,
            drawn.programme,
            marks,
            rulings,
            decision.parts if decision else (),
        )
        remarks = [counted.admitted] if counted.admitted else []
        if misfits:
            remarks.append(f"answers that fit no item: {', '.join(misfits)}")
        remark = "; ".join(text[: 200 // len(remarks) - 2] for text in remarks)
        status = _status(counted, decision, pending=bool(scored.pending))
        return _Own(scored, status, remark, decision.parts if decision else ())

    def _added(self, sheet: Sheet, counted: Counted, drawn: Drawn, own: _Own) -> Sheet:
        """Add the parts of the candidate's earlier attempts to those of this one."""
        sat_at, earlier = earlier_attempts(self._connection, counted)
        mine = _parts(counted, drawn, own, sat_at)
        further: list[PartScore] = []
        for attempt, at in earlier:
            paper = self.drawn(attempt)
            if paper is not None and paper.examined == drawn.examined and self._seated(attempt):
                scored = self._own(attempt, paper)
                if scored.status in _CAN_ADD:
                    further += _parts(attempt, paper, scored, at).values()
        added = add_up(mine, further, drawn.programme, drawn.examination, sat_at)
        return replace(
            sheet,
            status=WAITING if added.pending else PARTIAL if added.missing else COMPLETE,
            exact_total=added.exact_total,
            total=added.total,
            passed=added.passed,
            parts={part: score.points for part, score in added.parts.items()},
            taken={
                part: _taken(score)
                for part, score in added.parts.items()
                if score not in mine.values()
            },
        )

    def _seated(self, counted: Counted) -> bool:
        # Candidates admitted by hand have no seat at headquarters.
        return bool(counted.admitted) or _has_seat(self._connection, counted)

    def _rulings_of(self, drawn: Drawn, sitting_id: str) -> Mapping[str, Sequence[ItemRuling]]:
        programme = drawn.programme.id
        known = (programme, sitting_id)
        if known not in self._rulings:
            applied = applied_rulings(self._connection, programme, sitting_id)
            further = [ruling for ruling in self._further if ruling.concerns(*known)]
            self._rulings[known] = [*applied, *further]
        return effective_rulings(self._rulings[known], drawn.versions)


@dataclass(frozen=True)
class OnResult:
    """The newest decision on a result. ``parts``: those that give no points, if not all is void."""

    kind: str
    parts: tuple[str, ...] = ()

    @property
    def voids_all(self) -> bool:
        return self.kind == VOIDED and not self.parts


def decision_on(connection: Connection, key: AttemptKey) -> OnResult | None:
    """Return the newest decision on an attempt's result, or None."""
    table = result_decisions
    query = (
        select(table.c.kind, table.c.parts)
        .where(table.c.centre_code == key.centre_code, table.c.attempt_id == key.attempt_id)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else OnResult(row.kind, tuple(row.parts))


def _status(counted: Counted, decision: OnResult | None, *, pending: bool) -> str:
    if counted.voided if decision is None else decision.voids_all:
        return VOID
    if counted.admitted and not counted.accepted:
        return NOT_ON_ROSTER
    return _STATUS.get(counted.end_reason) or (WAITING if pending else COMPLETE)


def effective_rulings(
    rulings: Iterable[Ruling], versions: Mapping[str, int]
) -> Mapping[str, Sequence[ItemRuling]]:
    """Return the rulings that hold for a paper's items of these versions, by item id."""
    given = list(rulings)
    revoked = {ruling.revokes for ruling in given if ruling.revokes}
    found: dict[str, list[ItemRuling]] = {}
    for ruling in given:
        version = versions.get(ruling.item_id)
        fits = ruling.item_version is None or ruling.item_version == version
        if version is not None and fits and not ruling.revokes and ruling.id not in revoked:
            found.setdefault(ruling.item_id, []).append(ItemRuling(ruling.kind, ruling.key))
    return found


def _sheet(scored: ScoreSheet, status: str) -> Sheet:
    return Sheet(
        status=status,
        objective=scored.objective,
        exact_total=scored.exact_total,
        total=scored.total,
        passed=_passed(scored.passed, status),
        pending=scored.pending,
        points=scored.points,
        parts=scored.parts,
        subjects=scored.subjects,
    )


def _parts(counted: Counted, drawn: Drawn, own: _Own, sat_at: datetime) -> Mapping[str, PartScore]:
    scores = part_scores(drawn.paper, own.scored, drawn.programme, sat_at, counted.key)
    return {part: score for part, score in scores.items() if part not in own.void}


def _taken(score: PartScore) -> Taken:
    return Taken(*score.attempt, score.sat_at)


def _passed(passed: bool | None, status: str) -> bool | None:
    if status in _OPEN:
        return None
    return False if status in _NOT_PASSED else passed


def _values(paper: Paper, counted: Counted) -> tuple[dict[str, AnswerValue], list[str]]:
    values: dict[str, AnswerValue] = {}
    misfits: list[str] = []
    for item_id, value in counted.values.items():
        item = paper.item(item_id)
        try:
            if item is None:
                raise InvalidAnswer(item_id)
            values[item_id] = validate_answer(item, value)
        except InvalidAnswer:
            misfits.append(item_id)
    return values, misfits


def _marks(
    connection: Connection, key: AttemptKey, values: Mapping[str, AnswerValue]
) -> dict[str, Decimal]:
    """Return the newest final mark of each answer that is still the one that was marked."""
    table = final_marks
    query = (
        select(table.c.item_id, table.c.points, table.c.answer_digest)
        .where(table.c.centre_code == key.centre_code, table.c.attempt_id == key.attempt_id)
        .order_by(table.c.number)
    )
    newest = {row.item_id: row for row in connection.execute(query)}
    return {
        item_id: row.points
        for item_id, row in newest.items()
        if value_digest(values.get(item_id)) == row.answer_digest
    }


def _has_seat(connection: Connection, counted: Counted) -> bool:
    """Return whether the candidate has a seat with this admission number.

    Numbers are compared in plain form: a package keeps the spelling it was built with, and a
    later import may have corrected it here.
    """
    seats = tables.seats
    query = select(seats.c.admission_no).where(
        seats.c.sitting_id == counted.sitting_id,
        seats.c.candidate_id == counted.candidate_id,
        seats.c.centre_code == counted.key.centre_code,
    )
    found = connection.execute(query).scalar_one_or_none()
    return found is not None and plain_number(found) == plain_number(counted.admission_no)
