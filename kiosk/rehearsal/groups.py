"""Figures of each paper in each room, from what candidates, the board and headquarters say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from kiosk.rehearsal.candidate import Log
from kiosk.rehearsal.clients import Json
from kiosk.rehearsal.figures import GroupFigures, lost_answers

SCORED = ("complete", "waiting_for_marks")
"""States of results that headquarters has scored."""


def group_figures(
    logs: Sequence[Log],
    held: Mapping[str, Json],
    results: Sequence[Json],
    board: Json,
) -> tuple[GroupFigures, ...]:
    """Return the figures in the order of rooms and papers.

    ``held``: attempts at headquarters by id. ``results``: in order of arrival.
    """
    newest = {result["attempt_id"]: result for result in results}
    places = {row["attempt_id"]: (row["room"], row["paper"]) for row in board["rows"]}
    members: dict[tuple[str, str], list[Log]] = defaultdict(list)
    for log in logs:
        members[places[log.attempt_id]].append(log)
    return tuple(
        _group(board, place, here, held, newest) for place, here in sorted(members.items())
    )


def _group(
    board: Json,
    place: tuple[str, str],
    logs: Sequence[Log],
    held: Mapping[str, Json],
    results: Mapping[str, Json],
) -> GroupFigures:
    room, paper = place
    sitting = board["sitting"]
    minutes = {one["id"]: one["minutes"] for one in sitting["papers"]}
    time_up = {(one["room"], one["paper"]): one["last_end"] for one in board["groups"]}
    found = [results[log.attempt_id] for log in logs if log.attempt_id in results]
    ended = sorted(result["ended_at"] for result in found)
    until = time_up.get(place)
    return GroupFigures(
        room=room,
        paper=paper,
        minutes=minutes[paper],
        candidates=len(logs),
        answers=sum(len(log.acked) for log in logs),
        lost_answers=sum(lost_answers(log, held.get(log.attempt_id)) for log in logs),
        scored=sum(is_scored(log, results.get(log.attempt_id), paper) for log in logs),
        time_up=_second(until) if until else None,
        first_end=_second(ended[0]) if ended else None,
        last_end=_second(ended[-1]) if ended else None,
    )


def is_scored(log: Log, result: Json | None, paper: str) -> bool:
    """Whether a result was scored by the items that its candidate saw, of the right paper."""
    if result is None or result["status"] not in SCORED or result["paper"] != paper:
        return False
    return {*result["points"], *result["pending"]} == log.items


def _second(at: str) -> str:
    """Return a time as HH:MM:SS."""
    return at[11:19]
