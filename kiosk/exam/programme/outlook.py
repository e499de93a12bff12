"""What an applicant lacks for each clause, and when work alone will make up for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kiosk.exam.programme.eligibility import (
    Alternative,
    Applicant,
    CertificateNeeded,
    EntryCondition,
    lacks,
)
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.work import after, months_of, reached

_YEARS = ("work_years", "continuous_years")


@dataclass(frozen=True)
class Outlook:
    """The way into a clause that an applicant is nearest to.

    ``lacking``: names of the fields of ``way`` that are not fulfilled. ``on``: the day from which
    the clause is fulfilled if relevant work and certificates go on; None if that is not enough.
    """

    condition: EntryCondition
    way: Alternative
    lacking: tuple[str, ...]
    on: date | None


def outlooks(
    programme: Programme, level: str | None, applicant: Applicant, until: date
) -> list[Outlook]:
    """Return the outlook of each clause for a level, with work counted up to ``until``."""
    settled = applicant.on(until)
    return [
        min(
            (
                _outlook(condition, way, programme.level_ids, settled, until)
                for way in programme.entry.ways(condition)
            ),
            key=lambda one: (one.on or date.max, len(one.lacking)),
        )
        for condition in programme.entry_conditions
        if condition.level in (None, level)
    ]


def _outlook(
    condition: EntryCondition,
    way: Alternative,
    levels: Sequence[str],
    applicant: Applicant,
    until: date,
) -> Outlook:
    lacking = tuple(one.what for one in lacks(way, levels, applicant))
    days = [_fulfilled(what, way, levels, applicant, until) for what in lacking]
    known = [day for day in days if day is not None]
    on = max([until, *known]) if len(known) == len(days) else None
    return Outlook(condition, way, lacking, on)


def _fulfilled(
    what: str, way: Alternative, levels: Sequence[str], applicant: Applicant, until: date
) -> date | None:
    """Return the day on which time alone will have fulfilled a demand, or None."""
    if what in _YEARS:
        need: Decimal = getattr(way, what)
        if applicant.periods:
            unbroken = what == "continuous_years"
            return reached(applicant.periods, until, need, unbroken=unbroken)
        return _later(until, need, applicant.years(what))
    if what == "certificate" and way.certificate is not None:
        return _held_long_enough(way.certificate, levels, applicant, until)
    return None


def _held_long_enough(
    needed: CertificateNeeded, levels: Sequence[str], applicant: Applicant, until: date
) -> date | None:
    held = [
        one.held_years
        for one in applicant.certificates
        if one.of == needed.of and one.level in levels[levels.index(needed.level) :]
    ]
    return _later(until, needed.held_years, max(held)) if held else None


def _later(day: date, need: Decimal, have: Decimal) -> date:
    return after(day, months_of(need) - months_of(have))
