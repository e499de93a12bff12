"""The root of every error that the product raises on purpose.

``ExamError``
 ├─ ``ProgrammeError``        a programme file breaks a rule
 ├─ ``NoSuchExamination``     no such trade or level
 ├─ ``PaperImpossible``       the item bank cannot fill the blueprint
 ├─ ``InvalidAnswer``         an answer that does not fit its item
 ├─ ``SequenceGap``           answers arrived with a hole before them
 ├─ ``IllegalTransition``     an attempt cannot go from this state to that one
 │   ├─ ``AttemptNotStarted``
 │   ├─ ``AttemptPaused``
 │   └─ ``AttemptEnded``
 ├─ ``BadMark``               a mark outside an item's points
 ├─ ``TextUnusable``          a name or title with characters that fonts do not share
 └─ (``sync.wire.errors``, ``kiosk.vision.errors``, ``kiosk.store.errors``,
    ``kiosk.hall.errors`` grow their own branches)

An error has a stable ``code`` that machines and translations use, ``params`` that fill its
message, and an English message for logs and the command line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import ClassVar


class ExamError(Exception):
    """Base of all deliberate errors: ``code`` is stable, ``params`` fill the message.

    ``message`` contains ``%(name)s`` for each of ``params`` that it shows; ``detail`` is free
    English text for logs.
    """

    code: ClassVar[str] = "exam_error"
    message: ClassVar[str] = "The request could not be carried out."

    def __init__(self, detail: str = "", **params: object) -> None:
        self.detail = detail
        self.params = params
        super().__init__(self.sentence())

    def sentence(self, zone: tzinfo = UTC) -> str:
        """Return the English message with its times in a time zone."""
        text = self.message % {name: _readable(value, zone) for name, value in self.params.items()}
        return f"{text} ({self.detail})" if self.detail else text


@dataclass(frozen=True)
class ErrorRecord:
    """An error as it is stored, compared and sent to pages: never its English sentence.

    ``params`` fill the message in the reader's language; they hold what JSON can carry.
    """

    code: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    @classmethod
    def of(cls, error: ExamError) -> "ErrorRecord":
        """Return what to store of an error; texts of its params are cut to 200 characters."""
        return cls(error.code, {name: _storable(value) for name, value in error.params.items()})


def _storable(value: object) -> str | int | float:
    return value if isinstance(value, int | float) else str(_readable(value))[:200]


def _readable(value: object, zone: tzinfo = UTC) -> object:
    """Format times in a zone to the minute; return everything else unchanged."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M} {zone}"


@dataclass(frozen=True)
class ProgrammeProblem:
    """One mistake: its place in the tables, the reason, and its line (0: unknown)."""

    place: tuple[str | int, ...]
    reason: str
    line: int = 0

    def __str__(self) -> str:
        line = f"line {self.line}: " if self.line else ""
        place = f"{'.'.join(map(str, self.place))}: " if self.place else ""
        return f"{line}{place}{self.reason}"


class ProgrammeError(ExamError):
    """A programme file lacks something or contradicts itself; ``problems`` lists each place."""

    code = "programme_invalid"
    message = "The programme file is not valid."

    def __init__(self, problems: Iterable[ProgrammeProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class NoSuchExamination(ExamError):
    """The programme has no such trade or level, or requires one to be named."""

    code = "no_such_examination"
    message = "The programme has no examination for trade %(trade)s and level %(level)s."


@dataclass(frozen=True)
class Shortage:
    """A demand of a blueprint that cannot be met.

    ``what``: section, items or points (of a quota), resting (items that were used too recently
    or too often), parallel (the items do not make that many papers with equal totals; the other
    shortages are what each paper lacks), or time (no plan was found). ``of``: the ids that the
    demand names. The best plan has ``have`` of ``need``; with ``at_most``, ``have`` is above
    the maximum.
    """

    what: str
    of: tuple[str, ...] = ()
    have: float = 0
    need: float = 0
    at_most: bool = False

    def __str__(self) -> str:
        if self.what == "resting":
            return f"{self.have:g} items were used too recently or too often"
        if self.what == "parallel":
            return f"the items do not make {self.need:g} papers with equal totals"
        if self.what == "time":
            return f"no plan was found in {self.need:g} seconds"
        names = " / ".join(self.of)
        if self.what == "paper":
            return f"paper {names}"
        label = names if self.what == "section" else f"{self.what} of {names}"
        bound = f", at most {self.need:g}" if self.at_most else f" of {self.need:g}"
        return f"{label}: {self.have:g}{bound}"


class PaperImpossible(ExamError):
    """The item bank cannot fill the blueprint; ``shortages`` and ``what`` say what is missing."""

    code = "paper_impossible"
    message = "The item bank cannot fill the blueprint: %(what)s."

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(what="; ".join(map(str, shortages)))


class InvalidAnswer(ExamError):
    """The value does not fit its item."""

    code = "invalid_answer"
    message = "The answer does not fit the item."


class BadMark(ExamError):
    """A mark for a written item outside the item's points."""

    code = "bad_mark"
    message = "%(mark)s is not a mark for item %(item)s: it must be between 0 and %(points)s."


class TextUnusable(ExamError):
    """A name or title contains characters of private use, or ones that do not exist."""

    code = "text_unusable"
    message = "The text contains characters that other machines cannot show: %(characters)s."


class SequenceGap(ExamError):
    """A client sequence number that leaves a gap: the earlier answers must be sent first."""

    code = "sequence_gap"
    message = "Answers after number %(expected)s are missing; send those first."


class IllegalTransition(ExamError):
    """The attempt's state does not allow this step."""

    code = "illegal_transition"
    message = "An attempt that is %(state)s cannot become %(target)s."


class AttemptNotStarted(IllegalTransition):
    """Answers or page leaves before the exam has started."""

    code = "attempt_not_started"
    message = "The exam has not started yet."


class AttemptPaused(IllegalTransition):
    """Answers or page leaves while the attempt is paused; they may be sent again afterwards."""

    code = "attempt_paused"
    message = "This attempt is paused."


class AttemptEnded(IllegalTransition):
    """Answers or page leaves after the attempt has ended."""

    code = "attempt_ended"
    message = "This attempt has ended. Nothing can be changed."
