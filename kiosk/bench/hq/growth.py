"""Whether storing a result costs more when headquarters has a hundred times as many."""

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from sqlalchemy import insert, select, update

from kiosk.bench.hq.content import Made
from kiosk.bench.hq.sites import Site
from kiosk.rehearsal.environment import CENTRE
from kiosk.system import SystemClock, entropy, new_id
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.services import HqServices, open_headquarters

FEW = 1000
_BATCH = 500


def cost_growth(
    few: Site, many: Site, stored: int, tried: int, progress: Callable[[str], None]
) -> float:
    """Return the median time to store a result with ``stored`` rows over that with a thousand.

    ``tried``: number of results for each. They alternate, so that other work on the machine
    affects both.
    """
    progress(f"cost of a result at {FEW} and at {stored} stored: {many.hq.parent.name}")
    small, large = _opened(few), _opened(many)
    try:
        for hq, site, rows in ((small, few, FEW), (large, many, stored)):
            _fill(hq, site, rows)
        times: dict[int, list[float]] = {0: [], 1: []}
        for one, other in zip(few.bundles(1, tried), many.bundles(1, tried), strict=True):
            times[0].append(_take(small, one))
            times[1].append(_take(large, other))
    finally:
        small.close()
        large.close()
    return median(times[1]) / median(times[0])


def _opened(site: Site) -> HqServices:
    return open_headquarters(site.hq, SystemClock(), new_id, entropy)


def _take(hq: HqServices, one: Made) -> float:
    begun = time.perf_counter()
    hq.intake.accept("result", CENTRE, one.id, one.data)
    return time.perf_counter() - begun


def _fill(hq: HqServices, site: Site, count: int) -> None:
    """Store one result as usual, and insert copies of its rows under other ids."""
    (first,) = site.bundles(0, 1)
    hq.intake.accept("result", CENTRE, first.id, first.data)
    database = hq.storage.database
    with database.read() as connection:
        of_bundle = tables.bundles
        row = connection.execute(select(of_bundle)).mappings().one()
        result = connection.execute(select(results)).mappings().one()
        version = connection.execute(select(result_versions)).mappings().one()
    for start in range(2, count + 1, _BATCH):
        with database.write() as connection:
            rows = _copies(dict(row), range(start, min(start + _BATCH, count + 1)))
            connection.execute(insert(of_bundle), rows)
            own = [{"bundle_id": copy["id"], "attempt_id": copy["attempt_id"]} for copy in rows]
            versions = [{**version, **mine} for mine in own]
            connection.execute(insert(result_versions), versions)
            numbered = zip(own, rows, strict=True)
            copies = [{**result, **mine, "cursor": copy["cursor"]} for mine, copy in numbered]
            connection.execute(insert(results), copies)
    with database.write() as connection:
        mine = tables.counters.c.name.in_(("bundles", "results"))
        connection.execute(update(tables.counters).where(mine).values(value=count))


def _copies(row: Mapping[str, Any], numbers: range) -> Sequence[dict[str, Any]]:
    return [
        {
            **row,
            "id": entropy(32).hex(),
            "object": entropy(32).hex(),
            "cursor": number,
            "attempt_id": f"B{number:07d}",
        }
        for number in numbers
    ]
