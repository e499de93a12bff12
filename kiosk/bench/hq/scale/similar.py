"""Rows of similar answers: runs, and the pairs that the first of them named."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kiosk.bench.hq.scale.copies import add, copy
from kiosk.bench.hq.scale.first import BY, PAPER
from kiosk.bench.hq.scale.shape import EXAM, Shape, digest
from kiosk.rehearsal.environment import PROGRAMME
from sync.hq.persistence.database import Database
from sync.hq.persistence.similarity_tables import similarity_pairs, similarity_runs
from sync.hq.similarity.facts import AnswerFacts, TimesBeside
from sync.hq.similarity.times import TimeFacts

RUN = "R00000"
"""The run that named all pairs."""
_PAIRS = 20
"""One similar pair for this number of attempts."""


def fill(database: Database, shape: Shape) -> None:
    """Insert them."""
    run = {
        "paper": PAPER, "paper_id": "P00000", "label": "A", "programme_id": PROGRAMME,
        "username": BY, "started_at": EXAM, "finished_at": EXAM, "parameters": {"method": "gbt"},
        "candidates": shape.attempts, "compared": shape.attempts, "strong": 1, "notable": 1,
        "texts": 0,
        "summary": {"left_out": {}, "computed": True, "pairs": 1, "near": 0, "not_listed": 0,
                    "rooms": []},
    }  # fmt: skip
    copy(
        database, similarity_runs, run, range(shape.sittings),
        lambda n: {
            "id": f"R{n:05}",
            "cursor": n + 1,
            "sitting_id": shape.small_sitting(n) if n else shape.first.sitting,
            "input_digest": digest("run", n),
        },
    )  # fmt: skip
    add(database, similarity_pairs, (_pair(shape, number) for number in shape.some(_PAIRS)))


def _pair(shape: Shape, number: int) -> Mapping[str, Any]:
    first, second = number, number + shape.centres
    sides = {
        f"{side}_{name}": value
        for side, which in (("first", first), ("second", min(second, shape.attempts)))
        for name, value in (
            ("centre", shape.centre(which)),
            ("attempt", shape.attempt(which)),
            ("bundle", shape.bundle(which)),
            ("room", shape.room(which)),
        )
    }
    return {
        **sides,
        "id": f"PAIR{number:06}",
        "run_id": RUN,
        "number": number,
        "level": "strong" if number % 2 else "notable",
        "probability": 1e-9,
        "holm": 1e-6,
        "fdr": 1e-6,
        "relation": "far",
        "cluster": number,
        "facts": _FACTS,
    }


_ANSWERS = AnswerFacts(
    common=70, same=60, same_right=40, same_wrong=20, both_wrong=22, answered=(70, 70),
    right=(42, 44), expected=(30.0, 31.0), copying=(1e-9, 1e-8), omega=(6.1, 6.0), together=1e-9,
    errors_expected=8.0, errors=1e-4,
)  # fmt: skip
_TIMES = TimesBeside(TimeFacts(70, 30, 4.0, 0.9), usual=3.0, most=9)
_FACTS = {
    "answers": asdict(_ANSWERS),
    "times": asdict(_TIMES),
    "seats": ["001", "002"],
    "rows": 0,
    "columns": 1,
    "texts": [],
}
