"""Copies of attempts: reports, results with their versions, and answers to be marked."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kiosk.bench.hq.scale.copies import add, copy, every_row, first_row
from kiosk.bench.hq.scale.first import MARKER
from kiosk.bench.hq.scale.shape import EXAM, Shape, digest
from sync.hq.core.sheets import ABSENT, COMPLETE, STOPPED, VOID, WAITING
from sync.hq.marking.views import Stage
from sync.hq.persistence.database import Database
from sync.hq.persistence.marking_tables import marking_answers, marking_scripts, marks
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.persistence.tables import bundles
from sync.wire.delivery.result import BundleIncident, EvidenceRef

RAREST = STOPPED
"""The status of a single result."""
_MARKED = 3
"""One script in this many has its marks."""


def fill(database: Database, shape: Shape) -> None:
    """Insert them."""
    _bundles(database, shape)
    _results(database, shape)
    _marking(database, shape)


def status(number: int) -> str:
    """Return what became of an attempt: nearly all are complete, few void, one was stopped."""
    if number == 1:
        return RAREST
    if number % 1000 == 0:
        return VOID
    return {1: WAITING, 2: ABSENT}.get(number % 10, COMPLETE)


def score(number: int) -> Mapping[str, Any]:
    """Return the columns of an attempt's score."""
    if status(number) != COMPLETE:
        return {"status": status(number), "total": None, "passed": None}
    points = Decimal(60 + number % 90)
    return {"status": COMPLETE, "total": points, "passed": points >= Decimal(90)}


def incidents(number: int) -> int:
    """Return how many incidents an attempt has."""
    return 2 if number % 4 == 0 else 0


def _bundles(database: Database, shape: Shape) -> None:
    row = first_row(database, bundles)
    plain = row["document"]
    picture = EvidenceRef(sha256=digest("picture", 1), kind="incident", at=EXAM, size=30_000)
    noted = {
        **plain,
        "incidents": [_incident(number) for number in (1, 2)],
        "evidence": [picture.model_dump(mode="json")],
    }
    copy(
        database, bundles, row, shape.numbers,
        lambda n: {
            **shape.of_attempt(n),
            "id": shape.bundle(n),
            "object": digest("object", n),
            "cursor": shape.cursor(n),
            "room": shape.room(n),
            "document": noted if incidents(n) else plain,
        },
    )  # fmt: skip


def _incident(number: int) -> Mapping[str, Any]:
    incident = BundleIncident(
        id=f"I{number}",
        rule="nobody",
        started_at=EXAM,
        ended_at=EXAM + timedelta(seconds=9),
        measured=9.0,
        threshold=5.0,
        frame_interval_ms=1000,
    )
    return incident.model_dump(mode="json")


def _results(database: Database, shape: Shape) -> None:
    version = first_row(database, result_versions)
    copy(
        database, result_versions, version, shape.numbers,
        lambda n: {
            "centre_code": shape.centre(n),
            "attempt_id": shape.attempt(n),
            "version": 1,
            "bundle_id": shape.bundle(n),
        },
    )  # fmt: skip
    row = {**first_row(database, results), "version": 1, "exact_total": None}
    copy(
        database, results, row, shape.numbers,
        lambda n: {
            **shape.of_attempt(n),
            **score(n),
            "bundle_id": shape.bundle(n),
            "cursor": shape.cursor(n),
            "room": shape.room(n),
            "incidents": incidents(n),
            "pending_count": 5 if status(n) == WAITING else 0,
        },
    )  # fmt: skip


def _marking(database: Database, shape: Shape) -> None:
    """Give the plan the scripts of the large sitting, each with all its written answers."""
    here = [number for number in shape.numbers if shape.sitting(number) == shape.first.sitting]
    script = first_row(database, marking_scripts)
    copy(database, marking_scripts, script, here, lambda n: _script(shape, n))
    answers = {row["item_id"]: row for row in every_row(database, marking_answers) if row["open"]}
    add(database, marking_answers, _answers(shape, here, list(answers.values())))
    mark = first_row(database, marks)
    marked = [number for number in here if number % _MARKED == 0]
    copy(
        database, marks, mark, marked,
        lambda n: {"id": shape.cursor(n), "answer_id": f"{shape.attempt(n)}-0", "version": 1},
    )  # fmt: skip


def _script(shape: Shape, number: int) -> Mapping[str, Any]:
    return {
        "centre_code": shape.centre(number),
        "attempt_id": shape.attempt(number),
        "bundle_id": shape.bundle(number),
    }


def _answers(
    shape: Shape, numbers: list[int], rows: list[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    done = {"stage": Stage.FINAL.value, "open": False, "first_by": MARKER, "points": Decimal(4)}
    for number in numbers:
        own = {**_script(shape, number), "place": int(digest("place", number)[:7], 16)}
        if number % _MARKED == 0:
            own = {**own, **done, "settled_at": shape.at(number)}
        for place, row in enumerate(rows):
            yield {**row, **own, "id": f"{shape.attempt(number)}-{place}"}
