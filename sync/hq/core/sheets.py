"""The score of an attempt: one canonical document, the same bytes from the same inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from sync.wire import canonical

COMPLETE, WAITING, VOID = "complete", "waiting_for_marks", "void"
PARTIAL = "partial"
ABSENT, STOPPED, UNMATCHED = "absent", "stopped", "unmatched"
NOT_ADMITTED, WITHDRAWN, NOT_BEGUN = "not_admitted", "withdrawn", "not_begun"
NOT_ON_ROSTER = "not_on_roster"
STATUSES = (
    *(COMPLETE, PARTIAL, WAITING, VOID, ABSENT, STOPPED),
    *(UNMATCHED, NOT_ADMITTED, WITHDRAWN, NOT_BEGUN, NOT_ON_ROSTER),
)

Points = Mapping[str, Decimal]


@dataclass(frozen=True)
class Taken:
    """Where a part comes from: an earlier attempt of the candidate, and when it was sat."""

    centre_code: str
    attempt_id: str
    sat_at: datetime

    def to_json(self) -> dict[str, str]:
        """Return the values as text."""
        return {**vars(self), "sat_at": self.sat_at.isoformat()}

    @classmethod
    def of_json(cls, data: Mapping[str, str]) -> Self:
        """Return what :meth:`to_json` wrote."""
        sat_at = datetime.fromisoformat(data["sat_at"])
        return cls(data["centre_code"], data["attempt_id"], sat_at)


@dataclass(frozen=True)
class Sheet:
    """Outcome of scoring. ``status`` is one of :data:`STATUSES`.

    ``exact_total``, ``total`` (rounded as published) and ``passed`` are None until all answers
    are marked. ``points``: by item; ``parts`` and ``subjects``: before weighting.

    ``partial``: the candidate has not sat all parts of the examination; ``total`` and ``passed``
    follow when the last one has been sat. ``taken``: which parts come from earlier attempts;
    ``parts`` contains their points.

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
    taken: Mapping[str, Taken] = field(default_factory=dict)

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
            # Only where there are any: results of whole papers keep their digests.
            **({"taken": taken_json(self.taken)} if self.taken else {}),
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
            taken=taken_of(data.get("taken", {})),
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return canonical.digest(canonical.dumps(self.to_json()))


def taken_json(taken: Mapping[str, Taken]) -> dict[str, dict[str, str]]:
    """Return where parts come from, as JSON."""
    return {part: source.to_json() for part, source in taken.items()}


def taken_of(data: Mapping[str, Mapping[str, str]]) -> dict[str, Taken]:
    """Return what :func:`taken_json` wrote."""
    return {part: Taken.of_json(source) for part, source in data.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _texts(values: Points) -> dict[str, str]:
    return {name: format(value, "f") for name, value in values.items()}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _numbers(texts: Mapping[str, str]) -> Points:
    return {name: Decimal(text) for name, text in texts.items()}
