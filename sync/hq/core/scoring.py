"""Scoring of an attempt with the mark schemes of the paper that headquarters drew (R11).

The score follows from what is stored and never changes: the bundle, the paper and its schemes,
the programme's version, and what was added since, which is final marks, rulings on items and
decisions. Scoring again, at any time, gives the same sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.items.item import AnswerValue, MarkScheme, validate_answer
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.rulings import ItemRuling
from kiosk.exam.papers.scoring import ScoreSheet, score_attempt
from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.exam.typed_numbers import plain_number
from sync.hq.core.counted import AttemptKey, Counted
from sync.hq.core.rulings import Ruling, applied_rulings
from sync.hq.core.sheets import (
    ABSENT,
    COMPLETE,
    NOT_ADMITTED,
    NOT_BEGUN,
    NOT_ON_ROSTER,
    STOPPED,
    UNMATCHED,
    VOID,
    WAITING,
    WITHDRAWN,
    Sheet,
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

VOIDED, RESTORED = "voided", "restored"
"""Kinds of decisions on a result."""


@dataclass(frozen=True)
class Drawn:
    """A drawn paper with what scores it. ``versions``: of its items in the bank, by id."""

    paper: Paper
    schemes: Mapping[str, MarkScheme]
    versions: Mapping[str, int]
    programme: Programme
    trade: str | None
    level: str | None


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
            row = _paper_row(self._connection, counted)
            self._drawn[key] = None if row is None else _read(row)
        return self._drawn[key]

    def sheet(self, counted: Counted) -> Sheet:
        """Return the score of an attempt; written answers without a mark are pending."""
        drawn = self.drawn(counted)
        if drawn is None:
            return Sheet(UNMATCHED, f"package {counted.package_id} is not this centre's")
        # Candidates admitted by hand have no seat at headquarters.
        if not counted.admitted and not _has_seat(self._connection, counted):
            return Sheet(UNMATCHED, f"admission number {counted.admission_no} has no seat here")
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
        return replace(_sheet(scored, status), remark=remark)

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


def _paper_row(connection: Connection, counted: Counted) -> RowMapping | None:
    packages, packed, papers = tables.packages, tables.package_papers, tables.papers
    examined, programmes = tables.sitting_papers, tables.programmes
    entry = (examined.c.sitting_id == packages.c.sitting_id) & (
        examined.c.id == packed.c.sitting_paper
    )
    edition = (programmes.c.id == examined.c.programme_id) & (
        programmes.c.version == examined.c.programme_version
    )
    query = (
        select(
            papers.c.paper,
            papers.c.schemes,
            papers.c.versions,
            programmes.c.document,
            examined.c.trade,
            examined.c.level,
        )
        .join(packed, packed.c.paper_id == papers.c.id)
        .join(packages, packages.c.id == packed.c.package_id)
        .join(examined, entry)
        .join(programmes, edition)
        .where(
            packed.c.sitting_paper == counted.paper,
            packages.c.id == counted.package_id,
            packages.c.version == counted.package_version,
            # A centre can only score against a package that was built for it.
            packages.c.centre_code == counted.key.centre_code,
            packages.c.sitting_id == counted.sitting_id,
        )
    )
    return connection.execute(query).mappings().first()


def _read(row: RowMapping) -> Drawn:
    schemes: dict[str, Any] = row["schemes"]
    return Drawn(
        paper=Paper.model_validate(row["paper"]),
        schemes={name: MarkScheme.model_validate(data) for name, data in schemes.items()},
        versions=row["versions"],
        programme=load_programme(row["document"]),
        trade=row["trade"],
        level=row["level"],
    )


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
