"""How far the scans of an applicant are, material by material (R9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sync.hq.registration.scan_names import BACK, FRONT


class ScanState(StrEnum):
    """The state of one scan, and of a material with its scans; MISSING has none."""

    MISSING = "missing"
    NEW = "new"
    RETURNED = "returned"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class ScanView:
    """A scan without its bytes; ``part``: front, back, the number of a page, or nothing."""

    id: str
    sitting_id: str
    candidate_id: str
    material: str
    part: str
    file_name: str
    kind: str
    size: int
    uploaded_at: datetime
    uploaded_by: str
    state: ScanState
    decided_at: datetime | None
    decided_by: str | None
    reason: str
    replaced_at: datetime | None
    deleted_at: datetime | None

    @property
    def counts(self) -> bool:
        """Whether the scan is one of those that a material's state depends on."""
        return self.replaced_at is None


def scan_view(row: Mapping[Any, Any]) -> ScanView:
    """Return a row of scans as a view."""
    names = ScanView.__dataclass_fields__.keys() - {"state"}
    return ScanView(**{name: row[name] for name in names}, state=ScanState(row["state"]))


def state_of(scans: Iterable[ScanView]) -> ScanState:
    """Return the state of a material: accepted once all its scans are, and both sides are there.

    A returned scan goes before a new one, because the applicant has to do something.
    """
    states = [(scan.part, scan.state) for scan in scans if scan.counts]
    if not states:
        return ScanState.MISSING
    for state in (ScanState.RETURNED, ScanState.NEW):
        if any(found is state for _, found in states):
            return state
    sides = {part for part, _ in states} & {FRONT, BACK}
    return ScanState.MISSING if len(sides) == 1 else ScanState.ACCEPTED


def states_of(
    materials: Sequence[str], scans: Iterable[ScanView]
) -> Mapping[str, tuple[ScanState, Sequence[ScanView]]]:
    """Return state and counting scans of each material."""
    by_material: dict[str, list[ScanView]] = {material: [] for material in materials}
    for scan in scans:
        if scan.counts and scan.material in by_material:
            by_material[scan.material].append(scan)
    return {material: (state_of(found), found) for material, found in by_material.items()}


def without_accepted(missing: Sequence[str], states: Mapping[str, ScanState]) -> list[str]:
    """Return the materials that are missing, with what their scans say.

    A material without scans is as somebody has ticked it.
    """
    left = [one for one in missing if states.get(one) is not ScanState.ACCEPTED]
    return left + [
        one for one, state in states.items() if state is not ScanState.ACCEPTED and one not in left
    ]
