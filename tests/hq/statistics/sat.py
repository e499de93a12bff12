"""Sittings that many candidates have sat, with answers that depend on ability."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue
from kiosk.system import entropy
from sync.hq.packages.papers import KeptPaper
from sync.hq.registration.roster_file import RosterEntry
from sync.wire.chain import GENESIS
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import (
    BundleAnswer,
    BundleIncident,
    PackageRef,
    ResultBundle,
    Timing,
)
from sync.wire.sealing.keys import KeyPair
from tests.hq.applicants import number
from tests.hq.desk import BY, CODE, OTHER, Desk

SECONDS = 30
"""Between two answers of a candidate."""

Change = Callable[[ResultBundle, int], ResultBundle]


@dataclass
class Hall:
    """Candidates of a sitting at two centres; deliver their results with :meth:`hand_in`."""

    desk: Desk
    sitting: str
    keys: dict[str, KeyPair] = field(default_factory=dict)

    def seat(self, counts: Mapping[str, int], labels: Mapping[str, str] | None = None) -> None:
        """Seat so many candidates at each centre and build its package of this form."""
        hq, first = self.desk.hq, len(self.desk.hq.registration.seats(self.sitting)) + 100
        for code, count in counts.items():
            if code not in {centre.code for centre in hq.centres.list()}:
                self.keys[code] = KeyPair.generate(entropy)
                self.desk.enrol(code, self.keys[code])
            entries = [RosterEntry(number(first + n), f"考生{first + n}") for n in range(count)]
            first += count
            hq.registration.import_roster(self.sitting, code, entries, BY)
            hq.packages.build(self.sitting, code, BY, (labels or {}).get(code, "A"))

    def hand_in(self, seed: int = 1, change: Change | None = None, shift: float = 0.0) -> None:
        """Let every candidate answer all objective items and hand in.

        ``shift`` is added to ability; ``change`` may alter a bundle before it is sealed.
        """
        generator = np.random.default_rng(seed)
        for place, seat in enumerate(self.desk.hq.registration.seats(self.sitting)):
            package = self.desk.hq.packages.newest(self.sitting, seat.centre_code)
            paper = self.desk.hq.papers.get(self.sitting, package.label, seat.paper)
            given = answers_of(paper, float(generator.normal()) + shift, generator)
            bundle = self.desk.result({}).model_copy(
                update={
                    "centre_code": seat.centre_code,
                    "sender_key_id": self._keys(seat.centre_code).public.key_id,
                    "attempt_id": f"{self.sitting}-{place}",
                    "sitting_id": self.sitting,
                    "candidate_id": seat.candidate_id,
                    "admission_no": seat.admission_no,
                    "package": PackageRef(id=package.id, version=package.version),
                    "answers": saved(given, self.start),
                    "timing": Timing(
                        started_at=self.start, ended_at=self.start + timedelta(hours=2)
                    ),
                    "incidents": incidents(place, self.start),
                }
            )
            self.deliver(change(bundle, place) if change else bundle)

    def deliver(self, bundle: ResultBundle) -> None:
        """Seal a bundle and let headquarters accept it."""
        keys = self._keys(bundle.centre_code)
        sealed = seal_bundle(bundle, keys, self.desk.hq.public_keys)
        self.desk.hq.intake.accept("result", bundle.centre_code, sealed.id, sealed.data)

    @property
    def start(self) -> datetime:
        return self.desk.hq.sittings.get(self.sitting).starts_at

    def _keys(self, code: str) -> KeyPair:
        return self.keys.get(code, self.desk.keys)


def answers_of(
    paper: KeptPaper, ability: float, generator: np.random.Generator
) -> dict[str, AnswerValue]:
    """Answers to the objective items, right more often with more ability."""
    given: dict[str, AnswerValue] = {}
    for item in paper.paper.items:
        if not item.type.objective:
            continue
        key = paper.schemes[item.id].key
        if ability + generator.normal() > -0.5:
            given[item.id] = list(key) if len(key) > 1 else key[0]
        else:
            wrong = [option for option in item.option_ids if option not in key] or [key[0]]
            pick = wrong[int(generator.integers(len(wrong)))]
            given[item.id] = [pick] if len(key) > 1 else pick
    return given


def saved(given: Mapping[str, AnswerValue], start: datetime) -> Sequence[BundleAnswer]:
    """The answers, saved one after another."""
    return tuple(
        BundleAnswer(
            item_id=item,
            seq=place,
            value=value,
            saved_at=start + timedelta(seconds=SECONDS * place),
            revisions=1,
            revisions_digest=GENESIS,
        )
        for place, (item, value) in enumerate(given.items(), start=1)
    )


def incidents(place: int, start: datetime) -> Sequence[BundleIncident]:
    """Nobody in view for every fifth candidate, an hour after the start."""
    if place % 5:
        return ()
    at = start + timedelta(hours=1)
    return (BundleIncident(id=f"I{place}", rule="nobody", started_at=at),)


def absent(bundle: ResultBundle) -> ResultBundle:
    """The bundle of a candidate who did not come."""
    timing = Timing(started_at=None, ended_at=bundle.timing.ended_at)
    return bundle.model_copy(
        update={"answers": (), "timing": timing, "end_reason": EndReason.ABSENT, "incidents": ()}
    )


def two_centres(desk: Desk) -> Hall:
    """A sitting of 36 candidates at two centres, who have not handed in yet."""
    hall = Hall(desk, desk.sitting)
    hall.seat({CODE: 23, OTHER: 12})
    return hall
