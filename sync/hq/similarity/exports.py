"""A run for machines: JSON with all facts, CSV with a line for each pair."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kiosk.webpages.csv_cells import safe_cell
from sync.hq.similarity.listing import PairView, Person, RunView

HEADINGS = (
    "number", "pair", "level", "group", "probability", "holm", "fdr", "relation", "rows_apart",
    "columns_apart", "first", "first_centre", "first_room", "first_seat", "second",
    "second_centre", "second_room", "second_seat", "common", "same", "same_right", "same_wrong",
    "both_wrong", "expected_first", "expected_second", "gbt_first", "gbt_second", "omega_first",
    "omega_second", "close_saves", "close_saves_expected", "order", "shared_passage",
)  # fmt: skip


def run_json(run: RunView, pairs: Sequence[PairView]) -> str:
    """Return a run with its pairs."""
    plain = {"run": asdict(run), "pairs": [asdict(pair) for pair in pairs]}
    return json.dumps(plain, ensure_ascii=False, indent=1, default=_plain)


def run_csv(pairs: Sequence[PairView]) -> str:
    """Return a line for each pair, under :data:`HEADINGS`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(map(_cell, _line(pair)) for pair in pairs)
    return text.getvalue()


def _line(pair: PairView) -> Sequence[Any]:
    answers, times = pair.facts["answers"], pair.facts["times"]["pair"]
    counts = ("common", "same", "same_right", "same_wrong", "both_wrong")
    return [
        pair.number, pair.id, pair.level.value, pair.cluster, pair.probability, pair.holm,
        pair.fdr, pair.relation, pair.facts["rows"], pair.facts["columns"],
        *_person(pair.first), *_person(pair.second),
        *(answers[name] for name in counts),
        *answers["expected"], *answers["copying"], *answers["omega"],
        times["close"], times["expected"], times["order"],
        max((text["passage"] for text in pair.facts["texts"]), default=0),
    ]  # fmt: skip


def _person(person: Person) -> Sequence[str]:
    return [person.admission_no, person.centre_code, person.room, person.seat]


def _cell(value: Any) -> Any:
    return safe_cell(value) if isinstance(value, str) else value


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
