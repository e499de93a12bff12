"""How the written answers of a paper are marked: what an adjudicator sets in a plan."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.values import Table

Percent = Annotated[int, Field(ge=0, le=100)]
Points = Annotated[Decimal, Field(ge=0, le=200)]

Two = Literal["mean", "higher"]
Three = Literal["mean_of_closest", "third_decides", "mean", "higher"]
Rounding = Literal["up", "half_up", "down"]
Allocation = Literal["item", "script"]


class PlanSettings(Table):
    """The rules of one plan.

    ``allocation``: a marker gets answers to one item, or all written answers of one candidate.
    ``double_percent``: how many of 100 answers two people mark. ``threshold``: two marks that
    differ by more points need a third. ``two``, ``three``: how two and three marks become one;
    ``rounding``: to the programme's step. ``lease_minutes``: how long an answer is held for a
    marker. ``undo_minutes``: how long markers may take back their last mark.

    ``qualify_count``: agreed scripts of an item to mark before real ones, 0 for none;
    ``qualify_percent`` of them must be within ``tolerance`` points of the agreed mark.
    ``control_percent``: how many of 100 answers dealt are control scripts. A marker is paused
    when the last ``drift_window`` of them differ from the agreed marks, as a share of the item's
    points, by more than ``drift_percent`` on average, or all in one direction by more than
    ``bias_percent``. ``feedback``: whether markers see their own deviation.
    """

    allocation: Allocation = "item"
    double_percent: Percent = 20
    threshold: Points = Decimal(2)
    two: Two = "mean"
    three: Three = "mean_of_closest"
    rounding: Rounding = "half_up"
    lease_minutes: int = Field(default=20, ge=2, le=240)
    undo_minutes: int = Field(default=10, ge=0, le=240)
    qualify_count: int = Field(default=0, ge=0, le=50)
    qualify_percent: Percent = 80
    tolerance: Points = Decimal(1)
    control_percent: Annotated[int, Field(ge=0, le=50)] = 5
    drift_window: int = Field(default=10, ge=3, le=100)
    drift_percent: Percent = 15
    bias_percent: Percent = 10
    feedback: bool = True

    @model_validator(mode="after")
    def _bias_within_drift(self) -> Self:
        # A mean difference is never larger than the mean absolute one: the limit would never act.
        if self.bias_percent > self.drift_percent:
            raise ValueError("bias_percent cannot be above drift_percent")
        return self


class ItemRule(Table):
    """What one item has instead of its plan's rules; None where it has the plan's."""

    double_percent: Percent | None = None
    threshold: Points | None = None
