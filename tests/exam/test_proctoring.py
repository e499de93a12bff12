"""Nothing happens on one frame; every rule starts, ends and rests as its settings say."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.exam.identity import Band
from kiosk.exam.proctoring import Observation, ProctoringSettings, RuleEvent, RuleSettings, Watch

SETTINGS = ProctoringSettings()


def seen(at: float, faces: int = 1, band: Band | None = None) -> Observation:
    """What one frame said."""
    return Observation(at, faces, brightness=120, contrast=50, match=0.3, band=band)


def play(frames: Sequence[Observation]) -> list[RuleEvent]:
    """Events of a sequence of frames."""
    watch = Watch(SETTINGS, started_at=0)
    return [event for frame in frames for event in watch.observe(frame)]


def each_second(faces: Sequence[int]) -> list[Observation]:
    """A frame each second."""
    return [seen(at, count) for at, count in enumerate(faces, start=1)]


def test_nobody_for_five_seconds_is_an_incident_that_ends_with_the_return() -> None:
    events = play(each_second([1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]))
    assert [(e.rule, e.kind, e.at) for e in events] == [
        ("nobody", "started", 7),
        ("nobody", "ended", 10),
    ]
    assert events[0].since == 2


def test_looking_down_for_a_moment_is_nothing() -> None:
    assert play(each_second([1, 0, 0, 0, 1, 1, 0, 0, 1])) == []


def test_a_second_person_counts_on_two_of_three_frames() -> None:
    assert [e.rule for e in play(each_second([1, 2, 1, 2]))] == ["several_people"]
    assert play(each_second([1, 2, 1, 1, 1, 2, 1, 1])) == []


def test_another_person_needs_ten_seconds_of_mismatch() -> None:
    short = [seen(at, band=Band.FAIL) for at in range(1, 10)]
    assert play(short) == []
    events = play([seen(at, band=Band.FAIL) for at in range(1, 13)])
    assert [(e.rule, e.at) for e in events] == [("another_person", 11)]


def test_a_doubtful_band_is_no_mismatch_and_an_unjudged_frame_says_nothing() -> None:
    assert play([seen(at, band=Band.STAFF) for at in range(60)]) == []
    assert play([seen(at, band=None) for at in range(60)]) == []


def test_after_an_incident_the_rule_rests() -> None:
    away_back_away = [0] * 7 + [1] * 4 + [0] * 20
    assert [e.kind for e in play(each_second([1, *away_back_away]))] == ["started", "ended"]
    later = [0] * 7 + [1] * 40 + [0] * 8
    kinds = [e.kind for e in play(each_second([1, *later]))]
    assert kinds == ["started", "ended", "started"]


def test_a_camera_that_falls_silent_is_lost_until_frames_come_again() -> None:
    watch = Watch(SETTINGS, started_at=0)
    watch.observe(seen(1))
    assert watch.tick(5.9) == []
    assert [(e.rule, e.kind, e.since) for e in watch.tick(6.5)] == [("camera_lost", "started", 1)]
    assert watch.tick(7) == []
    assert watch.active == ("camera_lost",)
    assert watch.observe(seen(10)) == []
    assert [e.kind for e in watch.observe(seen(12.5))] == ["ended"]
    assert watch.active == ()


def test_a_frame_that_comes_late_is_ignored() -> None:
    watch = Watch(SETTINGS, started_at=0)
    watch.observe(seen(10))
    assert watch.observe(seen(9, faces=0)) == []


@given(st.lists(st.tuples(st.floats(0.1, 30), st.integers(0, 3), st.sampled_from([None, *Band]))))
def test_each_rule_starts_and_ends_in_turn(steps: list[tuple[float, int, Band | None]]) -> None:
    at, frames = 0.0, []
    for pause, faces, band in steps:
        at += pause
        frames.append(seen(at, faces, band))
    events = play(frames)
    for rule in ("nobody", "several_people", "another_person"):
        kinds = [event.kind for event in events if event.rule == rule]
        assert kinds == ["started", "ended"] * (len(kinds) // 2) + ["started"] * (len(kinds) % 2)


@given(st.integers(0, 5), st.sampled_from([None, *Band]))
def test_nothing_ever_happens_on_one_frame(faces: int, band: Band | None) -> None:
    assert play([seen(1, faces, band)]) == []


@pytest.mark.parametrize("change", [{"need": 1}, {"need": 5, "of": 3}, {"colour": "red"}])
def test_settings_that_would_act_on_one_frame_are_refused(change: dict[str, object]) -> None:
    values = SETTINGS.nobody.model_dump() | change
    with pytest.raises(ValidationError):
        RuleSettings.model_validate(values)
