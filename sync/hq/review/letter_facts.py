"""What a letter of a case says, read in one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.programme.programme import Programme
from sync.hq.persistence import tables
from sync.hq.persistence.review_tables import bans, review_incidents
from sync.hq.review.case_rows import CaseActView, CaseView, acts_of, require_case, standing_of
from sync.hq.review.case_states import CaseStanding, CaseStep
from sync.hq.review.persons import Person, person_of
from sync.hq.review.programme_parts import programme_of, voidable
from sync.hq.review.sanctions import Sanction


@dataclass(frozen=True)
class LetterFacts:
    """``centre``: its name. ``ban``: the one that runs. ``incidents``: those that the acts name."""

    case: CaseView
    acts: Sequence[CaseActView]
    standing: CaseStanding
    person: Person
    programme: Programme | None
    sitting: RowMapping
    centre: str
    incidents: Sequence[RowMapping]
    ban: RowMapping | None


def decided(facts: LetterFacts) -> Sanction:
    """Return what was first decided; an appeal has a letter of its own."""
    act = newest(facts.acts, CaseStep.DECIDED)
    assert act is not None
    assert act.sanction is not None
    return act.sanction


def newest(acts: Sequence[CaseActView], step: CaseStep) -> CaseActView | None:
    """Return the last act of a step, or None."""
    return next((act for act in reversed(acts) if act.step is step), None)


def part_names(programme: Programme | None, ids: Sequence[str]) -> Sequence[str]:
    """Return the names of parts or subjects in Chinese; the id where there is no name."""
    if programme is None:
        return ids
    names = dict(voidable(programme))
    return [names[part].zh if part in names else part for part in ids]


def read_facts(connection: Connection, case_id: str) -> LetterFacts:
    """Return what letters of a case are made from.

    Raises:
        NotFound: there is no such case.
    """
    row = require_case(connection, case_id)
    acts = acts_of(connection, case_id)
    numbers = {number for act in acts for number in act.named.get("incidents", ())}
    incidents = select(review_incidents).where(review_incidents.c.number.in_(numbers))
    centres, sittings = tables.centres, tables.sittings
    ban = select(bans).where(bans.c.case_id == case_id, bans.c.lifted_at.is_(None))
    centre = select(centres.c.name).where(centres.c.code == row["centre_code"])
    sitting = select(sittings).where(sittings.c.id == row["sitting_id"])
    return LetterFacts(
        case=CaseView.of_row(row),
        acts=acts,
        standing=standing_of(acts),
        person=person_of(connection, row),
        programme=programme_of(connection, row["programme_id"]),
        sitting=connection.execute(sitting).mappings().one(),
        centre=connection.execute(centre).scalar() or row["centre_code"],
        incidents=connection.execute(incidents.order_by(review_incidents.c.started_at))
        .mappings()
        .all(),
        ban=connection.execute(ban).mappings().first(),
    )
