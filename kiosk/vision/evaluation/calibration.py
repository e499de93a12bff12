"""Thresholds derived from an evaluation, and the evidence for them.

- *pass*: within every group at most one impostor pair in a thousand. Fewer than a thousand
  pairs in a group cannot show that by counting. The threshold is then above the most alike
  pair, and above the point that a normal distribution of the same mean and spread exceeds in
  one of a thousand pairs. That is an extrapolation and is labelled as one; the bound on the
  rate is based on counts alone.
- *look-alike*: at most one pair by chance in a room of sixty people of the hardest group, and
  above pass.
- *staff*: as low as a tenth of the hardest group's impostors permits, so that the right
  candidate in bad light is hardly ever judged to be another person. A lower threshold would
  help impostors, because a face in the staff band raises no alarm during the exam.
"""

from dataclasses import asdict, dataclass
from math import ceil

import numpy as np
from scipy.stats import norm

from kiosk.exam.identity.bands import Bands
from kiosk.vision.errors import EvaluationRefused
from kiosk.vision.evaluation.people import Marks, PeopleRate
from kiosk.vision.evaluation.rates import Scores
from kiosk.vision.evaluation.sections import Trial

PASS_FMR = 0.001
HALL = 60
HALL_PAIRS = HALL * (HALL - 1) // 2
STAFF_FMR = 0.1
STEP = 0.01
LEAST_PAIRS, LEAST_PEOPLE = 10, 5
"""Groups with fewer pairs or people are not used for a threshold."""


@dataclass(frozen=True)
class Measured:
    """The rates at a threshold; FMR is that within the hardest group."""

    threshold: float
    fmr: PeopleRate
    fnmr: PeopleRate
    tail_fmr: float
    """FMR by the normal distribution of the group's impostors: an extrapolation."""


@dataclass(frozen=True)
class Given:
    """Thresholds chosen by a person; None means that one is to be proposed."""

    pass_at: float | None = None
    staff_at: float | None = None
    look_alike_at: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the thresholds that were chosen."""
        return tuple(name for name, at in asdict(self).items() if at is not None)


@dataclass(frozen=True)
class Proposal:
    """Proposed thresholds. ``hardest``: the group that determines them, None without groups.

    ``mated_of_hardest``: whether FNMR is that of the hardest group rather than of all mated
    pairs. ``counted``: whether counts alone reached PASS_FMR, without extrapolation.
    """

    hardest: str | None
    at_pass: Measured
    at_staff: Measured
    at_look_alike: Measured
    mated_of_hardest: bool
    counted: bool
    left_out: tuple[str, ...]
    given: tuple[str, ...] = ()

    @property
    def bands(self) -> Bands:
        """Return the pass and staff thresholds.

        Raises:
            InvalidBands: thresholds chosen by a person are in the wrong order.
        """
        return Bands(self.at_pass.threshold, self.at_staff.threshold)

    @property
    def by_chance(self) -> float:
        """Return the expected look-alike pairs among sixty people of the hardest group.

        This is an extrapolation.
        """
        return HALL_PAIRS * max(self.at_look_alike.tail_fmr, self.at_look_alike.fmr.rate.value)

    @property
    def by_chance_at_most(self) -> float:
        """Return the most look-alike pairs that the counts allow (95 %)."""
        return HALL_PAIRS * self.at_look_alike.fmr.by_people[1]


def propose(trial: Trial, given: Given | None = None) -> Proposal:
    """Propose thresholds for the pack.

    Raises:
        EvaluationRefused: there are too few pairs, or the given thresholds are out of order.
    """
    given = given or Given()
    usable, left_out = _usable(trial)
    if not trial.mated().any() or not usable:
        raise EvaluationRefused(
            "Thresholds need pairs of one person, and at least "
            f"{LEAST_PAIRS} pairs among {LEAST_PEOPLE} people of one group who are not the same "
            "person. Add pairs, and evaluate again."
        )
    needed = {name: needed_for(trial.scores(usable[name]), PASS_FMR) for name in usable}
    hardest = max(needed, key=lambda name: needed[name])
    chosen = usable[hardest]
    pass_at, staff_at, look_alike_at = _thresholds(needed[hardest], trial.scores(chosen), given)
    of_hardest = bool(hardest) and _enough(trial, trial.mated(hardest))
    mated = trial.mated(hardest if of_hardest else None)
    return Proposal(
        hardest or None,
        _measured(trial, chosen, mated, pass_at),
        _measured(trial, chosen, mated, staff_at),
        _measured(trial, chosen, mated, look_alike_at),
        of_hardest,
        countable(int(chosen.sum()), PASS_FMR),
        tuple(left_out),
        given.names,
    )


def _thresholds(needed: float, impostors: Scores, given: Given) -> tuple[float, float, float]:
    """Return the pass, staff and look-alike thresholds.

    Raises:
        EvaluationRefused: the thresholds are not in ascending order.
    """
    pass_at = _up(needed) if given.pass_at is None else given.pass_at
    staff_at, look_alike_at = given.staff_at, given.look_alike_at
    if staff_at is None:
        staff_at = min(pass_at - STEP, _up(needed_for(impostors, STAFF_FMR)))
    if look_alike_at is None:
        look_alike_at = max(pass_at + STEP, _up(needed_for(impostors, 1 / HALL_PAIRS)))
    if not staff_at < pass_at <= look_alike_at:
        raise EvaluationRefused(
            f"The thresholds staff {staff_at:g}, pass {pass_at:g} and look-alike "
            f"{look_alike_at:g} are not in ascending order. Correct those that you gave."
        )
    return pass_at, staff_at, look_alike_at


def _usable(trial: Trial) -> tuple[dict[str, Marks], list[str]]:
    """Return the impostor pairs of each group with enough of them, and the names of other groups.

    If there are no groups, all impostor pairs are under the name ``""``.
    """
    if not trial.groups:
        return ({"": trial.non_mated()} if _enough(trial, trial.non_mated()) else {}), []
    within = {name: trial.within(name) for name in trial.groups}
    enough = {name: chosen for name, chosen in within.items() if _enough(trial, chosen)}
    return enough, [name for name in within if name not in enough]


def _enough(trial: Trial, chosen: Marks) -> bool:
    people = len(np.unique(np.concatenate([trial.one[chosen], trial.other[chosen]])))
    return int(chosen.sum()) >= LEAST_PAIRS and people >= LEAST_PEOPLE


def countable(pairs: int, rate: float) -> bool:
    """Return whether one error in this many pairs is within the rate."""
    return pairs * rate >= 1 - 1e-9


def needed_for(impostors: Scores, fmr: float) -> float:
    """Return the lowest threshold with at most that FMR: counted, or extrapolated for few pairs."""
    highest = np.sort(impostors)[::-1]
    allowed = int(fmr * len(highest) + 1e-9)
    # Just above the first impostor that must not match, since a score on the threshold matches.
    counted = float(np.nextafter(highest[min(allowed, len(highest) - 1)], np.inf))
    if countable(len(highest), fmr):
        return counted
    return max(counted, float(highest.mean() + norm.isf(fmr) * highest.std(ddof=1)))


def _measured(trial: Trial, impostors: Marks, mated: Marks, threshold: float) -> Measured:
    # Rounded before measuring, so that the rates belong to the number that is written to the
    # file.
    threshold = round(threshold, 4)
    fmr, fnmr = trial.fmr(impostors, threshold), trial.fnmr(mated, threshold)
    if fmr is None or fnmr is None:
        raise EvaluationRefused("Thresholds need pairs of one person and pairs of two.")
    scores = trial.scores(impostors)
    spread = max(float(scores.std(ddof=1)), 1e-9)
    return Measured(threshold, fmr, fnmr, float(norm.sf((threshold - scores.mean()) / spread)))


def _up(threshold: float) -> float:
    return round(ceil(threshold / STEP - 1e-9) * STEP, 2)
