"""The blueprint of an examination: parts, sections, points, and the pass mark (R3, R11).

A programme has one examination, or one for each level. A part is what the notice lists (theory,
technique, essay); its sections say how many items of which type, from which domains, at how many
points.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.values import Named, Table, Text

Count = Annotated[int, Field(ge=1, le=500)]
Least = Annotated[int, Field(ge=0, le=500)]
Share = Annotated[Decimal, Field(ge=0, le=1000)]

_COUNTED = ("part", "subject", "domain", "type", "difficulty", "trade")
OWN = "own"
"""A quota's ``trade`` that stands for the trade of the paper."""


class Section(Table):
    """Items of one type at equal points.

    Exactly one of ``per_domain`` (this many from each domain of the programme), ``counts``
    (this many from each named domain) and ``count`` (this many, from any domain). With
    ``subject`` only items of that subject are drawn.
    """

    type: ItemType
    title: Text
    points: Decimal = Field(gt=0, le=200)
    per_domain: Count | None = None
    counts: Mapping[str, Count] | None = None
    count: Count | None = None
    subject: str | None = None

    @model_validator(mode="after")
    def _one_way_to_count(self) -> Self:
        ways = (self.per_domain, self.counts, self.count)
        if sum(way is not None for way in ways) != 1 or self.counts == {}:
            raise ValueError("give exactly one of per_domain, counts and count")
        return self

    def size(self, domains: int) -> int:
        """Return the number of items in a programme of ``domains`` domains."""
        if self.counts is not None:
            return sum(self.counts.values())
        return self.count or (self.per_domain or 0) * domains


class Quota(Table):
    """How many matching items, or points before weighting, a paper must contain.

    An item counts when it matches every property that is given. ``items`` and ``points`` are
    the minimum and the maximum, both inclusive. ``trade``: only items of this trade, or of the
    paper's own trade for ``own``, and not those of all trades. A quota of a named trade holds
    for papers of that trade.
    """

    younger = frozenset({"trade"})

    part: str | None = None
    subject: str | None = None
    domain: str | None = None
    type: ItemType | None = None
    difficulty: Difficulty | None = None
    trade: str | None = None
    items: tuple[Least, Least] | None = None
    points: tuple[Share, Share] | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        bounds = self.items or self.points
        if bounds is None or (self.items and self.points):
            raise ValueError("give either items or points, as [least, most]")
        if bounds[0] > bounds[1]:
            raise ValueError(f"the least, {bounds[0]}, is above the most, {bounds[1]}")
        if not self.names:
            raise ValueError(f"name what it counts: {', '.join(_COUNTED)}")
        return self

    @property
    def names(self) -> dict[str, str]:
        """The properties that an item must match to count."""
        return {name: str(value) for name in _COUNTED if (value := getattr(self, name)) is not None}


class Part(Named):
    """A part of the examination; the total counts its points ``weight`` times."""

    weight: Decimal = Field(default=Decimal(1), gt=0, le=10)
    sections: tuple[Section, ...] = Field(min_length=1)

    def points(self, domains: int) -> Decimal:
        """Return the part's points before weighting."""
        return sum((line.points * line.size(domains) for line in self.sections), Decimal(0))


class Examination(Table):
    """One paper's rules: its parts, its time, and its pass mark.

    ``level`` is omitted in a programme without levels. ``subject_minimum``: points, before
    weighting, that a candidate must reach in items of a subject, besides ``pass_mark``.
    ``quotas``: demands across sections, such as the points of a domain or the number of
    difficult items.
    """

    level: str | None = None
    duration_minutes: int = Field(ge=1, le=600)
    total: Decimal = Field(gt=0)
    pass_mark: Decimal = Field(gt=0)
    subject_minimum: Mapping[str, Annotated[Decimal, Field(gt=0)]] = Field(default_factory=dict)
    parts: tuple[Part, ...] = Field(min_length=1)
    quotas: tuple[Quota, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.pass_mark > self.total:
            raise ValueError(f"pass_mark {self.pass_mark} is above total {self.total}")
        if len({part.id for part in self.parts}) < len(self.parts):
            raise ValueError("a part's id occurs twice")
        return self

    def part(self, part_id: str) -> Part:
        """Return the part of that id.

        Raises:
            KeyError: there is no such part.
        """
        for part in self.parts:
            if part.id == part_id:
                return part
        raise KeyError(part_id)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of all parts, in order."""
        return tuple(section for part in self.parts for section in part.sections)

    def check(
        self, domains: tuple[Named, ...], subjects: tuple[Named, ...], trades: tuple[Named, ...]
    ) -> None:
        """Check the examination against the programme that contains it.

        Raises:
            ValueError: the points do not add up to the total, or a rule names a domain, subject,
                part or trade that does not exist.
        """
        points = sum((part.weight * part.points(len(domains)) for part in self.parts), Decimal(0))
        if points != self.total:
            raise ValueError(f"the parts add up to {points.normalize():f} points, not {self.total}")
        domain_ids = {domain.id for domain in domains}
        subject_ids = {subject.id for subject in subjects}
        for section in self.sections:
            for domain in set(section.counts or {}) - domain_ids:
                raise ValueError(f"there is no domain {domain}")
            if section.subject is not None and section.subject not in subject_ids:
                raise ValueError(f"there is no subject {section.subject}")
        for subject in set(self.subject_minimum) - subject_ids:
            raise ValueError(f"subject_minimum: there is no subject {subject}")
        known = {
            "part": {part.id for part in self.parts},
            "domain": domain_ids,
            "subject": subject_ids,
            "trade": {trade.id for trade in trades} | ({OWN} if trades else set()),
        }
        for quota in self.quotas:
            _check_quota(quota, known)


def _check_quota(quota: Quota, known: Mapping[str, set[str]]) -> None:
    for name, ids in known.items():
        wanted = quota.names.get(name)
        if wanted is not None and wanted not in ids:
            raise ValueError(f"quotas: there is no {name} {wanted}")
