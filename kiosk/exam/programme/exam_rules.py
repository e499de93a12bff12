"""What candidates read before they begin: hotline, things on the desk, consequences, pledge."""

from typing import Literal

from pydantic import Field, field_validator

from kiosk.exam.items.item import ItemType
from kiosk.exam.values import Table, Text

DeskItem = Literal[
    "identity_card", "admission_ticket", "pen", "paper", "calculator", "ruler", "water"
]

MOST_LEAST = 5_000
"""Largest length that a text may be asked to have."""

LONGEST = 600
"""Characters of a text that candidates read beside the rules."""


class ExamRules(Table):
    """``[exam_rules]`` of a programme file: its own words beside the rules that hold everywhere.

    ``hotline``: the telephone number for trouble, on every help page (R24). ``desk_items``: what
    may lie on the desk; without them the rules say nothing about it. ``consequences``: what a
    confirmed breach leads to. ``pledge``: what a candidate promises; it is asked before the start
    and never delays it. ``short_answer_at_least`` (characters without blanks) and
    ``essay_at_least`` (words): what the page says that a text needs; a shorter one is taken.
    """

    younger = frozenset({"short_answer_at_least", "essay_at_least"})

    hotline: str = Field(default="", max_length=40, pattern=r"^[0-9 +()\-]*$")
    desk_items: tuple[DeskItem, ...] = ()
    consequences: Text | None = None
    pledge: Text | None = None
    short_answer_at_least: int = Field(default=0, ge=0, le=MOST_LEAST)
    essay_at_least: int = Field(default=0, ge=0, le=MOST_LEAST)

    def at_least(self, item_type: str) -> int:
        """Return how long a text of that type of item has to be, 0 for any length."""
        asked = {
            ItemType.SHORT_ANSWER: self.short_answer_at_least,
            ItemType.ESSAY: self.essay_at_least,
        }
        return asked.get(ItemType(item_type), 0)

    @field_validator("consequences", "pledge")
    @classmethod
    def _short(cls, text: Text | None) -> Text | None:
        if text is not None and max(len(text.zh), len(text.en)) > LONGEST:
            raise ValueError(f"longer than {LONGEST} characters")
        return text
