"""Entries of the list of item statistics."""

from pydantic import Field

from sync.hq.exchange.entries import Entry
from sync.wire.model import Utc


class ItemStatisticsEntry(Entry):
    """Figures of an item in one form of a sitting's paper, as a snapshot has them.

    Shares are from 0 to 1; `_low` and `_high` limit 95 % intervals. None: not marked for
    everybody, too few candidates, or all equal.
    """

    about = ("sitting_id", "paper")
    report = ("snapshot_id",)
    part = ("form", "item_id")

    snapshot_id: str
    sitting_id: str
    paper: str
    programme: str
    form: str
    position: int
    item_id: str
    item_version: int
    type: str
    paper_part: str
    subject: str
    most: float = Field(description="Points for a full answer.")
    candidates: int
    difficulty: float | None = Field(description="Mean share of the points: a high one is easy.")
    difficulty_low: float | None
    difficulty_high: float | None
    full: float | None = Field(description="Share with full points.")
    discrimination: float | None = Field(description="Correlation with the rest of the paper.")
    discrimination_low: float | None
    discrimination_high: float | None
    groups: float | None = Field(description="Difficulty in the upper less the lower 27 %.")
    reliability: float | None = Field(description="Cronbach's alpha of the form.")
    reliability_without: float | None = Field(description="The same without this item.")
    omitted: float
    not_reached: float
    median_seconds: float | None
    ruled: bool = Field(description="A ruling changed its key.")
    for_all: bool = Field(description="A ruling gave everybody the points.")
    flags: tuple[str, ...] = Field(description="Why people should look at it.")
    computed_at: Utc
