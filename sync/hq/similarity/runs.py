"""Runs: the comparison of a sitting's papers, stored with what it was made from (R21, R23)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.core.roles import Role, require_role
from sync.hq.errors import NotFound
from sync.hq.persistence.database import next_number
from sync.hq.persistence.similarity_tables import similarity_pairs, similarity_runs
from sync.hq.similarity.all_pairs import LEAST_COMMON
from sync.hq.similarity.analysis import Analysis, NamedPair, analyse
from sync.hq.similarity.answers import DrawnPaper, Read, drawn_paper, papers_sat, read_sheets
from sync.hq.similarity.errors import NothingToCompare
from sync.hq.similarity.places import IN_SIGHT
from sync.hq.similarity.search import LEAST_CANDIDATES, Level, Limits
from sync.hq.similarity.sheets import Sheet
from sync.hq.similarity.times import CLOSE_S
from sync.wire import canonical

METHOD = "similarity/1"
"""Changes with every change of a rule that can change what is found."""

LIMITS = Limits()

RUNNERS = (Role.REVIEWER, Role.ADJUDICATOR)
"""Who may compare a sitting, for all its centres."""


class SimilarityRuns:
    """Compares answer sheets and stores what it found."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def run(
        self, sitting_id: str, paper: str, by: str, progress: ProgressCallback = silent
    ) -> Sequence[str]:
        """Compare everybody who sat a paper; return a run's id for each of its parallel papers.

        Raises:
            NothingToCompare: no result with answers has arrived.
            RoleMissing: ``by`` may not do this, or not any more.
        """
        with self._context.database.read() as connection:
            ids = papers_sat(connection, sitting_id, paper)
        runs = [self._one(paper_id, by, progress) for paper_id in ids]
        if not any(runs):
            raise NothingToCompare(paper=paper)
        return [run for run in runs if run]

    def _one(self, paper_id: str, by: str, progress: ProgressCallback) -> str:
        """Compare one drawn paper; return the run's id, or nothing if nobody answered it."""
        started = self._context.clock.now()
        with self._context.database.read() as connection:
            drawn = drawn_paper(connection, paper_id)
            if drawn is None:
                raise NotFound(what="paper")
            read = read_sheets(connection, drawn)
        if not read.sheets:
            return ""
        analysis = analyse(drawn.paper, drawn.keys, drawn.given, read.sheets, LIMITS, progress)
        run_id = self._context.ids()
        ids = [self._context.ids() for _ in analysis.pairs]
        with self._context.database.write() as connection:
            # Comparing takes a while: the account may have lost the role meanwhile.
            require_role(connection, by, *RUNNERS, programme_id=drawn.programme_id, centre_code="")
            at = self._context.clock.now()
            row = _run_row(drawn, read, analysis)
            times = {"started_at": started, "finished_at": at}
            cursor = next_number(connection, "similarity_runs")
            connection.execute(
                insert(similarity_runs).values(
                    id=run_id, cursor=cursor, username=by, **times, **row
                )
            )
            _insert_pairs(connection, run_id, ids, read.sheets, analysis.pairs)
            self._record(connection, at, by, run_id, row)
        return run_id

    def _record(
        self, connection: Connection, at: datetime, by: str, run_id: str, row: Mapping[str, Any]
    ) -> None:
        named = ("sitting_id", "paper", "label", "input_digest", "strong", "notable", "texts")
        record(
            connection,
            at,
            AuditKind.SIMILARITY_RUN,
            by,
            run=run_id,
            method=METHOD,
            **{name: row[name] for name in named},
        )


def _run_row(drawn: DrawnPaper, read: Read, analysis: Analysis) -> Mapping[str, Any]:
    levels = [pair.found.level for pair in analysis.pairs]
    outcome = analysis.outcome
    return {
        "sitting_id": drawn.sitting_id,
        "paper": drawn.sitting_paper,
        "paper_id": drawn.id,
        "label": drawn.label,
        "programme_id": drawn.programme_id,
        "parameters": {
            "method": METHOD,
            **asdict(LIMITS),
            "least_candidates": LEAST_CANDIDATES,
            "least_common": LEAST_COMMON,
            "in_sight": IN_SIGHT,
            "close_s": CLOSE_S,
        },
        "input_digest": _digest(drawn, read.sheets),
        "candidates": len(read.sheets),
        "compared": outcome.compared if outcome else 0,
        "strong": levels.count(Level.STRONG),
        "notable": levels.count(Level.NOTABLE),
        "texts": sum(bool(pair.facts["texts"]) for pair in analysis.pairs),
        "summary": {
            "left_out": dict(read.left_out),
            "computed": outcome is not None,
            "pairs": outcome.pairs if outcome else 0,
            "near": outcome.near if outcome else 0,
            "not_listed": analysis.left,
            "rooms": [asdict(room) for room in outcome.rooms] if outcome else [],
        },
    }


def _digest(drawn: DrawnPaper, sheets: Sequence[Sheet]) -> str:
    """Return a digest of everything that a run follows from."""
    return canonical.digest(
        canonical.dumps(
            {
                "paper": drawn.id,
                "keys": {item: sorted(key) for item, key in drawn.keys.items()},
                "bundles": sorted(sheet.bundle_id for sheet in sheets),
                "seats": {
                    sheet.bundle_id: [sheet.place.room, sheet.place.seat, sheet.place.row]
                    for sheet in sheets
                },
            }
        )
    )


def _insert_pairs(
    connection: Connection,
    run_id: str,
    ids: Sequence[str],
    sheets: Sequence[Sheet],
    pairs: Sequence[NamedPair],
) -> None:
    rows = [
        {
            "id": pair_id,
            "run_id": run_id,
            "number": number,
            **_side("first", sheets[pair.found.first]),
            **_side("second", sheets[pair.found.second]),
            "level": pair.found.level,
            "probability": pair.found.probability,
            "holm": pair.found.holm,
            "fdr": pair.found.fdr,
            "relation": pair.relation,
            "cluster": pair.found.cluster,
            "facts": dict(pair.facts),
        }
        for number, (pair_id, pair) in enumerate(zip(ids, pairs, strict=True), start=1)
    ]
    if rows:
        connection.execute(insert(similarity_pairs), rows)


def _side(which: str, sheet: Sheet) -> Mapping[str, str]:
    return {
        f"{which}_centre": sheet.centre_code,
        f"{which}_attempt": sheet.attempt_id,
        f"{which}_bundle": sheet.bundle_id,
        f"{which}_room": sheet.place.room,
    }
