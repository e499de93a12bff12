"""Answers and points of a paper's attempts, read in batches into arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Row, select, tuple_

from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.core.sheets import COMPLETE
from sync.hq.persistence import tables
from sync.hq.persistence.database import Database
from sync.hq.persistence.result_tables import result_versions
from sync.hq.statistics.matrix import ANSWERED, NOT_REACHED, OMITTED, Bools, Floats, Matrix
from sync.hq.statistics.sources import Form, Sources
from sync.hq.statistics.timing import seconds_by_item

AT_ONCE = 200
"""Attempts of one read: so no reader keeps a snapshot open for minutes."""
PAGE_LEAVE = "page_leave"
"""Stands among the rules of incidents for page leaves, which centres report apart."""


@dataclass
class FormData:
    """The attempts of one form. ``totals`` is NaN where marks are missing."""

    form: Form
    matrix: Matrix
    centres: list[str]
    totals: Floats
    passed: Bools

    @property
    def complete(self) -> Bools:
        """Attempts that have a total."""
        return np.logical_not(np.isnan(self.totals))


@dataclass
class SatPaper:
    """Everything of one paper of a sitting: forms by label, and incidents of all attempts.

    ``incidents``: how many by rule and hour of the day; ``affected``: attempts with any, by rule.
    """

    forms: Sequence[FormData]
    incidents: dict[tuple[str, int], int] = field(default_factory=dict)
    affected: dict[str, int] = field(default_factory=dict)


def read_paper(
    database: Database, sources: Sources, zone: ZoneInfo, progress: ProgressCallback = silent
) -> SatPaper:
    """Read the documents of all attempts; bundles and versions never change, so batches fit."""
    counted = sources.counted
    found = {
        paper_id: _empty(form, [row for row in counted if row.paper_id == paper_id])
        for paper_id, form in sources.forms.items()
    }
    places = _places(counted)
    paper = SatPaper(sorted(found.values(), key=lambda data: data.form.label))
    for done, (row, document, sheet) in enumerate(_documents(database, sources.attempts), start=1):
        _count_incidents(paper, document, zone)
        place = places.get((row.centre_code, row.attempt_id))
        if place is not None:
            _fill(found[row.paper_id], place, document, sheet)
        progress(done, len(sources.attempts))
    if sources.pass_mark is None:
        for data in paper.forms:
            data.totals = _own_totals(data.matrix)
    return paper


def _own_totals(matrix: Matrix) -> Floats:
    """Return totals of a paper of some parts; those of results contain other sittings' parts."""
    weights = np.array([item.weight for item in matrix.items])
    found: Floats = (matrix.points * weights).sum(axis=1)
    return found


def _empty(form: Form, rows: Sequence[Row[Any]]) -> FormData:
    shape = (len(rows), len(form.columns))
    matrix = Matrix(
        items=form.columns,
        # By columns: figures of one item read one column.
        points=np.full(shape, np.nan, order="F"),
        picks=np.zeros(shape, dtype=np.int64, order="F"),
        answered=np.full(shape, NOT_REACHED, dtype=np.int8, order="F"),
        seconds=np.full(shape, np.nan, order="F"),
    )
    totals = [row.exact_total if row.status == COMPLETE else None for row in rows]
    return FormData(
        form=form,
        matrix=matrix,
        centres=[row.centre_code for row in rows],
        totals=np.array([np.nan if total is None else float(total) for total in totals]),
        passed=np.array([bool(row.passed) for row in rows], dtype=bool),
    )


def _places(counted: Sequence[Row[Any]]) -> Mapping[tuple[str, str], int]:
    """Return each attempt's row in the matrix of its form."""
    sizes: dict[str, int] = {}
    places: dict[tuple[str, str], int] = {}
    for row in counted:
        places[row.centre_code, row.attempt_id] = sizes.get(row.paper_id, 0)
        sizes[row.paper_id] = sizes.get(row.paper_id, 0) + 1
    return places


def _documents(
    database: Database, attempts: Sequence[Row[Any]]
) -> Iterator[tuple[Row[Any], Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each attempt with the parts of its bundle and of its result that are needed."""
    bundles, versions = tables.bundles, result_versions
    wanted = [
        bundles.c.document[name].label(name)
        for name in ("answers", "form", "timing", "incidents", "conduct")
    ]
    for start in range(0, len(attempts), AT_ONCE):
        batch = attempts[start : start + AT_ONCE]
        keys = [(row.centre_code, row.attempt_id, row.version) for row in batch]
        of_bundles = select(bundles.c.id, *wanted).where(
            bundles.c.id.in_([row.bundle_id for row in batch])
        )
        same = tuple_(versions.c.centre_code, versions.c.attempt_id, versions.c.version).in_(keys)
        of_versions = select(
            versions.c.centre_code,
            versions.c.attempt_id,
            versions.c.sheet["points"].label("points"),
        ).where(same)
        with database.read() as connection:
            documents = {row["id"]: dict(row) for row in connection.execute(of_bundles).mappings()}
            points = {(row[0], row[1]): row[2] for row in connection.execute(of_versions)}
        for row in batch:
            yield row, documents[row.bundle_id], points[row.centre_code, row.attempt_id]


def _fill(
    data: FormData, place: int, document: Mapping[str, Any], points: Mapping[str, str]
) -> None:
    matrix = data.matrix
    answers = {answer["item_id"]: answer for answer in document["answers"]}
    reached = _reached(matrix, document, answers)
    seconds = _seconds(document, answers)
    for number, column in enumerate(matrix.items):
        name = column.item_id
        if name in points:
            matrix.points[place, number] = float(points[name])
        matrix.answered[place, number] = reached[name]
        matrix.seconds[place, number] = seconds.get(name, np.nan)
        value = answers[name]["value"] if name in answers else None
        picks = value if isinstance(value, list) else [value]
        matrix.picks[place, number] = sum(
            1 << bit for bit, option in enumerate(column.options) if option in picks
        )


def _reached(
    matrix: Matrix, document: Mapping[str, Any], answers: Mapping[str, Any]
) -> Mapping[str, int]:
    """Say of each item whether it was answered, omitted or not reached, in the own order."""
    form = document["form"] or {"items": [{"item_id": item.item_id} for item in matrix.items]}
    order = [entry["item_id"] for entry in form["items"]]
    given = [item in answers and answers[item]["value"] is not None for item in order]
    last = max((place for place, done in enumerate(given) if done), default=-1)
    found = {item.item_id: NOT_REACHED for item in matrix.items}
    for place, (item, done) in enumerate(zip(order, given, strict=True)):
        found[item] = ANSWERED if done else OMITTED if place < last else NOT_REACHED
    return found


def _seconds(document: Mapping[str, Any], answers: Mapping[str, Any]) -> Mapping[str, float]:
    timing = document["timing"]
    started = timing["started_at"]
    saves = {name: _time(answer["saved_at"]) for name, answer in answers.items()}
    breaks = []
    for credit in timing.get("credits", ()):
        if credit["kind"] in ("pause", "outage"):
            end = _time(credit["at"])
            breaks.append((end - timedelta(seconds=max(0.0, credit["seconds"])), end))
    return seconds_by_item(None if started is None else _time(started), saves, breaks)


def _count_incidents(paper: SatPaper, document: Mapping[str, Any], zone: ZoneInfo) -> None:
    found = [(incident["rule"], incident["started_at"]) for incident in document["incidents"]]
    found += [
        (PAGE_LEAVE, leave["started_at"])
        for leave in document["conduct"].get("page_leaves", ())
        if leave.get("reversal") is None
    ]
    for rule, at in found:
        key = rule, _time(at).astimezone(zone).hour
        paper.incidents[key] = paper.incidents.get(key, 0) + 1
    for rule in {rule for rule, _at in found}:
        paper.affected[rule] = paper.affected.get(rule, 0) + 1


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
