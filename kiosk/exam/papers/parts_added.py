"""Parts that were sat in different attempts, added up to one result (R3).

An attempt with a paper of some parts takes the others from the candidate's earlier attempts, as
the programme says. An attempt with all parts stands for itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kiosk.exam.papers.paper import Paper
from kiosk.exam.papers.scoring import NONE, ScoreSheet, judged
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.programme import Programme, Scoring
from kiosk.exam.programme.separate_parts import SeparateParts
from kiosk.exam.programme.work import after


@dataclass(frozen=True)
class PartScore:
    """What an attempt scored in a part, before weighting.

    ``most``: the part's full points. ``subjects``: the points by subject. ``pending``: whether
    written answers wait for marks. ``attempt``: its centre and its id there.
    """

    part: str
    points: Decimal
    most: Decimal
    weight: Decimal
    subjects: Mapping[str, Decimal]
    pending: bool
    sat_at: datetime
    attempt: tuple[str, str]


@dataclass(frozen=True)
class AddedUp:
    """The result over all parts. ``parts``: where each comes from, in the order of the programme.

    ``exact_total``, ``total`` (rounded) and ``passed`` are None unless each part has been sat and
    marked.
    """

    parts: Mapping[str, PartScore]
    missing: tuple[str, ...]
    exact_total: Decimal | None
    total: Decimal | None
    passed: bool | None

    @property
    def pending(self) -> bool:
        """Whether a part waits for marks."""
        return any(score.pending for score in self.parts.values())


def part_scores(
    paper: Paper,
    scored: ScoreSheet,
    programme: Programme,
    sat_at: datetime,
    attempt: tuple[str, str],
) -> Mapping[str, PartScore]:
    """Return what an attempt scored in each part of its paper."""
    examination = programme.examination(paper.trade, paper.level)
    subject = {item.id: item.subject for item in paper.items}
    found: dict[str, PartScore] = {}
    for part in examination.of_parts(paper.parts).parts:
        items = [
            item_id
            for section in paper.sections
            if section.part == part.id
            for item_id in section.items
        ]
        subjects: dict[str, Decimal] = {}
        for item_id in items:
            points = scored.points.get(item_id, NONE)
            subjects[subject[item_id]] = subjects.get(subject[item_id], NONE) + points
        found[part.id] = PartScore(
            part=part.id,
            points=scored.parts[part.id],
            most=part.points(len(programme.domains)),
            weight=part.weight,
            subjects=subjects,
            pending=not set(items).isdisjoint(scored.pending),
            sat_at=sat_at,
            attempt=attempt,
        )
    return found


def add_up(
    own: Mapping[str, PartScore],
    earlier: Iterable[PartScore],
    programme: Programme,
    examination: Examination,
    sat_at: datetime,
) -> AddedUp:
    """Add up the parts of an attempt that was sat at this time and of earlier ones."""
    rules = programme.separate_parts or SeparateParts()
    domains = len(programme.domains)
    sat: dict[str, list[PartScore]] = {part: [score] for part, score in own.items()}
    for score in earlier:
        if _counts(score, examination, domains, rules, sat_at):
            sat.setdefault(score.part, []).append(score)
    chosen = {part.id: _chosen(sat[part.id], rules) for part in examination.parts if part.id in sat}
    missing = tuple(part.id for part in examination.parts if part.id not in chosen)
    if missing or any(score.pending for score in chosen.values()):
        return AddedUp(chosen, missing, None, None, None)
    return _total(chosen, examination, programme.scoring)


def _counts(
    score: PartScore, examination: Examination, domains: int, rules: SeparateParts, sat_at: datetime
) -> bool:
    """Return whether an earlier part is still valid, and the same as the programme has it now."""
    try:
        part = examination.part(score.part)
    except KeyError:
        return False
    if (part.weight, part.points(domains)) != (score.weight, score.most):
        return False
    months = rules.valid_months
    return months is None or sat_at.date() <= after(score.sat_at.date(), months)


def _chosen(scores: list[PartScore], rules: SeparateParts) -> PartScore:
    latest = max(scores, key=lambda score: (score.sat_at, score.attempt))
    # Whether a part that waits for marks is the best is not known yet.
    if rules.counting == "latest" or latest.pending:
        return latest
    return max(scores, key=lambda score: (score.pending, score.points, score.sat_at, score.attempt))


def _total(chosen: Mapping[str, PartScore], examination: Examination, rules: Scoring) -> AddedUp:
    subjects: dict[str, Decimal] = {}
    for score in chosen.values():
        for subject, points in score.subjects.items():
            subjects[subject] = subjects.get(subject, NONE) + points
    exact = sum((score.points * score.weight for score in chosen.values()), NONE)
    return AddedUp(chosen, (), exact, *judged(exact, subjects, examination, rules))
