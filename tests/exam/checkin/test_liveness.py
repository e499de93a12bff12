"""A face check: straight ahead, two random head turns, the same face from start to end."""

from collections.abc import Iterable, Sequence
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.checkin.liveness import (
    Ask,
    FaceCheckRules,
    FaceCheckSession,
    Flaw,
    card_band,
    choose_turns,
)
from kiosk.exam.identity.bands import Band, Bands
from kiosk.exam.proctoring import Observation

BANDS = Bands(pass_at=0.45, staff_at=0.40)
RULES = FaceCheckRules()
LEFT, RIGHT = 25.0, -25.0


def session(*turns: Ask, rules: FaceCheckRules = RULES) -> FaceCheckSession:
    """A face check that asks for those turns."""
    return FaceCheckSession(rules, BANDS, turns or (Ask.LEFT, Ask.RIGHT), started_at=0.0)


def face(at: float, yaw: float = 0.0, match: float = 0.6, **values: object) -> Observation:
    """A frame of one face."""
    usual = {"brightness": 120.0, "contrast": 50.0, "change": 4.0, "band": BANDS.band(match)}
    return Observation(at, 1, yaw=yaw, match=match, **{**usual, **values})  # type: ignore[arg-type]


def play(
    face_check: FaceCheckSession, yaws: Iterable[float], same: float = 0.7, match: float = 0.6
) -> None:
    """Frames half a second apart."""
    for number, yaw in zip(count(1), yaws, strict=False):
        face_check.see(face(number / 2, yaw, match), same)


def obedient(turns: Sequence[Ask], straight: float = 0.0) -> list[float]:
    """The yaws of somebody who does what is asked."""
    yaws = [straight] * RULES.frames
    for turn in turns:
        yaws += [straight + (LEFT if turn is Ask.LEFT else RIGHT)] * 2 + [straight] * 2
    return yaws


@pytest.mark.parametrize("straight", [0.0, 12.0, -15.0])
@pytest.mark.parametrize("first", [Ask.LEFT, Ask.RIGHT])
@pytest.mark.parametrize("second", [Ask.LEFT, Ask.RIGHT])
def test_whoever_does_what_is_asked_passes(first: Ask, second: Ask, straight: float) -> None:
    face_check = session(first, second)
    play(face_check, obedient((first, second), straight))
    assert (face_check.ask, face_check.flaw, face_check.verdict()) == (Ask.DONE, None, Band.PASS)


def test_every_pair_of_turns_can_be_asked() -> None:
    pairs = {choose_turns(bytes([number])) for number in range(256)}
    assert len(pairs) == 4


def test_a_still_picture_never_gets_past_the_turn() -> None:
    face_check = session()
    play(face_check, [0.0] * 60)
    assert face_check.flaw is Flaw.TOO_SLOW
    assert face_check.verdict() is Band.FAIL


def test_a_picture_without_any_motion_is_still() -> None:
    face_check = session()
    for number in range(1, 10):
        face_check.see(face(number / 2, change=0.05), 0.9)
    assert face_check.flaw is Flaw.STILL


def test_a_frame_that_comes_again_byte_for_byte_is_no_live_camera() -> None:
    face_check = session()
    face_check.see(face(0.5), None)
    face_check.see(face(1.0), 0.9, repeated=True)
    assert face_check.flaw is Flaw.STILL


def test_a_film_that_turns_the_other_way_fails() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, obedient((Ask.RIGHT, Ask.LEFT)))
    assert face_check.flaw is Flaw.WRONG_TURN


def test_one_frame_to_the_wrong_side_is_forgiven() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    yaws = obedient((Ask.LEFT, Ask.RIGHT))
    play(face_check, [*yaws[:4], RIGHT, 0.0, *yaws[4:]])
    assert face_check.verdict() is Band.PASS


def test_another_face_after_the_turn_is_found() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4 + [LEFT] * 2)
    face_check.see(face(4.0, 0.0), 0.2)
    assert face_check.flaw is None
    face_check.see(face(4.5, 0.0), 0.2)
    assert face_check.flaw is Flaw.FACE_CHANGED


def test_one_bad_comparison_is_forgiven() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4 + [LEFT] * 2)
    face_check.see(face(3.5, 0.0), 0.2)
    for number, yaw in enumerate([0.0, 0.0, RIGHT, RIGHT, 0.0, 0.0]):
        face_check.see(face(4 + number / 2, yaw), 0.7)
    assert face_check.verdict() is Band.PASS


def test_nobody_gets_on_without_being_compared() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4 + [LEFT] * 2)
    for number in range(6):
        face_check.see(face(3.5 + number / 2, 0.0), None)
    assert (face_check.ask, face_check.step, face_check.flaw) == (Ask.FRONT, 2, None)


def test_a_turned_face_compares_badly_and_proves_nothing() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4)
    face_check.see(face(3.0, LEFT), 0.2)
    assert face_check.flaw is None


def turn_by(face_check: FaceCheckSession, turn: float, span: float, straight: float = 1.0) -> None:
    """Left and right by so many degrees, the face drawn together to a share of its width."""
    for number, yaw in enumerate(obedient((Ask.LEFT, Ask.RIGHT)), start=1):
        side = (yaw > 0) - (yaw < 0)
        width = straight * (span if side else 1.0)
        face_check.see(face(number / 2, turn=side * turn, span=width), 0.7)


@pytest.mark.parametrize(("turn", "span"), [(13.0, 0.95), (18.0, 0.89), (28.0, 0.76), (35.0, 0.65)])
@pytest.mark.parametrize("straight", [0.8, 1.2])
def test_a_head_is_drawn_together_as_far_as_its_nose_moves(
    turn: float, span: float, straight: float
) -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    turn_by(face_check, turn, span, straight)
    assert (face_check.flaw, face_check.verdict()) == (None, Band.PASS)


@pytest.mark.parametrize(("turn", "span"), [(12.5, 0.75), (14.0, 0.7), (20.0, 0.5)])
def test_a_bent_picture_is_drawn_together_further(turn: float, span: float) -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    turn_by(face_check, turn, span)
    assert (face_check.flaw, face_check.verdict()) == (Flaw.FLAT, Band.FAIL)


def test_whether_a_picture_is_flat_is_judged_when_all_is_done_and_not_before() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4)
    for number in range(2):
        face_check.see(face(3 + number / 2, turn=13.0, span=0.6), 0.7)
    assert (face_check.flaw, face_check.ask) == (None, Ask.FRONT)


def test_what_a_squeezed_picture_seems_to_turn_does_not_count_as_a_turn() -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4)
    for number in range(8):
        face_check.see(face(3 + number / 2, yaw=18.0, turn=6.0, span=0.5), 0.7)
    assert (face_check.flaw, face_check.step) == (None, 1)


@pytest.mark.parametrize(("straight", "steps"), [(8.0, 3), (9.0, 2)])
def test_a_head_is_back_when_it_is_nearly_straight(straight: float, steps: int) -> None:
    face_check = session(Ask.LEFT, Ask.RIGHT)
    play(face_check, [0.0] * 4 + [LEFT] * 2 + [straight] * 2)
    assert (face_check.flaw, face_check.step) == (None, steps)


def test_leaving_the_picture_during_a_turn_fails() -> None:
    face_check = session()
    play(face_check, [0.0] * 4)
    face_check.see(Observation(3.0, 0, 120, 50, advice=("no_face",)), None)
    assert face_check.flaw is None
    face_check.see(Observation(6.0, 0, 120, 50, advice=("no_face",)), None)
    assert face_check.flaw is Flaw.FACE_LOST


@pytest.mark.parametrize(
    ("match", "band"), [(0.6, Band.PASS), (0.42, Band.STAFF), (0.1, Band.FAIL)]
)
def test_two_thresholds_make_three_outcomes(match: float, band: Band) -> None:
    face_check = session()
    play(face_check, obedient((Ask.LEFT, Ask.RIGHT)), match=match)
    assert face_check.verdict() is band


def test_a_low_passive_liveness_asks_staff_and_rejects_nobody() -> None:
    face_check = session()
    for number, yaw in enumerate(obedient((Ask.LEFT, Ask.RIGHT)), start=1):
        face_check.see(face(number / 2, yaw, live=0.1), 0.7)
    assert face_check.verdict() is Band.STAFF


def test_frames_with_advice_do_not_count() -> None:
    face_check = session()
    for number in range(1, 8):
        face_check.see(face(number / 2, advice=("several_faces",)), 0.7)
    assert (face_check.step, face_check.scores) == (0, [])


def test_without_liveness_looking_straight_ahead_is_all() -> None:
    face_check = session(rules=FaceCheckRules(liveness="off"))
    play(face_check, [0.0] * RULES.frames)
    assert (face_check.steps, face_check.verdict()) == (1, Band.PASS)


@given(st.lists(st.floats(-60, 60), max_size=60), st.integers(0, 255))
def test_no_film_without_the_right_turns_in_order_passes(yaws: list[float], random: int) -> None:
    turns = choose_turns(bytes([random]))
    face_check = session(*turns)
    play(face_check, yaws)
    if face_check.verdict() is Band.FAIL:
        return
    assert face_check.step == face_check.steps
    assert max(yaws) - min(yaws) >= RULES.turn_degrees * (1 if turns[0] is turns[1] else 2)


@given(st.lists(st.floats(-60, 60), max_size=80))
def test_a_look_that_is_over_stays_as_it_is(yaws: list[float]) -> None:
    face_check = session()
    play(face_check, yaws)
    before = (face_check.flaw, face_check.step)
    if face_check.over:
        face_check.see(face(1000.0, LEFT), 0.0)
        assert (face_check.flaw, face_check.step) == before


@pytest.mark.parametrize(
    ("scores", "band"),
    [
        ((0.6, 0.5, 0.7), Band.PASS),
        ((0.41, None, 0.7), Band.PASS),
        ((0.2, 0.5, 0.7), Band.STAFF),
        ((0.6, 0.5, 0.1), Band.STAFF),
        ((None, None, None), Band.STAFF),
    ],
)
def test_a_card_passes_or_asks_staff_and_never_fails(
    scores: tuple[float | None, ...], band: Band
) -> None:
    assert card_band(scores, BANDS) is band
