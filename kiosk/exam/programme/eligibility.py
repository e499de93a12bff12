"""Eligibility: entry conditions as rules, any one of which suffices (R6, R8).

A condition is one clause of the notice. Its alternatives are the ways to fulfil it; everything
that an alternative names must hold. The verdict names the clause that admits the applicant, or
what is missing for each clause.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.programme.work import Period, work
from kiosk.exam.values import Table, Text

Years = Annotated[Decimal, Field(ge=0, le=60)]


class Schooling(StrEnum):
    """Schooling, from the lowest to the highest."""

    NONE = "none"
    HIGH_SCHOOL = "high_school"
    SECONDARY_VOCATIONAL = "secondary_vocational"
    COLLEGE = "college"
    BACHELOR = "bachelor"
    DOUBLE_BACHELOR = "double_bachelor"
    MASTER = "master"
    DOCTOR = "doctor"

    @property
    def rank(self) -> int:
        """Position in that order, from 0."""
        return list(Schooling).index(self)


class CertificateNeeded(Table):
    """A certificate of this or another programme, of at least ``level``, held long enough."""

    of: Literal["programme", "other"]
    level: str
    held_years: Years = Decimal(0)


class Alternative(Table):
    """One way to fulfil a clause; everything that it names must hold."""

    schooling_from: Schooling | None = None
    related_degree: Literal[True] | None = None
    work_years: Years | None = None
    continuous_years: Years | None = None
    student: Literal[True] | None = None
    institution_staff: Literal[True] | None = None
    certificate: CertificateNeeded | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("an alternative must ask for something")
        return self

    def adds_years_to(self, other: "Alternative") -> bool:
        """Return whether ``other`` admits related graduates of this schooling without the years."""
        years = self.work_years is not None or self.continuous_years is not None
        bare = Alternative(schooling_from=self.schooling_from, related_degree=True)
        return years and other == bare and self.related_degree is None


class EntryCondition(Table):
    """One clause, for ``level`` or, without it, for every level."""

    clause: str = Field(min_length=1, max_length=20)
    text: Text
    level: str | None = None
    alternatives: tuple[Alternative, ...] = Field(min_length=1)


class EntryRules(Table):
    """How the clauses are read, where a notice can be read in several ways.

    ``related_degree_needs_years``: whether graduates of related subjects need the years that
    the same clause asks of other graduates of that schooling. ``years_on``: the last day that
    counts as work.
    """

    related_degree_needs_years: bool = False
    years_on: Literal["exam_day", "registration_closes", "year_end"] = "exam_day"

    def ways(self, condition: EntryCondition) -> tuple[Alternative, ...]:
        """Return the alternatives of a clause that hold under these rules."""
        ways = condition.alternatives
        if not self.related_degree_needs_years:
            return ways
        return tuple(one for one in ways if not any(other.adds_years_to(one) for other in ways))


@dataclass(frozen=True)
class Certificate:
    """A certificate that an applicant holds; ``of`` is ``programme`` or ``other``."""

    of: str
    level: str
    held_years: Decimal = Decimal(0)


@dataclass(frozen=True)
class Applicant:
    """What has been established about an applicant. Years are years of relevant work.

    ``periods``: when the applicant did relevant work, if it is known; see :meth:`on`.
    """

    schooling: Schooling = Schooling.NONE
    related_degree: bool = False
    work_years: Decimal = Decimal(0)
    continuous_years: Decimal = Decimal(0)
    student: bool = False
    institution_staff: bool = False
    certificates: tuple[Certificate, ...] = ()
    class_hours: Decimal = Decimal(0)
    periods: tuple[Period, ...] = ()

    def on(self, day: date) -> "Applicant":
        """Return the applicant with the years that the periods make up to a day."""
        if not self.periods:
            return self
        done = work(self.periods, day)
        return replace(self, work_years=done.total, continuous_years=done.continuous)

    def years(self, what: str) -> Decimal:
        """Return the years that count as ``work_years`` or ``continuous_years``.

        Work without a break is work, so it counts for both.
        """
        own: Decimal = getattr(self, what)
        return max(own, self.continuous_years)


@dataclass(frozen=True)
class Shortfall:
    """What a clause requires and the applicant lacks.

    ``what``: a field of :class:`Alternative`. ``need`` and ``have``: its required and actual
    value.
    """

    what: str
    need: str
    have: str


@dataclass(frozen=True)
class Verdict:
    """Whether an applicant is admitted. ``clause``: the one that admits, or None.

    ``hours_missing``: class hours still to do. ``shortfalls``: for each clause that applies and
    is not fulfilled, what its nearest alternative lacks.
    """

    clause: str | None
    hours_missing: Decimal
    shortfalls: dict[str, tuple[Shortfall, ...]]

    @property
    def admitted(self) -> bool:
        """Whether a clause admits and the class hours are done."""
        return self.clause is not None and self.hours_missing == 0


def judge(
    conditions: Sequence[EntryCondition],
    levels: Sequence[str],
    level: str | None,
    class_hours: int,
    applicant: Applicant,
    rules: EntryRules,
) -> Verdict:
    """Judge an applicant by the clauses for ``level``; ``levels`` are in rising order."""
    missing: dict[str, tuple[Shortfall, ...]] = {}
    clause = None
    for condition in conditions:
        if condition.level not in (None, level):
            continue
        # The nearest alternative lacks the fewest things; with none lacking the clause is met.
        lacking = min(
            (lacks(alternative, levels, applicant) for alternative in rules.ways(condition)),
            key=len,
        )
        if lacking:
            missing[condition.clause] = lacking
        elif clause is None:
            clause = condition.clause
    hours = max(Decimal(0), class_hours - applicant.class_hours)
    return Verdict(clause, hours, missing)


def lacks(
    needed: Alternative, levels: Sequence[str], applicant: Applicant
) -> tuple[Shortfall, ...]:
    """Return what an alternative needs and the applicant lacks; empty if it admits."""
    lacking = []
    if needed.schooling_from and applicant.schooling.rank < needed.schooling_from.rank:
        lacking.append(Shortfall("schooling_from", needed.schooling_from, applicant.schooling))
    for flag in ("related_degree", "student", "institution_staff"):
        if getattr(needed, flag) and not getattr(applicant, flag):
            lacking.append(Shortfall(flag, "true", "false"))
    for years in ("work_years", "continuous_years"):
        need, have = getattr(needed, years), applicant.years(years)
        if need is not None and have < need:
            lacking.append(Shortfall(years, f"{need.normalize():f}", f"{have.normalize():f}"))
    if needed.certificate and not _holds(needed.certificate, levels, applicant):
        held = ", ".join(
            f"{certificate.of}/{certificate.level}" for certificate in applicant.certificates
        )
        wanted = f"{needed.certificate.of}/{needed.certificate.level}"
        lacking.append(Shortfall("certificate", wanted, held))
    return tuple(lacking)


def _holds(needed: CertificateNeeded, levels: Sequence[str], applicant: Applicant) -> bool:
    least = levels.index(needed.level)
    return any(
        certificate.of == needed.of
        and certificate.level in levels
        and levels.index(certificate.level) >= least
        and certificate.held_years >= needed.held_years
        for certificate in applicant.certificates
    )
