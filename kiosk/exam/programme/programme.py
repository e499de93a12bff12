"""A programme: what is examined, how it is scored and passed, and how it is proctored (R1-R20).

Programmes are data (``config/programmes/*.toml``); a new one needs no code.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from kiosk.exam.attempt.breaks import BreakRules
from kiosk.exam.attempt.page_leaves import ConductRules
from kiosk.exam.attempt.timing import TimeRules
from kiosk.exam.checkin.liveness import VerificationRules
from kiosk.exam.errors import NoSuchExamination, ProgrammeError, ProgrammeProblem
from kiosk.exam.proctoring import ProctoringSettings
from kiosk.exam.programme.blueprint import Examination
from kiosk.exam.programme.calendar import Calendar, Edition
from kiosk.exam.programme.eligibility import (
    Applicant,
    EntryCondition,
    EntryRules,
    Verdict,
    judge,
)
from kiosk.exam.programme.exam_rules import ExamRules
from kiosk.exam.programme.personal_form import PersonalFormRules
from kiosk.exam.programme.privacy import PrivacyRules
from kiosk.exam.programme.release import ReleaseRules
from kiosk.exam.programme.retention import RetentionRules
from kiosk.exam.programme.separate_parts import SeparateParts
from kiosk.exam.programme.staff_reasons import StaffReasons
from kiosk.exam.programme.synonyms import Synonyms, plain_word
from kiosk.exam.programme.tools import ToolRules
from kiosk.exam.values import Named, Table, Text

_ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


class Scoring(Table):
    """How partly correct answers score, how the total is rounded, and which total passes.

    ``all_or_nothing``: full points for the exact key, otherwise none. In the other two modes a
    wrong pick scores nothing (the usual Chinese rule); a correct but incomplete choice scores
    ``partial_share`` of the points (``partial``) or ``per_option`` points for each pick
    (``per_option``). ``mark_step``: the smallest difference between two marks of a written answer.

    The published total is rounded once, at the end. ``passing_total``: whether the ``exact`` total
    has to reach the pass mark (59.95 does not reach 60), or the ``rounded`` one.
    """

    younger = frozenset({"mark_step", "passing_total"})

    multiple_choice: Literal["all_or_nothing", "partial", "per_option"] = "all_or_nothing"
    partial_share: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)
    per_option: Decimal = Field(default=Decimal("0.5"), ge=0, le=100)
    mark_step: Decimal = Field(default=Decimal("0.5"), gt=0, le=10)
    decimals: int = Field(default=1, ge=0, le=4)
    rounding: Literal["half_up", "half_even", "down"] = "half_up"
    passing_total: Literal["exact", "rounded"] = "exact"

    def rounded(self, total: Decimal) -> Decimal:
        """Round the total to the published precision."""
        return total.quantize(Decimal(1).scaleb(-self.decimals), _ROUNDINGS[self.rounding])


class Programme(Table):
    """One programme, complete enough to register for, sit, score and proctor an exam.

    ``levels`` are in rising order, and a higher one covers those below it (R2). ``materials``:
    what an applicant has to submit (R9). ``separate_parts``: given where parts may be sat on
    different days.
    """

    younger = frozenset(
        {
            *("entry", "synonyms", "personal_form", "release", "separate_parts", "exam_rules"),
            *("tools", "staff_reasons", "breaks"),
        }
    )

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=64)
    version: int = Field(ge=1)
    title: Text
    class_hours: int = Field(default=0, ge=0)
    calendar: Calendar
    trades: tuple[Named, ...] = ()
    levels: tuple[Named, ...] = ()
    subjects: tuple[Named, ...] = Field(min_length=1)
    domains: tuple[Named, ...] = Field(min_length=1)
    entry_conditions: tuple[EntryCondition, ...] = Field(min_length=1)
    entry: EntryRules = EntryRules()
    synonyms: Synonyms = Synonyms()
    materials: tuple[Named, ...] = ()
    personal_form: PersonalFormRules | None = None
    examinations: tuple[Examination, ...] = Field(min_length=1)
    separate_parts: SeparateParts | None = None
    scoring: Scoring = Scoring()
    time: TimeRules = TimeRules()
    check_in: VerificationRules = VerificationRules()
    exam_rules: ExamRules = ExamRules()
    tools: ToolRules = ToolRules()
    staff_reasons: StaffReasons = StaffReasons()
    breaks: BreakRules = BreakRules()
    conduct: ConductRules = ConductRules()
    proctoring: ProctoringSettings = ProctoringSettings()
    retention: RetentionRules = RetentionRules()
    release: ReleaseRules = ReleaseRules()
    privacy: PrivacyRules = PrivacyRules()
    editions: Annotated[tuple[Edition, ...], Field(default=())]

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for what in ("trades", "levels", "subjects", "domains", "materials", "editions"):
            ids = [entry.id for entry in getattr(self, what)]
            if len(set(ids)) < len(ids):
                raise ValueError(f"{what}: an id occurs twice")
        return self

    @model_validator(mode="after")
    def _an_examination_for_each_level(self) -> Self:
        levels: list[str | None] = [level.id for level in self.levels]
        found = [examination.level for examination in self.examinations]
        if sorted(found, key=str) != sorted(levels or [None], key=str):
            raise ValueError(f"examinations are for {found}, the levels are {levels or 'none'}")
        return self

    @model_validator(mode="after")
    def _conditions_name_levels(self) -> Self:
        for condition in self.entry_conditions:
            named = [condition.level] + [
                way.certificate.level for way in condition.alternatives if way.certificate
            ]
            for level in {level for level in named if level} - set(self.level_ids):
                raise ValueError(f"entry condition {condition.clause}: there is no level {level}")
        return self

    @model_validator(mode="after")
    def _paper_is_no_book(self) -> Self:
        # The camera cannot tell scratch paper from a book, so people look at it afterwards.
        allowed = "paper" in self.exam_rules.desk_items
        if allowed and self.proctoring.book.follow_up not in ("record", "review"):
            raise ValueError(
                "proctoring.book.follow_up must be record or review where paper may lie on the desk"
            )
        return self

    @property
    def level_ids(self) -> tuple[str, ...]:
        """The ids of the levels, in rising order."""
        return tuple(level.id for level in self.levels)

    def examination(self, trade: str | None = None, level: str | None = None) -> Examination:
        """Return the examination of a trade and level.

        Raises:
            NoSuchExamination: the programme has no such trade or level, or needs one to be named.
        """
        trades: list[str | None] = [entry.id for entry in self.trades]
        if trade not in (trades or [None]):
            raise NoSuchExamination(trade=trade or "-", level=level or "-")
        for examination in self.examinations:
            if examination.level == level:
                return examination
        raise NoSuchExamination(trade=trade or "-", level=level or "-")

    def covers(self, level: str | None, lower: str | None) -> bool:
        """Return whether items of level ``lower`` may be asked at ``level`` (R2)."""
        if lower is None or level is None:
            return lower is None
        return self.level_ids.index(lower) <= self.level_ids.index(level)

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition whose exam is on that day, or None (R12)."""
        return next((edition for edition in self.editions if edition.exam == day), None)

    def judge(self, level: str | None, applicant: Applicant) -> Verdict:
        """Judge whether an applicant may sit ``level``, by which clause, or why not (R6, R8).

        Periods of work count only after :meth:`Applicant.on`.
        """
        conditions, levels = self.entry_conditions, self.level_ids
        return judge(conditions, levels, level, self.class_hours, applicant, self.entry)

    def years_until(self, exam: date) -> date:
        """Return the last day that counts as work for an exam on ``exam``.

        Where the programme counts until registration closes, a sitting without an edition counts
        until the exam.
        """
        edition = self.edition_on(exam)
        if self.entry.years_on == "registration_closes" and edition is not None:
            return edition.registration_closes
        return date(exam.year, 12, 31) if self.entry.years_on == "year_end" else exam


def load_programme(data: Mapping[str, Any]) -> Programme:
    """Validate parsed TOML as a programme.

    Raises:
        ProgrammeError: with one problem for each wrong place.
    """
    try:
        programme = Programme.model_validate(data)
    except ValidationError as error:
        raise ProgrammeError(_problems(error)) from error
    problems = [
        ProgrammeProblem(("examinations", number), reason)
        for number, examination in enumerate(programme.examinations)
        if (reason := _misfit(programme, examination))
    ]
    problems += [*_uneven_steps(programme), *_idle_entry_rules(programme)]
    problems += _synonyms_of_nothing(programme)
    problems += _synonyms_of_others(programme)
    if problems:
        raise ProgrammeError(problems)
    return programme


def _problems(error: ValidationError) -> list[ProgrammeProblem]:
    """List each mistake once: pydantic also reports a list with bad entries as too short."""
    found = [(tuple(one["loc"]), one) for one in error.errors()]
    return [
        ProgrammeProblem(place, one["msg"].removeprefix("Value error, "))
        for place, one in found
        if one["type"] != "too_short"
        or not any(other[: len(place)] == place and other != place for other, _ in found)
    ]


def _misfit(programme: Programme, examination: Examination) -> str | None:
    try:
        examination.check(programme.domains, programme.subjects, programme.trades)
        examination.check_times(programme.time)
    except ValueError as error:
        return str(error)
    return None


def _uneven_steps(programme: Programme) -> Iterator[ProgrammeProblem]:
    """Yield that a section's points cannot be reached by whole steps, where the step is given.

    Programmes of earlier versions do not give it and may have other points.
    """
    if "mark_step" not in programme.scoring.model_fields_set:
        return
    step = programme.scoring.mark_step
    written = {
        section.points
        for examination in programme.examinations
        for section in examination.sections
        if not section.type.objective
    }
    for points in sorted(points for points in written if points % step):
        yield ProgrammeProblem(
            ("scoring", "mark_step"), f"{points} points are not a multiple of {step}"
        )


def _idle_entry_rules(programme: Programme) -> Iterator[ProgrammeProblem]:
    entry, conditions = programme.entry, programme.entry_conditions
    changed = any(entry.ways(one) != one.alternatives for one in conditions)
    if entry.related_degree_needs_years and not changed:
        yield ProgrammeProblem(
            ("entry", "related_degree_needs_years"),
            "no entry condition has a way for related graduates without years beside one for other"
            " graduates of the same schooling with years",
        )
    if entry.years_on == "registration_closes" and not programme.editions:
        yield ProgrammeProblem(
            ("entry", "years_on"), "there are no editions that say when registration closes"
        )


def _synonyms_of_nothing(programme: Programme) -> Iterator[ProgrammeProblem]:
    for what in ("materials", "levels"):
        ids = {one.id for one in getattr(programme, what)}
        for unknown in set(getattr(programme.synonyms, what)) - ids:
            place = ("synonyms", what, unknown)
            yield ProgrammeProblem(place, f"there is no {unknown} among the {what}")


def _synonyms_of_others(programme: Programme) -> Iterator[ProgrammeProblem]:
    """Yield words for a material or level that are the name of another one."""
    for what in ("materials", "levels"):
        names = {
            plain_word(name): one.id
            for one in getattr(programme, what)
            for name in (one.id, one.name.zh, one.name.en)
        }
        for value, words in getattr(programme.synonyms, what).items():
            for word in words:
                owner = names.get(plain_word(word), value)
                if owner != value:
                    place = ("synonyms", what, value)
                    yield ProgrammeProblem(place, f"{word} is the name of {owner}")
