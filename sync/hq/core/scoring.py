"""Scoring of a result bundle with the mark schemes of the paper that headquarters drew (R11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.items.item import AnswerValue, MarkScheme, validate_answer
from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.scoring import score_attempt
from kiosk.exam.programme.programme import load_programme
from kiosk.exam.typed_numbers import plain_number
from sync.hq.persistence import tables
from sync.wire.delivery.result import ResultBundle

COMPLETE, WAITING, VOID = "complete", "waiting_for_marks", "void"
ABSENT, STOPPED, UNMATCHED = "absent", "stopped", "unmatched"
NOT_ADMITTED, WITHDRAWN, NOT_BEGUN = "not_admitted", "withdrawn", "not_begun"
NOT_ON_ROSTER = "not_on_roster"

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


@dataclass(frozen=True)
class Score:
    """Outcome of scoring. ``status`` is one of the constants above.

    ``total`` and ``passed`` are None until all answers are marked.

    ``stopped``: the sitting was stopped and has to be rescheduled, whatever the points.
    ``not_begun``: the candidate was waiting when the sitting closed; people decide.
    ``not_on_roster``: the centre admitted the candidate by hand; people decide whether it
    counts. ``unmatched``: the bundle is stored but names a package or seat that headquarters
    does not know; ``remark`` says which.
    """

    status: str
    remark: str
    objective: Decimal | None = None
    total: Decimal | None = None
    passed: bool | None = None
    pending: tuple[str, ...] = ()
    points: Mapping[str, Decimal] | None = None

    def columns(self) -> dict[str, Any]:
        """Return the values of the ``scores`` row."""
        points = {item: format(value, "f") for item, value in (self.points or {}).items()}
        return {**vars(self), "pending": list(self.pending), "points": points}


def score_bundle(connection: Connection, bundle: ResultBundle, centre_code: str) -> Score:
    """Score the objective items; written answers wait for marks."""
    row = _paper_row(connection, bundle, centre_code)
    if row is None:
        return Score(UNMATCHED, f"package {bundle.package.id} is not this centre's")
    guest = bundle.admitted
    # Candidates admitted by hand have no seat at headquarters.
    if guest is None and not _has_seat(connection, bundle, centre_code):
        return Score(UNMATCHED, f"admission number {bundle.admission_no} has no seat here")
    paper = Paper.model_validate(row["paper"])
    values, misfits = _values(paper, bundle)
    schemes = {name: MarkScheme.model_validate(data) for name, data in row["schemes"].items()}
    programme = load_programme(row["document"])
    sheet = score_attempt(paper, schemes, values, programme)
    remarks = [f"admitted by {guest.by}: {guest.reason}"] if guest is not None else []
    if misfits:
        remarks.append(f"answers that fit no item: {', '.join(misfits)}")
    remark = "; ".join(text[: 200 // len(remarks) - 2] for text in remarks)
    status = _status(bundle, bool(sheet.pending))
    return Score(
        status=status,
        remark=remark,
        objective=sheet.objective,
        total=sheet.total,
        passed=_passed(sheet.passed, status),
        pending=sheet.pending,
        points=sheet.points,
    )


def _status(bundle: ResultBundle, pending: bool) -> str:
    if bundle.voided:
        return VOID
    if bundle.admitted is not None:
        return NOT_ON_ROSTER
    return _STATUS.get(bundle.end_reason) or (WAITING if pending else COMPLETE)


def _passed(passed: bool | None, status: str) -> bool | None:
    if status in _OPEN:
        return None
    return False if status in _NOT_PASSED else passed


def _values(paper: Paper, bundle: ResultBundle) -> tuple[dict[str, AnswerValue], list[str]]:
    values: dict[str, AnswerValue] = {}
    misfits: list[str] = []
    for item_id, value in bundle.values.items():
        item = paper.item(item_id)
        try:
            if item is None:
                raise InvalidAnswer(item_id)
            values[item_id] = validate_answer(item, value)
        except InvalidAnswer:
            misfits.append(item_id)
    return values, misfits


def _paper_row(connection: Connection, bundle: ResultBundle, centre_code: str) -> RowMapping | None:
    packages, packed, papers = tables.packages, tables.package_papers, tables.papers
    examined, programmes = tables.sitting_papers, tables.programmes
    entry = (examined.c.sitting_id == packages.c.sitting_id) & (
        examined.c.id == packed.c.sitting_paper
    )
    edition = (programmes.c.id == examined.c.programme_id) & (
        programmes.c.version == examined.c.programme_version
    )
    query = (
        select(papers.c.paper, papers.c.schemes, programmes.c.document)
        .join(packed, packed.c.paper_id == papers.c.id)
        .join(packages, packages.c.id == packed.c.package_id)
        .join(examined, entry)
        .join(programmes, edition)
        .where(
            packed.c.sitting_paper == bundle.paper,
            packages.c.id == bundle.package.id,
            packages.c.version == bundle.package.version,
            # A centre can only score against a package that was built for it.
            packages.c.centre_code == centre_code,
            packages.c.sitting_id == bundle.sitting_id,
        )
    )
    return connection.execute(query).mappings().first()


def _has_seat(connection: Connection, bundle: ResultBundle, centre_code: str) -> bool:
    """Return whether the bundle's candidate has a seat with this admission number.

    Numbers are compared in plain form: a package keeps the spelling it was built with, and a
    later import may have corrected it here.
    """
    seats = tables.seats
    query = select(seats.c.admission_no).where(
        seats.c.sitting_id == bundle.sitting_id,
        seats.c.candidate_id == bundle.candidate_id,
        seats.c.centre_code == centre_code,
    )
    found = connection.execute(query).scalar_one_or_none()
    return found is not None and plain_number(found) == plain_number(bundle.admission_no)
