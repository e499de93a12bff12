"""Staged incidents as scripts: each begins honestly, and states when the scene begins."""

from collections.abc import Iterator
from collections.abc import Sequence as Listed
from typing import Any

from kiosk.bench.proctoring.script import Cue, Expect, Other, Sequence, Shot
from kiosk.exam.proctoring.rules import RuleId

BEGIN, LENGTH = 12, 36
"""When a scene begins, and how long a script lasts, in seconds."""

LATE = 70
"""Beginning of a scene after seating, when pictures on the wall have been masked."""

NOTICED = 12.0
"""Seconds within which a scene should be noticed, unless its script says otherwise."""

SECOND_PERSON = 10.0
"""The same for a second person."""

RATIOS = (0.3, 0.36, 0.5, 0.8)
LATE_RATIOS = (0.3, 0.5)
"""Ratios that are also staged after seating."""

BLURS = (1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
BLURRED = 2.5
"""Sigma in a picture 640 wide from which blur must be noticed."""


def staged(
    people: Listed[str], pairs: Listed[tuple[str, str]], by_each: int, short: bool = False
) -> list[Sequence]:
    """Return scripts of every staged scene by ``by_each`` people, different ones each time.

    ``pairs``: who may sit down in whose place. ``short``: only the most important scenes, by
    one person.
    """
    each = [list(_of(person, _another(people, person, pairs))) for person in people]
    chosen = []
    for number, kinds in enumerate(zip(*each, strict=True)):
        if short and kinds[0].name.split(" · ")[0] not in TELLING:
            continue
        count = 1 if short else min(by_each, len(people))
        step = max(1, len(people) // count)
        chosen += [kinds[(number + 2 + step * turn) % len(people)] for turn in range(count)]
    return chosen if short else chosen + [_stand_in(*pair) for pair in pairs]


TELLING = ("mask_blue", "empty seat, plain wall", "lens, tape", "head on the desk, left")


def _another(people: Listed[str], person: str, pairs: Listed[tuple[str, str]]) -> str:
    own = next((pair for pair in pairs if person in pair), None)
    if own is not None:
        return own[1] if own[0] == person else own[0]
    return next((one for one in people if one != person), person)


def _of(person: str, other: str) -> Iterator[Sequence]:
    yield from _covered_faces(person)
    yield from _covered_lenses(person)
    yield from _others(person, other)
    yield from _gone_or_turned(person)
    yield from _light(person)
    yield from _standstill(person)


def _script(
    name: str, person: str, rule: RuleId, changes: dict[str, Any], wall: str = "plain", **more: Any
) -> Sequence:
    """Return a script; ``more``: begin, within, also, either, ramp, optional."""
    begin = more.get("begin", BEGIN)
    length = begin + LENGTH - BEGIN
    expect = Expect(
        rule, begin, more.get("within", NOTICED), more.get("also", ()), more.get("either", ())
    )
    cue = Cue(begin, length, changes, more.get("ramp", 1.0))
    seed = sum(map(ord, name + person))
    shot = Shot(person, wall)
    return Sequence(
        f"{name} · {person}", length, shot, person, (cue,), (expect,),
        more.get("optional", False), seed,
    )  # fmt: skip


def _covered_faces(person: str) -> Iterator[Sequence]:
    for prop in ("mask_blue", "mask_white", "mask_black", "scarf", "hand_mouth", "hands_face"):
        # Behind both hands there is no face to be found.
        either: tuple[RuleId, ...] = ("nobody",) if prop == "hands_face" else ()
        yield _script(prop, person, "face_covered", {"props": (prop,)}, either=either)


def _covered_lenses(person: str) -> Iterator[Sequence]:
    for number, what in enumerate(("hand", "tape", "paper", "white")):
        wall = ("plain", "office")[number % 2]
        also: tuple[RuleId, ...] = ("too_dark", "frozen")
        yield _script(f"lens, {what}", person, "covered", {"lens": what}, wall, also=also)


def _others(person: str, other: str) -> Iterator[Sequence]:
    for number, ratio in enumerate(RATIOS):
        someone = {"others": (Other(other, ratio, (0.84, 0.16)[number % 2]),)}
        wall = ("office", "plain")[number % 2]
        times = [("", BEGIN), (", after seating", LATE)] if ratio in LATE_RATIOS else [("", BEGIN)]
        for when, begin in times:
            name = f"second person at {ratio}{when}"
            yield _script(
                name, person, "several_people", someone, wall, begin=begin, within=SECOND_PERSON
            )
    yield from _posters(person, other)


def _posters(person: str, other: str) -> Iterator[Sequence]:
    """Yield a poster alone, which breaks no rule, and one with a person later."""
    poster = Other(other, 0.5, 0.82, 0.3, flat=True)
    shot = Shot(person, "office", others=(poster,))
    yield Sequence(f"poster · {person}", LENGTH, shot, person, seed=3)
    cue = Cue(LATE, LENGTH, {"others": (poster, Other(other, 0.5, 0.16))})
    expect = Expect("several_people", LATE, SECOND_PERSON)
    name = f"poster, then a person · {person}"
    yield Sequence(name, LATE + 25, shot, person, (cue,), (expect,), seed=4)


def _stand_in(person: str, other: str) -> Sequence:
    """Return a script in which two people change places, with an empty seat in between."""
    cues = (Cue(BEGIN, 3, {"person": None}), Cue(BEGIN + 3, LENGTH, {"person": other}))
    expect = Expect("another_person", BEGIN + 3, 25.0, ("nobody",))
    name = f"another person, {other} · {person}"
    return Sequence(name, LENGTH, Shot(person, "office"), person, cues, (expect,), seed=5)


def _gone_or_turned(person: str) -> Iterator[Sequence]:
    for wall in ("plain", "white", "office"):
        yield _script(f"empty seat, {wall} wall", person, "nobody", {"person": None}, wall)
    for side, roll in (("left", 90.0), ("right", -90.0)):
        down = {"roll": roll, "y": 0.78, "share": 0.25}
        also: tuple[RuleId, ...] = ("out_of_frame",)
        name = f"head on the desk, {side}"
        yield _script(name, person, "turned_away", down, ramp=2.0, within=15.0, also=also)
    for yaw in (-60.0, -48.0, 48.0, 60.0):
        away = {"yaw": yaw}
        also = ("nobody",)
        name = f"turned away by {yaw:+.0f}"
        yield _script(name, person, "turned_away", away, ramp=2.0, within=15.0, also=also)


def _light(person: str) -> Iterator[Sequence]:
    aside: tuple[RuleId, ...] = ("not_clear", "nobody")
    yield _script("too dark", person, "too_dark", {"light": 0.18}, also=aside)
    yield _script("too bright", person, "too_bright", {"light": 1.7}, "white", also=aside)
    for sigma in BLURS:
        yield _script(
            f"blur of sigma {sigma}", person, "not_clear", {"blur": sigma}, "office",
            optional=sigma < BLURRED, also=("nobody",) if sigma > 4 else (),
        )  # fmt: skip


def _standstill(person: str) -> Iterator[Sequence]:
    yield _script("frozen picture", person, "frozen", {"still": True}, "office", within=20.0)
    still = Shot(person, "office", still=True)
    expect = Expect("frozen", 0, 20.0)
    name = f"virtual camera, one picture · {person}"
    yield Sequence(name, LENGTH, still, person, (), (expect,), seed=6)
