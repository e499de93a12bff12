"""Reloads of an exam page, and replays of an answer buffer, at a real centre over HTTP."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.bench.hall import running_hall
from kiosk.rehearsal.candidate import Candidate
from kiosk.rehearsal.clients import Json
from kiosk.rehearsal.environment import Content, usual_content
from kiosk.rehearsal.figures import percentile
from kiosk.rehearsal.run import RehearsalFailed

ITEMS, REVISIONS, ANSWER_BUFFER = 100, 1000, 500
BATCH = 100
"""Answers that a terminal sends in one request."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class AnswerFigures:
    """Milliseconds of a reload (lease and the whole view), and seconds of each replay."""

    reload_p50_ms: float
    reload_p99_ms: float
    replay_s: tuple[float, ...]


def measure(reloads: int, candidates: int, progress: Progress) -> AnswerFigures:
    """Replay answer buffers of 500 answers, two per candidate, then reload the first one's page."""
    with running_hall(candidates, progress, content=_hundred_items()) as room:
        progress(f"Replaying answer buffers of {ANSWER_BUFFER} answers")
        replays = [
            _replay(candidate, n)
            for candidate in room.candidates
            for n in range(REVISIONS // ANSWER_BUFFER)
        ]
        progress(f"Reloading a page with {ITEMS} answers and {REVISIONS} revisions {reloads} times")
        times = sorted(_reload(room.candidates[0]) for _ in range(reloads))
        return AnswerFigures(percentile(times, 0.5), percentile(times, 0.99), tuple(replays))


def _replay(candidate: Candidate, number: int) -> float:
    """Send an answer buffer with answers to all items in turn, as after a network failure."""
    view = candidate.open_page()
    first = view["acked_through"] + 1
    writes = [_write(view["items"][n % ITEMS], first + n, number) for n in range(ANSWER_BUFFER)]
    began = time.perf_counter()
    for start in range(0, ANSWER_BUFFER, BATCH):
        batch = {"writes": writes[start : start + BATCH]}
        reply = candidate.client.post(candidate.path("answers"), batch)
    seconds = time.perf_counter() - began
    if reply["acked_through"] != first + ANSWER_BUFFER - 1:
        raise RehearsalFailed(what="every answer of the answer buffer to be acknowledged")
    return seconds


def _write(item: Json, seq: int, number: int) -> Json:
    options = [option["id"] for option in item["options"]]
    value: object = f"排放量等于活动数据乘以排放因子 {number}"
    if options:
        value = options[:2] if item["type"] == "multiple_choice" else options[seq % len(options)]
    return {"seq": seq, "item": item["id"], "value": value, "at": "2026-04-25T06:00:00Z"}


def _reload(candidate: Candidate) -> float:
    began = time.perf_counter()
    view = candidate.open_page()
    ms = (time.perf_counter() - began) * 1000
    if len(view["answers"]) != ITEMS:
        raise RehearsalFailed(what=f"{ITEMS} answers on the reloaded page")
    return ms


def _hundred_items() -> Content:
    """Return an exam of the whole starter bank and five more items as one paper."""
    usual = usual_content()
    programme = usual.programme.replace("total = 150 ", "total = 230 ")
    for before, after in (("6", "8"), ("3", "4"), ("4", "6"), ("1", "2")):
        programme = programme.replace(f"per_domain = {before}\n", f"per_domain = {after} \n", 1)
    items = copy.deepcopy(usual.items["items"])
    judged = {item["domain"]: item for item in items if item["type"] == "true_false"}
    items += [{**item, "id": f"{item['id']}-AGAIN"} for item in judged.values()]
    return Content(programme, {**usual.items, "items": items})
