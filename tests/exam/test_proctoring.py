"""Nothing happens on one frame; every rule starts, ends and rests as its settings say."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.exam.identity.bands import Band
from kiosk.exam.proctoring import (
    Hearing,
    Observation,
    ProctoringSettings,
    RuleEvent,
    RuleSettings,
    Watch,
)

SETTINGS = ProctoringSettings()


def seen(at: float, faces: int = 1, band: Band | None = None, **values: Any) -> Observation:
    """What one frame said; ``values`` override what is usual."""
    usual = {"brightness": 120.0, "contrast": 50.0, "change": 5.0, "match": 0.3}
    return Observation(at, faces, band=band, **{**usual, **values})


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


def test_a_second_person_counts_on_three_of_four_frames() -> None:
    assert [e.rule for e in play(each_second([1, 2, 2, 1, 2]))] == ["several_people"]
    assert play(each_second([1, 2, 1, 1, 1, 2, 1, 1])) == []


def test_somebody_who_walks_by_is_no_incident() -> None:
    assert play(each_second([1, 2, 2, 2, 1, 1, 1, 1])) == []


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
    assert not watch.active


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


BREACHES: dict[str, dict[str, Any]] = {
    "covered": {"faces": 0, "lens": 0.0},
    "face_covered": {"covered": 0.9},
    "frozen": {"change": 0.1},
    "too_dark": {"brightness": 30.0},
    "too_bright": {"brightness": 240.0},
    "not_clear": {"sharpness": 5.0},
    "turned_away": {"yaw": -48.0},
    "out_of_frame": {"cut": 0.4},
    "too_far": {"share": 0.05},
    "too_near": {"share": 0.7},
    "phone": {"objects": {"phone": 0.8}},
    "book": {"objects": {"book": 0.8}},
    "laptop": {"objects": {"laptop": 0.8}},
}
FINE: dict[str, Any] = {
    "sharpness": 90.0,
    "yaw": 3.0,
    "cut": 0.0,
    "share": 0.25,
    "covered": 0.1,
    "objects": {},
}


@pytest.mark.parametrize("rule", BREACHES)
def test_each_rule_starts_after_its_time_and_ends_when_all_is_well(rule: str) -> None:
    settings = SETTINGS.rule(rule)  # type: ignore[arg-type]
    bad = [seen(at, **{"faces": 1, **FINE, **BREACHES[rule]}) for at in range(1, 20)]
    good = [seen(at, **FINE) for at in range(20, 30)]
    events = [event for event in play([*bad, *good]) if event.rule == rule]
    assert [event.kind for event in events] == ["started", "ended"]
    assert events[0].since == 1
    assert events[0].at >= 1 + settings.enter_seconds
    assert (events[0].threshold, events[0].follow_up) == (settings.limit, settings.follow_up)


@pytest.mark.parametrize("rule", BREACHES)
def test_no_rule_starts_on_one_frame(rule: str) -> None:
    frames = [seen(1, **FINE), seen(2, **{"faces": 1, **FINE, **BREACHES[rule]}), seen(3, **FINE)]
    assert play([*frames, *(seen(at, **FINE) for at in range(4, 20))]) == []


def test_lying_down_is_a_turn_as_well() -> None:
    events = play([seen(at, roll=60.0, yaw=0.0) for at in range(1, 12)])
    assert [event.rule for event in events] == ["turned_away"]


def test_a_covered_lens_does_not_say_that_nobody_is_there() -> None:
    events = play([seen(at, faces=0, brightness=5, lens=0.0) for at in range(1, 20)])
    assert {event.rule for event in events} == {"covered", "too_dark"}


def test_an_empty_seat_before_a_plain_wall_is_no_covered_lens() -> None:
    events = play([seen(at, faces=0, contrast=2, lens=1.0) for at in range(1, 20)])
    assert {event.rule for event in events} == {"nobody"}


def test_a_hand_that_covers_the_mouth_for_a_moment_is_no_incident() -> None:
    drinking = [seen(at, covered=0.9 if at % 12 < 4 else 0.1) for at in range(1, 120)]
    assert play(drinking) == []


def test_hysteresis_a_value_between_limit_and_release_keeps_an_active_rule() -> None:
    turned = [seen(at, yaw=40.0) for at in range(1, 10)]
    hovering = [seen(at, yaw=27.0) for at in range(10, 20)]
    back = [seen(at, yaw=10.0) for at in range(20, 25)]
    assert [e.kind for e in play([*turned, *hovering])] == ["started"]
    assert [e.kind for e in play([*turned, *hovering, *back])] == ["started", "ended"]
    assert play(hovering) == []


def test_only_a_clear_match_ends_another_person_not_a_doubtful_one() -> None:
    failing = [seen(at, band=Band.FAIL) for at in range(1, 13)]
    doubtful = [seen(at, band=Band.STAFF) for at in range(13, 30)]
    passing = [seen(at, band=Band.PASS) for at in range(30, 34)]
    assert [e.kind for e in play([*failing, *doubtful])] == ["started"]
    assert [e.kind for e in play([*failing, *doubtful, *passing])] == ["started", "ended"]


def test_whoever_only_resembles_the_candidate_does_not_sit_there_unseen() -> None:
    events = play([seen(at, band=Band.STAFF) for at in range(1, 80)])
    assert [(event.rule, event.kind, event.at) for event in events] == [
        ("identity_in_doubt", "started", 61)
    ]


def test_a_doubt_now_and_then_is_none() -> None:
    bands = [Band.STAFF if at % 3 else Band.PASS for at in range(1, 200)]
    assert play([seen(at, band=band) for at, band in enumerate(bands, start=1)]) == []


def test_one_lucky_frame_does_not_end_another_person() -> None:
    failing = [seen(at, band=Band.FAIL) for at in range(1, 13)]
    mixed = [seen(13, band=Band.PASS), seen(14, band=Band.FAIL), seen(15, band=Band.PASS)]
    assert [e.kind for e in play([*failing, *mixed])] == ["started"]


def test_talking_needs_several_snippets_and_ends_with_silence() -> None:
    watch = Watch(SETTINGS, started_at=0)
    assert watch.hear(Hearing(2, 0.9)) == []
    (started,) = watch.hear(Hearing(4.5, 0.8))
    assert (started.rule, started.kind, started.measured) == ("talking", "started", 0.8)
    ends = [event for at in range(5, 20) for event in watch.tick(at) if event.rule == "talking"]
    assert [event.kind for event in ends] == ["ended"]


def test_noise_without_speech_is_not_talking() -> None:
    watch = Watch(SETTINGS, started_at=0)
    assert [e for at in range(1, 60, 2) for e in watch.hear(Hearing(at, 0.05))] == []


def test_frames_that_the_server_asked_for_slowly_are_no_lost_camera() -> None:
    watch = Watch(SETTINGS, started_at=0)
    watch.observe(seen(1))
    assert watch.tick(9, interval=5) == []
    assert [event.rule for event in watch.tick(14, interval=5)] == ["camera_lost"]


def test_a_rule_that_is_switched_off_never_speaks() -> None:
    settings = ProctoringSettings.model_validate({"nobody": {"enabled": False}})
    watch = Watch(settings, started_at=0)
    assert [e for at in range(1, 30) for e in watch.observe(seen(at, faces=0))] == []


def test_a_programme_file_need_only_name_what_differs() -> None:
    settings = ProctoringSettings.model_validate({"turned_away": {"limit": 45, "release": 38}})
    assert settings.turned_away.limit == 45
    assert settings.turned_away.need == SETTINGS.turned_away.need
    with pytest.raises(ValidationError):
        ProctoringSettings.model_validate({"turned_away": {"angle": 45}})


def test_reviews_are_not_shown_to_the_candidate_and_advice_is() -> None:
    watch = Watch(SETTINGS, started_at=0)
    for at in range(1, 20):
        watch.observe(seen(at, yaw=50.0, brightness=30.0))
    assert set(watch.active) == {"turned_away", "too_dark"}
    assert watch.advised == ("too_dark",)
    assert watch.suspicious


RULE_NAMES = st.sampled_from(sorted(BREACHES))


@given(st.lists(st.tuples(st.floats(0.2, 5), st.sets(RULE_NAMES, max_size=3)), max_size=80))
def test_starts_and_ends_alternate_whatever_is_seen(story: list[tuple[float, set[str]]]) -> None:
    watch, at = Watch(SETTINGS, started_at=0), 0.0
    open_rules: set[str] = set()
    for pause, broken in story:
        at += pause
        values: dict[str, Any] = dict(FINE)
        for rule in sorted(broken):
            values |= BREACHES[rule]
        for event in [*watch.observe(seen(at, **values)), *watch.tick(at + 0.1)]:
            assert (event.rule in open_rules) == (event.kind == "ended")
            open_rules ^= {event.rule}
            assert event.since <= event.at
    assert open_rules == set(watch.active)
