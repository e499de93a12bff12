"""A programme: what is examined, how it is scored and passed, and how it is watched (R8-R20).

Programmes are data (``config/programmes/*.toml``); a new one needs no code.
"""

from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kiosk.exam.errors import ProgrammeError
from kiosk.exam.item import ItemType
from kiosk.exam.liveness import VerificationRules
from kiosk.exam.proctoring import ProctoringSettings


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Table):
    """A text in both languages of the product."""

    zh: str
    en: str


class Named(_Table):
    """A subject or domain: a stable id and its name."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text


class Section(_Table):
    """One line of the blueprint: so many items of a type from each domain, at so many points."""

    type: ItemType
    per_domain: int = Field(ge=1, le=200)
    points: Decimal = Field(gt=0, le=100)
    title: Text


class Scoring(_Table):
    """How a multiple-choice answer that is right in part scores.

    ``all_or_nothing``: full points for the exact key, else nothing.
    ``partial``: a wrong pick scores nothing; otherwise ``partial_share`` of the points for a
    right but incomplete choice (the usual Chinese rule).
    """

    multiple_choice: Literal["all_or_nothing", "partial"] = "all_or_nothing"
    partial_share: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)


class Conduct(_Table):
    """Page leaves (R18): the ``leave_limit``-th leave ends the attempt."""

    leave_limit: int = Field(default=5, ge=1, le=100)


class WorkPlan(_Table):
    """The dates of one edition (R12)."""

    registration_closes: date
    material_closes: date
    class_hours_counted: date
    exam: date
    results_published: date
    certificates_issued: date

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if not self.exam <= self.results_published <= self.certificates_issued:
            raise ValueError("exam, results_published and certificates_issued are out of order")
        return self


class Programme(_Table):
    """One programme, complete enough to sit, score and watch an exam by."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    title: Text
    duration_minutes: int = Field(ge=1, le=600)
    total: Decimal = Field(gt=0)
    pass_mark: Decimal = Field(gt=0)
    class_hours: int = Field(ge=0)
    sitting_months: tuple[int, ...]
    entry_conditions: tuple[Text, ...]
    subjects: tuple[Named, ...] = Field(min_length=1)
    domains: tuple[Named, ...] = Field(min_length=1)
    blueprint: tuple[Section, ...] = Field(min_length=1)
    scoring: Scoring = Scoring()
    check_in: VerificationRules = VerificationRules()
    conduct: Conduct = Conduct()
    proctoring: ProctoringSettings = ProctoringSettings()
    work_plan: WorkPlan | None = None

    @model_validator(mode="after")
    def _points_add_up(self) -> Self:
        points = sum(
            (line.points * line.per_domain * len(self.domains) for line in self.blueprint),
            Decimal(0),
        )
        if points != self.total:
            raise ValueError(f"the blueprint adds up to {points} points, not {self.total}")
        if self.pass_mark > self.total:
            raise ValueError("pass_mark lies above total")
        return self

    def points_of(self, item_type: ItemType) -> Decimal:
        """Points for one item of that type; raises KeyError when the paper has none."""
        for line in self.blueprint:
            if line.type is item_type:
                return line.points
        raise KeyError(item_type)


def load_programme(data: dict[str, Any]) -> Programme:
    """Check a parsed programme file; raise :class:`ProgrammeError` naming each bad place."""
    try:
        return Programme.model_validate(data)
    except ValidationError as error:
        places = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ProgrammeError("; ".join(places)) from error
