"""The score of an attempt: one canonical document, the same bytes from the same inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from sync.wire import canonical

COMPLETE, WAITING, VOID = "complete", "waiting_for_marks", "void"
ABSENT, STOPPED, UNMATCHED = "absent", "stopped", "unmatched"
NOT_ADMITTED, WITHDRAWN, NOT_BEGUN = "not_admitted", "withdrawn", "not_begun"
NOT_ON_ROSTER = "not_on_roster"
STATUSES = (
    *(COMPLETE, WAITING, VOID, ABSENT, STOPPED),
    *(UNMATCHED, NOT_ADMITTED, WITHDRAWN, NOT_BEGUN, NOT_ON_ROSTER),
)

Points = Mapping[str, Decimal]


@dataclass(frozen=True)
class Sheet:
    """Outcome of scoring. ``status`` is one of :data:`STATUSES`.

    ``exact_total``, ``total`` (rounded as published) and ``passed`` are None until all answers
    are marked. ``points``: by item; ``parts`` and ``subjects``: before weighting.

    ``stopped``: the sitting was stopped and has to be rescheduled, whatever the points.
    ``not_begun``: the candidate was waiting when the sitting closed; people decide.
    ``not_on_roster``: the centre admitted the candidate by hand; people decide whether it
    counts. ``unmatched``: the bundle is stored but names a package or seat that headquarters
    does not know; ``remark`` says which.
    """

    status: str
    remark: str = ""
    objective: Decimal | None = None
    exact_total: Decimal | None = None
    total: Decimal | None = None
    passed: bool | None = None
    pending: tuple[str, ...] = ()
    points: Points = field(default_factory=dict)
    parts: Points = field(default_factory=dict)
    subjects: Points = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the sheet with decimals as text in plain notation, for :func:`digest`."""
        return {
            "status": self.status,
            "remark": self.remark,
            "objective": _text(self.objective),
            "exact_total": _text(self.exact_total),
            "total": _text(self.total),
            "passed": self.passed,
            "pending": list(self.pending),
            "points": _texts(self.points),
            "parts": _texts(self.parts),
            "subjects": _texts(self.subjects),
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the sheet that :meth:`to_json` wrote."""
        return cls(
            status=data["status"],
            remark=data["remark"],
            objective=_number(data["objective"]),
            exact_total=_number(data["exact_total"]),
            total=_number(data["total"]),
            passed=data["passed"],
            pending=tuple(data["pending"]),
            points=_numbers(data["points"]),
            parts=_numbers(data["parts"]),
            subjects=_numbers(data["subjects"]),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return canonical.digest(canonical.dumps(self.to_json()))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _texts(values: Points) -> dict[str, str]:
    return {name: format(value, "f") for name, value in values.items()}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _numbers(texts: Mapping[str, str]) -> Points:
    return {name: Decimal(text) for name, text in texts.items()}
