"""Reasons that a programme offers to staff for their acts; free text is always possible."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, field_validator

from kiosk.exam.values import Table, Text

LONGEST = 100
"""Characters of a reason."""

Reasons = Annotated[tuple[Text, ...], Field(max_length=12)]


class StaffReasons(Table):
    """``[staff_reasons]`` of a programme file; without a list the board has its own.

    ``pause``, ``resume``, ``time`` and ``end``: of one candidate or chosen seats. ``pause_room``:
    of a room, a paper or everybody.
    """

    pause: Reasons = ()
    resume: Reasons = ()
    time: Reasons = ()
    end: Reasons = ()
    pause_room: Reasons = ()

    @field_validator("*")
    @classmethod
    def _short(cls, texts: tuple[Text, ...]) -> tuple[Text, ...]:
        if any(not 2 <= len(words) <= LONGEST for text in texts for words in (text.zh, text.en)):
            raise ValueError(f"a reason has 2 to {LONGEST} characters")
        return texts


def offered(programmes: Iterable[StaffReasons]) -> dict[str, list[dict[str, str]]]:
    """Return the reasons of all programmes of a sitting by act, each once."""
    found: dict[str, list[dict[str, str]]] = {}
    for reasons in programmes:
        for act, texts in reasons:
            known = found.setdefault(act, [])
            known += [values for text in texts if (values := text.model_dump()) not in known]
    return found
