"""Simulated sittings: honest candidates, and candidates who copy.

The answers come from a model that differs from the one they are judged by: guessing, wrong
answers that draw weak candidates more, rooms that had the same teacher, and candidates who run
out of time.
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.random import Generator
from scipy.special import softmax

from sync.hq.similarity.model import NOTHING, Bools, Floats, Ints, Responses
from sync.hq.similarity.places import Place, Seating, place_of

PER_ROOM, PER_ROW = 30, 6


@dataclass(frozen=True)
class Kind:
    """A kind of items: wrong answers that occur, chance to guess it, and how hard it usually is.

    ``uneven``: the Dirichlet weight of its wrong answers; the lower, the more one of them draws.
    """

    wrong: int
    guess: float
    hard: float
    uneven: float


SINGLE, MULTIPLE, TRUE_FALSE = Kind(3, 0.2, 0, 1), Kind(10, 0.02, 0.6, 0.5), Kind(1, 0.4, 0, 1)
KINDS = SINGLE, SINGLE, MULTIPLE, TRUE_FALSE, TRUE_FALSE
"""Each fifth of a paper."""


@dataclass(frozen=True)
class World:
    """What is simulated. ``teacher``: how strongly rooms share what they were taught, 0 to 2.

    ``slow``: the share of candidates who run out of time before the last tenth of the paper.
    ``able``: raises everybody's ability, in standard deviations.
    """

    candidates: int
    items: int = 100
    teacher: float = 0.0
    slow: float = 0.15
    able: float = 0.8


@dataclass(frozen=True)
class Sitting:
    """Answers and seats; ``copied``: pairs of copier and source, or of sharers of a key."""

    responses: Responses
    ability: Floats
    places: tuple[Place, ...]
    copied: tuple[tuple[int, int], ...] = ()


def simulate(world: World, random: Generator) -> Sitting:
    """Return a sitting in which nobody copies."""
    people = world.candidates
    room = np.arange(people) // PER_ROOM
    rooms = int(room.max()) + 1
    ability = random.normal(world.able, 1, people) + 0.4 * random.normal(0, 1, rooms)[room]
    kinds = [KINDS[number % len(KINDS)] for number in range(world.items)]
    columns = [_answers(kind, world.teacher, ability, room, random) for kind in kinds]
    wrong = np.array([kind.wrong for kind in kinds])
    codes = _left_open(np.stack(columns, axis=1), wrong, world, random)
    responses = Responses(codes, np.zeros(world.items, dtype=np.int64), wrong)
    places = tuple(
        place_of(f"C{number // PER_ROOM:04}", "1", str(number % PER_ROOM + 1), PER_ROW)
        for number in range(people)
    )
    return Sitting(responses, ability, places)


def _left_open(codes: Ints, wrong: Ints, world: World, random: Generator) -> Ints:
    """Let slow candidates guess the end of the paper, or leave it open; others skip a question."""
    people, items = codes.shape
    slow: Bools = np.less(random.random(people), world.slow)
    late = slow[:, None] & (np.arange(items) >= items - items // 10)
    guessed = (random.random(codes.shape) * (wrong + 1)).astype(np.int64)
    hurried = np.where(random.random((people, 1)) < 0.5, guessed, NOTHING)
    codes = np.where(late, hurried, codes)
    return np.where(random.random(codes.shape) < 0.01, NOTHING, codes)


def _answers(kind: Kind, teacher: float, ability: Floats, room: Ints, random: Generator) -> Ints:
    """Return everybody's codes on one item; 0 is right."""
    rooms = int(room.max()) + 1
    hard, slope = random.normal(kind.hard, 1), random.lognormal(0, 0.3)
    taught = teacher * random.normal(0, 0.5, rooms)[room]
    right = 1 / (1 + np.exp(-1.2 * slope * (ability - hard + taught)))
    drawn = np.log(random.dirichlet(np.full(kind.wrong, kind.uneven)) + 1e-3)
    weights = drawn + np.outer(ability, random.normal(0, 0.5, kind.wrong))
    # A mistake that was taught: some rooms are drawn to one wrong answer.
    misled = random.random(rooms) < 0.15
    towards = random.integers(0, kind.wrong, rooms)
    weights[np.arange(len(room)), towards[room]] += np.where(misled[room], 2 * teacher, 0)
    steps = softmax(weights, axis=1).cumsum(axis=1)[:, :-1]
    chosen = 1 + (random.random((len(room), 1)) > steps).sum(axis=1)
    known = random.random(len(room)) < kind.guess + (1 - kind.guess) * right
    return np.where(known, 0, chosen).astype(np.int64)


def copy_neighbours(sitting: Sitting, share: float, random: Generator, *, able: bool) -> Sitting:
    """Let one in sixty copy a share of the answers of somebody within sight.

    ``able``: the sources are of the able third, else of the weak.
    """
    pairs = max(1, len(sitting.places) // 60)
    codes, order = sitting.responses.codes.copy(), np.argsort(-sitting.ability)
    third = max(len(order) // 3, 1)
    sources = random.permutation(order[:third] if able else order[-third:])[:pairs]
    seating, everybody = Seating(sitting.places), np.arange(len(codes))
    taken, copied = set(sources.tolist()), list[tuple[int, int]]()
    for source in sources.tolist():
        near = seating.near(np.full(len(codes), source), everybody)
        mates = [mate for mate in np.nonzero(near)[0].tolist() if mate not in taken]
        if mates:
            copier = int(random.choice(mates))
            taken.add(copier)
            copied.append((copier, source))
            _copy(codes, copier, codes[source], share, random)
    return replace(sitting, responses=replace(sitting.responses, codes=codes), copied=tuple(copied))


def _copy(codes: Ints, copier: int, answers: Ints, share: float, random: Generator) -> None:
    items = random.permutation(len(answers))[: round(share * len(answers))]
    given = items[answers[items] != NOTHING]
    codes[copier, given] = answers[given]


def share_key(
    sitting: Sitting, share: float, sharers: int, right: float, random: Generator
) -> Sitting:
    """Let people of the first room use the same prepared answers to a share of the questions.

    ``right``: the share of the prepared answers that are right.
    """
    codes, items = sitting.responses.codes.copy(), sitting.responses.codes.shape[1]
    chosen = random.permutation(min(PER_ROOM, len(codes)))[:sharers].tolist()
    wrong = 1 + (random.random(items) * sitting.responses.wrong).astype(np.int64)
    key = np.where(random.random(items) < right, 0, wrong)
    known = random.permutation(items)[: round(share * items)]
    for person in chosen:
        codes[person, known] = key[known]
    pairs = tuple(combinations(chosen, 2))
    return replace(sitting, responses=replace(sitting.responses, codes=codes), copied=pairs)
