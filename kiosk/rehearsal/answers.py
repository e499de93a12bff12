"""Answers that simulated candidates give."""

from collections.abc import Sequence

import numpy as np

from kiosk.rehearsal.clients import Json

REVISED = 0.3
"""Share of items that are answered a second time."""


def make_writes(random: np.random.Generator, items: Sequence[Json]) -> list[tuple[str, object]]:
    """Return an answer to each item, and after these another one to some of them."""
    again = [item for item in items if random.random() < REVISED]
    return [(item["id"], make_answer(random, item)) for item in [*items, *again]]


def make_answer(random: np.random.Generator, item: Json) -> object:
    """Return a random answer of the item's type."""
    options = [option["id"] for option in item["options"]]
    if not options:
        return f"排放量等于活动数据乘以排放因子。({random.integers(10**9)})"
    if item["type"] == "multiple_choice":
        count = int(random.integers(2, len(options) + 1))
        return sorted(random.choice(options, count, replace=False).tolist())
    return str(random.choice(options))
