"""The blueprint of an examination: parts, sections, points, and the pass mark (R3, R11).

A programme has one examination, or one for each level. A part is what the notice lists (theory,
technique, essay); its sections say how many items of which type, from which domains, at how many
points. Parts are sat in any order in one time, or one after another, each in its own minutes.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk.exam.attempt.parts import PartTime
from kiosk.exam.attempt.timing import TimeRules
from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.values import Named, Table, Text

Count = Annotated[int, Field(ge=1, le=500)]
Least = Annotated[int, Field(ge=0, le=500)]
Share = Annotated[Decimal, Field(ge=0, le=1000)]
Minutes = Annotated[int, Field(ge=1, le=600)]

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
    """A part of the examination; the total counts its points ``weight`` times.

    ``minutes``: its own time. ``earliest_hand_in_minutes`` count from the beginning of the part;
    it cannot be handed in before.
    """

    younger = frozenset({"minutes", "earliest_hand_in_minutes"})

    weight: Decimal = Field(default=Decimal(1), gt=0, le=10)
    minutes: Minutes | None = None
    earliest_hand_in_minutes: int = Field(default=0, ge=0, le=600)
    sections: tuple[Section, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_handed_in(self) -> Self:
        earliest = self.earliest_hand_in_minutes
        if self.minutes is not None and earliest > self.minutes:
            raise ValueError(
                f"earliest_hand_in_minutes {earliest} is above the part's {self.minutes} minutes"
            )
        return self

    def points(self, domains: int) -> Decimal:
        """Return the part's points before weighting."""
        return sum((line.points * line.size(domains) for line in self.sections), Decimal(0))


class Examination(Table):
    """One paper's rules: its parts, its time, and its pass mark.

    ``level`` is omitted in a programme without levels. ``subject_minimum``: points, before
    weighting, that a candidate must reach in items of a subject, besides ``pass_mark``.
    ``quotas``: demands across sections, such as the points of a domain or the number of
    difficult items. ``parts_in_order``: one part is open at a time, in the order of the file, and
    closed for good when it is handed in or its minutes are over. ``carry_over``: minutes that a
    part did not use are added to the next one; otherwise they are lost.
    """

    younger = frozenset({"parts_in_order", "carry_over"})

    level: str | None = None
    duration_minutes: int = Field(ge=1, le=600)
    parts_in_order: bool = False
    carry_over: bool = False
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

    @model_validator(mode="after")
    def _parts_fit_their_times(self) -> Self:
        lacking = [part.id for part in self.parts if part.minutes is None]
        if len(lacking) == len(self.parts):
            self._check_one_clock()
        elif lacking:
            raise ValueError(f"give minutes to all parts or to none: {', '.join(lacking)} has none")
        else:
            self._check_clocks(sum(part.minutes or 0 for part in self.parts))
        return self

    def _check_one_clock(self) -> None:
        if self.carry_over:
            raise ValueError("carry_over needs parts with minutes")
        earliest = sum(part.earliest_hand_in_minutes for part in self.parts)
        if earliest and not self.parts_in_order:
            raise ValueError(
                "earliest_hand_in_minutes of a part needs parts that are handed in one after"
                " another: set parts_in_order = true"
            )
        if earliest > self.duration_minutes:
            raise ValueError(
                f"the parts' earliest_hand_in_minutes add up to {earliest},"
                f" more than duration_minutes {self.duration_minutes}"
            )

    def _check_clocks(self, minutes: int) -> None:
        if not self.parts_in_order:
            raise ValueError("parts with minutes are sat in order: set parts_in_order = true")
        if minutes != self.duration_minutes:
            raise ValueError(
                f"the parts' minutes add up to {minutes}, not duration_minutes"
                f" {self.duration_minutes}"
            )

    @property
    def part_times(self) -> tuple[PartTime, ...]:
        """The parts that are sat in order, with their times; none where all are open at once."""
        if not self.parts_in_order:
            return ()
        return tuple(
            PartTime(part.id, part.minutes, part.earliest_hand_in_minutes) for part in self.parts
        )

    def fits(self, minutes: int) -> bool:
        """Return whether a paper may last that long: parts with minutes leave no choice."""
        return minutes == self.duration_minutes or self.parts[0].minutes is None

    def check_times(self, rules: TimeRules) -> None:
        """Check the examination against the programme's ``[time]``.

        Raises:
            ValueError: a rule is longer than the examination, or does not fit its parts.
        """
        rules.check(self.duration_minutes)
        first, last = self.parts[0], self.parts[-1]
        if first.minutes is None or last.minutes is None:
            return
        if rules.late_entry_minutes > first.minutes:
            raise ValueError(
                f"time.late_entry_minutes {rules.late_entry_minutes} is longer than the first"
                f" part, {first.id}: {first.minutes} minutes"
            )
        if self.carry_over:
            return
        # Nobody leaves before the earliest hand-in; without carry-over, time can be up before.
        shortest = sum(part.earliest_hand_in_minutes for part in self.parts[:-1]) + last.minutes
        if rules.earliest_hand_in_minutes > shortest:
            raise ValueError(
                f"time.earliest_hand_in_minutes is {rules.earliest_hand_in_minutes}, but whoever"
                f" hands in parts early runs out of time after {shortest} minutes: raise the"
                " parts' earliest_hand_in_minutes"
            )

    def part(self, part_id: str) -> Part:
        """Return the part of that id.

        Raises:
            KeyError: there is no such part.
        """
        for part in self.parts:
            if part.id == part_id:
                return part
        raise KeyError(part_id)

    def of_parts(self, parts: Collection[str]) -> Self:
        """Return the examination with these parts only; with none named, all of it.

        A quota over several parts is for whole papers. Without minutes of its own a part lasts as
        long as the sitting says. Total, pass mark and subject minimum stay those of all parts.

        Raises:
            KeyError: there is no such part.
        """
        chosen = {self.part(part_id).id for part_id in parts} or {part.id for part in self.parts}
        kept = tuple(part for part in self.parts if part.id in chosen)
        if len(kept) == len(self.parts):
            return self
        minutes = [part.minutes for part in kept if part.minutes is not None]
        changed = {
            "parts": kept,
            "quotas": tuple(quota for quota in self.quotas if quota.part in chosen),
            "duration_minutes": sum(minutes) or self.duration_minutes,
        }
        return self.model_copy(update=changed)

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
