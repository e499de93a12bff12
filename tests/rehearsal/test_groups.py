"""The figures of each paper in each room: lost answers, ends, and by what results were scored."""

from typing import Any

import pytest

from kiosk.rehearsal.acts import ends
from kiosk.rehearsal.candidate import Log
from kiosk.rehearsal.groups import group_figures, is_scored

RESULT: dict[str, Any] = {
    "attempt_id": "a1",
    "status": "waiting_for_marks",
    "paper": "2",
    "points": {"I1": "1"},
    "pending": ["I2"],
    "ended_at": "2026-04-25T06:40:07.123456Z",
}
BOARD: dict[str, Any] = {
    "server_time": "2026-04-25T06:10:00.000000Z",
    "sitting": {"papers": [{"id": "1", "minutes": 30}, {"id": "2", "minutes": 35}]},
    "rows": [
        {"attempt_id": "a1", "room": "1", "paper": "2", "state": "in_progress", "remaining_s": 60},
        {"attempt_id": "a2", "room": "1", "paper": "1", "state": "paused", "remaining_s": 90},
    ],
    "groups": [
        {"room": "1", "paper": "1", "last_end": None},
        {"room": "1", "paper": "2", "last_end": "2026-04-25T06:45:00.000000Z"},
    ],
}


def log(attempt_id: str, **values: Any) -> Log:
    """A candidate who answered one item of two."""
    return Log("R1", attempt_id, acked={"I1": "A"}, items=frozenset({"I1", "I2"}), **values)


@pytest.mark.parametrize(
    ("result", "scored"),
    [
        (RESULT, True),
        ({**RESULT, "status": "complete", "pending": [], "points": {"I1": "1", "I2": "0"}}, True),
        ({**RESULT, "paper": "1"}, False),
        ({**RESULT, "points": {"J1": "1"}}, False),
        ({**RESULT, "pending": []}, False),
        ({**RESULT, "status": "unmatched"}, False),
        (None, False),
    ],
)
def test_a_result_is_scored_by_the_items_of_its_own_paper(
    result: dict[str, Any] | None, scored: bool
) -> None:
    assert is_scored(log("a1"), result, "2") is scored


def test_each_paper_in_each_room_has_its_figures() -> None:
    held = {"a1": {"answers": {"I1": "A"}}}
    first, second = group_figures([log("a1"), log("a2")], held, [RESULT], BOARD)
    assert (first.paper, first.minutes, first.lost_answers, first.scored) == ("1", 30, 1, 0)
    assert (first.time_up, first.last_end, first.ok) == (None, None, False)
    assert (second.paper, second.minutes, second.answers, second.lost_answers) == ("2", 35, 1, 0)
    assert (second.time_up, second.last_end, second.ok) == ("06:45:00", "06:40:07", True)


def test_an_exam_may_end_after_midnight() -> None:
    results = [
        {**RESULT, "attempt_id": "a1", "ended_at": "2026-04-26T00:03:17.5Z"},
        {**RESULT, "attempt_id": "a3", "ended_at": "2026-04-25T23:55:48.5Z"},
    ]
    board = {**BOARD, "rows": [{**BOARD["rows"][0], "attempt_id": one} for one in ("a1", "a3")]}
    (group,) = group_figures([log("a1"), log("a3")], {}, results, board)
    assert (group.first_end, group.last_end) == ("23:55:48", "00:03:17")


def test_only_attempts_in_progress_have_an_end() -> None:
    assert ends(BOARD) == {"a1": pytest.approx(1777097460)}
