"""Who can get a certificate: what release says about released, passed results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class Certifiable:
    """A released result; ``parts``: points by part id, ``passed``: whether it counts as passed.

    ``centre_code``: where the exam was taken.
    """

    candidate_id: str
    name: str
    programme_id: str
    centre_code: str
    programme_version: int
    trade: str | None
    level: str | None
    parts: Mapping[str, Decimal]
    total: Decimal
    passed: bool
    released_at: datetime
    result_version: int


class Releases(Protocol):
    """What certificates need to know of release."""

    def certifiable(self, sitting_id: str, programme_id: str) -> Sequence[Certifiable]:
        """Return the released results of a sitting that passed and are not withdrawn."""
