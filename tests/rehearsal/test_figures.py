"""A rehearsal's verdict: a lost or altered answer is found, and a clean run is clean."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rehearsal.candidate import Log
from kiosk.rehearsal.figures import (
    Figures,
    GroupFigures,
    lost_answers,
    overloaded_seconds,
    percentile,
    receipt_matches,
)
from kiosk.rehearsal.people import make_people, with_check_character
from sync.wire.delivery.bundle import answers_digest

ANSWERS: dict[str, str | list[str] | None] = {"I1": "A", "I2": ["A", "C"], "I3": "碳排放"}
CLEAN = Figures(
    candidates=2,
    lost_answers=0,
    saves=6,
    saves_per_s=1.0,
    save_p50_ms=1.0,
    save_p99_ms=2.0,
    frames_sent=2,
    frames_analysed_per_s=1.0,
    bundles_delivered=2,
    receipts_matched=2,
    impostors_tried=1,
    impostors_passed=0,
    passed_by_hand=0,
    check_in_p50_s=1.0,
    answering_s=6.0,
    total_s=9.0,
)


def log() -> Log:
    """A candidate to whom three answers were acknowledged."""
    return Log("R1", acked=dict(ANSWERS), receipt={"digest": answers_digest(ANSWERS)})


@pytest.mark.parametrize(
    ("held", "lost"),
    [
        ({"answers": ANSWERS}, 0),
        ({"answers": {**ANSWERS, "I1": "B"}}, 1),
        ({"answers": {"I2": ["A", "C"]}}, 2),
        (None, 3),
    ],
)
def test_every_acknowledged_answer_must_be_found_unchanged(
    held: dict[str, Any] | None, lost: int
) -> None:
    assert lost_answers(log(), held) == lost


def test_the_receipt_must_fit_what_headquarters_holds() -> None:
    assert receipt_matches(log(), {"answers": ANSWERS})
    assert not receipt_matches(log(), {"answers": {**ANSWERS, "I1": "B"}})
    assert not receipt_matches(log(), None)


def test_a_clean_rehearsal_is_ok() -> None:
    assert CLEAN.ok


@pytest.mark.parametrize(
    "flaw",
    ["lost_answers", "impostors_passed", "bundles_delivered", "receipts_matched", "paused_s"],
)
def test_any_flaw_is_not(flaw: str) -> None:
    changed: dict[str, Any] = {flaw: 1}
    assert not replace(CLEAN, **changed).ok


def test_a_result_that_was_not_scored_by_its_paper_is_a_flaw() -> None:
    group = GroupFigures("1", "2", 30, 2, 6, 0, 2, None, None, None)
    assert replace(CLEAN, groups=(group,)).ok
    assert not replace(CLEAN, groups=(replace(group, scored=1),)).ok


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.99) == 99
    assert percentile([7.0], 0.99) == 7
    assert percentile([], 0.99) == 0


def test_check_characters_follow_the_standard() -> None:
    # the worked example of GB 11643-1999
    assert with_check_character("11010519491231002") == "11010519491231002X"


def test_invented_people_have_numbers_of_their_own() -> None:
    people = make_people(200)
    assert len({person.admission_no for person in people}) == 200
    assert len({person.identity_no for person in people}) == 200
    assert len({person.seat for person in people}) == 200


def span(began: str, ended: str | None) -> dict[str, str | None]:
    """A disturbance of the room on one afternoon."""
    at = "2026-04-25T06:{}:00+00:00"
    end = None if ended is None else at.format(ended)
    return {"started_at": at.format(began), "ended_at": end}


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ([], 0),
        ([span("00", "01")], 60),
        ([span("05", "06"), span("00", "02"), span("01", "03")], 240),
        ([span("00", "09"), span("01", "02")], 540),
        ([span("08", None)], 120),
    ],
)
def test_a_rehearsal_says_for_how_long_the_room_was_overloaded(
    spans: list[dict[str, str | None]], seconds: float
) -> None:
    assert overloaded_seconds(spans, "2026-04-25T06:10:00+00:00") == seconds
