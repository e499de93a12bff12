"""How long a batch of certificates takes, from the approval of its list to the last stored PDF."""

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kiosk.bench.hq.desk import portrait
from kiosk.bench.hq.scale.copies import copy, first_row
from kiosk.bench.hq.scale.first import First, make_first
from kiosk.bench.hq.scale.office import publish
from kiosk.bench.hq.scale.people import back_date, centres
from kiosk.bench.hq.scale.shape import Shape, digest, identity_no, name
from kiosk.rehearsal.environment import PROGRAMME, STAFF
from kiosk.system import entropy
from sync.hq.certificates import signing
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.core.sheets import COMPLETE
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import result_versions, results

SECOND = "publisher"
_AT_ONCE = 200


@dataclass(frozen=True)
class CertificateFigures:
    """Seconds: see ``kiosk bench certificates --help``. ``kb``: of one PDF."""

    propose_s: float
    approve_s: float
    make_s: float
    cpu_s: float
    kb: float


def measure(
    count: int, database: str | None, blobs: str | None, progress: Callable[[str], None]
) -> CertificateFigures:
    """Issue certificates to that many people who passed, each with a portrait of their own."""
    with tempfile.TemporaryDirectory(prefix="certificates-bench-") as folder:
        first = make_first(Path(folder), database, blobs)
        try:
            progress(f"{count} people who passed")
            _fill(first, count)
            progress(f"{count} certificates")
            return _issue(first, count)
        finally:
            first.hq.close()


def _fill(first: First, count: int) -> None:
    """Copy one result, released as a pass, for people with portraits."""
    database, shape = first.hq.storage.database, Shape(first, count, together=True)
    back_date(database)
    centres(database, shape)
    pictures = dict(zip(shape.numbers, _portraits(first, count), strict=True))
    copy(
        database, tables.candidates, first_row(database, tables.candidates), shape.numbers,
        lambda n: {
            "id": shape.candidate(n), "identity_no": identity_no(n), "name": name(n),
            "portrait": pictures[n], "portrait_sha256": digest("portrait", n),
        },
    )  # fmt: skip
    version = first_row(database, result_versions)
    own = shape.of_attempt
    names = ("centre_code", "attempt_id")
    copy(
        database, result_versions, version, shape.numbers,
        lambda n: {name: own(n)[name] for name in names} | {"version": 1},
    )  # fmt: skip
    passed = {"status": COMPLETE, "total": Decimal("118.5"), "passed": True, "version": 1}
    row = {**first_row(database, results), **passed, "bundle_id": version["bundle_id"]}
    copy(
        database, results, row, shape.numbers,
        lambda n: {**own(n), "cursor": shape.cursor(n)},
    )  # fmt: skip
    publish(database, shape, shape.numbers, lambda _: passed)


def _portraits(first: First, count: int) -> Iterator[str | None]:
    """Store sealed portraits of the usual size; yield their names."""
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        sealed = [first.hq.public_keys.seal(portrait(number)) for number in numbers]
        yield from first.hq.storage.blobs.put_all(sealed)


def _issue(first: First, count: int) -> CertificateFigures:
    services, hq = first.hq.certificates, first.hq
    signing.create(services.sources.keys_folder, "benchmark", hq.clock.now(), entropy)
    with _timed() as proposed:
        order = services.orders.propose_issue(first.sitting, PROGRAMME, STAFF)
    with _timed() as approved:
        numbered = services.orders.approve(order, SECOND)
    with _timed() as made:
        done = services.making.make()
    if (numbered, done) != (count, count):
        raise AssertionError(f"{numbered} numbers, {done} PDFs for {count} people")
    everything = Scope(frozenset({Grant(Role.PUBLISHER)}))
    newest = services.register.page(everything, size=1).certificates[0].number
    return CertificateFigures(
        propose_s=proposed[0],
        approve_s=approved[0],
        make_s=made[0],
        cpu_s=proposed[1] + approved[1] + made[1],
        kb=len(services.register.pdf(newest)) / 1024,
    )


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Yield a list that receives seconds, and seconds of processors with processes that ended."""
    taken: list[float] = []
    begun, used = time.monotonic(), _processor_seconds()
    yield taken
    taken += [time.monotonic() - begun, _processor_seconds() - used]


def _processor_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
