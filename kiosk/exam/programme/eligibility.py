"""Eligibility: entry conditions as rules, any one of which suffices (R6, R8).

A condition is one clause of the notice. Its alternatives are the ways to fulfil it; everything
that an alternative names must hold. The verdict names the clause that admits the applicant, or
what is missing for each clause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

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


class EntryCondition(Table):
    """One clause, for ``level`` or, without it, for every level."""

    clause: str = Field(min_length=1, max_length=20)
    text: Text
    level: str | None = None
    alternatives: tuple[Alternative, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate that an applicant holds; ``of`` is ``programme`` or ``other``."""

    of: str
    level: str
    held_years: Decimal = Decimal(0)


@dataclass(frozen=True)
class Applicant:
    """What has been established about an applicant. Years are years of relevant work."""

    schooling: Schooling = Schooling.NONE
    related_degree: bool = False
    work_years: Decimal = Decimal(0)
    continuous_years: Decimal = Decimal(0)
    student: bool = False
    institution_staff: bool = False
    certificates: tuple[Certificate, ...] = ()
    class_hours: int = 0


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
    hours_missing: int
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
) -> Verdict:
    """Judge an applicant by the clauses for ``level``; ``levels`` are in rising order."""
    missing: dict[str, tuple[Shortfall, ...]] = {}
    clause = None
    for condition in conditions:
        if condition.level not in (None, level):
            continue
        # The nearest alternative lacks the fewest things; with none lacking the clause is met.
        lacking = min(
            (_lacks(alternative, levels, applicant) for alternative in condition.alternatives),
            key=len,
        )
        if lacking:
            missing[condition.clause] = lacking
        elif clause is None:
            clause = condition.clause
    return Verdict(clause, max(0, class_hours - applicant.class_hours), missing)


def _lacks(
    needed: Alternative, levels: Sequence[str], applicant: Applicant
) -> tuple[Shortfall, ...]:
    lacking = []
    if needed.schooling_from and applicant.schooling.rank < needed.schooling_from.rank:
        lacking.append(Shortfall("schooling_from", needed.schooling_from, applicant.schooling))
    for flag in ("related_degree", "student", "institution_staff"):
        if getattr(needed, flag) and not getattr(applicant, flag):
            lacking.append(Shortfall(flag, "true", "false"))
    for years in ("work_years", "continuous_years"):
        need, have = getattr(needed, years), getattr(applicant, years)
        if need is not None and have < need:
            lacking.append(Shortfall(years, str(need), str(have)))
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
