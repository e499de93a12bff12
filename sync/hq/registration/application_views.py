"""Applications as they are read: for lists, letters and seats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

PORTRAIT = "portrait"
"""The id of the material that a registered portrait counts as."""


@dataclass(frozen=True)
class ApplicationView:
    """An application as stored.

    ``decision``: ``admitted``, ``refused`` or ``withdrawn`` by a person, or empty. ``reserve``:
    the place on the reserve list.
    """

    sitting_id: str
    candidate_id: str
    name: str
    identity_no: str
    sex: str | None
    birth_date: date | None
    claims: Mapping[str, Any]
    clause: str | None
    hours_missing: Decimal
    shortfalls: Mapping[str, Sequence[Mapping[str, str]]]
    materials_missing: Sequence[str]
    portrait_findings: Sequence[str] | None
    portrait_accepted: bool
    has_portrait: bool
    decision: str
    reason: str
    centre: str
    extra_minutes: int
    paper: str
    reserve: int | None = None
    needs: str = ""

    @property
    def portrait_sound(self) -> bool:
        """Whether the face pack found no fault with the portrait, or a person accepted it."""
        return self.has_portrait and (self.portrait_accepted or self.portrait_findings == [])

    @property
    def complete(self) -> bool:
        """Whether the rules and checks admit the candidate without a decision by a person."""
        admitted = self.clause is not None and self.hours_missing == 0
        return admitted and not self.materials_missing and self.portrait_sound

    @property
    def admitted(self) -> bool:
        """Whether the candidate gets a seat."""
        return self.decision == "admitted" or (self.complete and not self.decision)

    @property
    def state(self) -> str:
        """``admitted``, ``refused`` or ``withdrawn``, ``not_eligible``, or ``incomplete``."""
        if self.admitted:
            return "admitted"
        if self.decision:
            return self.decision
        return "incomplete" if self.clause is not None else "not_eligible"


def application_view(row: Mapping[Any, Any]) -> ApplicationView:
    """Return a row of applications that is joined with its candidate as a view."""
    values = {name: row[name] for name in ApplicationView.__dataclass_fields__ if name in row}
    has_portrait = row["portrait"] is not None
    if has_portrait:
        values["materials_missing"] = [id_ for id_ in row["materials_missing"] if id_ != PORTRAIT]
    return ApplicationView(**values, has_portrait=has_portrait)
