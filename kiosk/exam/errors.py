"""The root of every error that the product raises on purpose.

``ExamError``
 ├─ ``ProgrammeError``        a programme file breaks a rule
 ├─ ``BankTooSmall``          the item bank cannot fill the blueprint
 ├─ ``InvalidAnswer``         an answer that does not fit its item
 ├─ ``SequenceGap``           answers arrived with a hole before them
 ├─ ``IllegalTransition``     an attempt cannot go from this state to that one
 │   ├─ ``AttemptNotStarted``
 │   └─ ``AttemptEnded``
 └─ (``sync.wire.errors``, ``kiosk.vision.errors``, ``kiosk.store.errors``,
    ``kiosk.hall.errors`` grow their own branches)

An error has a stable ``code`` that machines and translations use, ``params`` that fill its
message, and an English message for logs and the command line.
"""

from typing import ClassVar


class ExamError(Exception):
    """Base of all deliberate errors: ``code`` is stable, ``params`` fill the message.

    ``message`` is a format string over ``params``; ``detail`` is free English text for logs.
    """

    code: ClassVar[str] = "exam_error"
    message: ClassVar[str] = "The request could not be carried out."

    def __init__(self, detail: str = "", **params: object) -> None:
        text = self.message.format(**params)
        super().__init__(f"{text} ({detail})" if detail else text)
        self.detail = detail
        self.params = params


class ProgrammeError(ExamError):
    """A programme file is missing something or contradicts itself."""

    code = "programme_invalid"
    message = "The programme file is not valid."


class BankTooSmall(ExamError):
    """The item bank has too few items of one kind for the blueprint."""

    code = "bank_too_small"
    message = "The item bank has {have} items for {what}, the blueprint needs {need}."


class InvalidAnswer(ExamError):
    """The value does not fit the item that it is meant for."""

    code = "invalid_answer"
    message = "The answer does not fit the item."


class SequenceGap(ExamError):
    """A client sequence number that leaves a hole: earlier answers must come first."""

    code = "sequence_gap"
    message = "Answers after number {expected} are missing; send those first."


class IllegalTransition(ExamError):
    """The attempt's state does not allow this step."""

    code = "illegal_transition"
    message = "An attempt that is {state} cannot become {target}."


class AttemptNotStarted(IllegalTransition):
    """Answers or conduct before the sitting has started."""

    code = "attempt_not_started"
    message = "The exam has not started yet."


class AttemptEnded(IllegalTransition):
    """Answers or conduct after the attempt has ended."""

    code = "attempt_ended"
    message = "This attempt has ended; nothing more can be changed."
