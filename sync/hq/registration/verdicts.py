"""What an application's facts amount to, by the programme of its paper."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from kiosk.exam.programme.eligibility import Applicant
from kiosk.exam.programme.programme import Programme
from sync.hq.registration.own_certificates import OwnCertificates
from sync.hq.sittings import SittingView

_APPLICANT = TypeAdapter(Applicant)


@dataclass(frozen=True)
class Rules:
    """A sitting and its programmes, by the ids of its papers; ``day``: its local date.

    ``own``: certificates that headquarters issued, which count without being claimed.
    """

    sitting: SittingView
    programmes: Mapping[str, Programme]
    day: date
    own: OwnCertificates = field(default_factory=dict)

    def wanted(self, paper_id: str) -> Sequence[str]:
        """Return the material that the paper's programme asks for."""
        return [material.id for material in self.programmes[paper_id].materials]

    def judged(self, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Return an application's row with what follows from its claims and its paper."""
        programme, paper = self.programmes[row["paper"]], self.sitting.paper(row["paper"])
        applicant = _APPLICANT.validate_python(row["claims"])
        until = programme.years_until(self.day)
        held = self.own.get((programme.id, row["candidate_id"]), ())
        own = tuple(filter(None, (one.on(until) for one in held)))
        applicant = replace(applicant, certificates=(*applicant.certificates, *own))
        verdict = programme.judge(paper.level, applicant.on(until))
        shortfalls = {
            clause: [asdict(short) for short in shorts]
            for clause, shorts in verdict.shortfalls.items()
        }
        return {
            **row,
            "clause": verdict.clause,
            "hours_missing": verdict.hours_missing,
            "shortfalls": {} if verdict.clause else shortfalls,
            "updated_at": now,
        }
