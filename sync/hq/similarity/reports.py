"""Opens pairs and writes reports, each recorded in the audit log: both show names and answers."""

from collections.abc import Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from kiosk.webpages.csv_cells import BOM
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.similarity.exports import run_csv, run_json
from sync.hq.similarity.listing import PairView, RunView
from sync.hq.similarity.report import Report, make_report
from sync.hq.similarity.side_by_side import Line, SideBySide

MOST_DETAILS = 50
"""Pairs of a report that are shown with their answers; all are in its table."""


class Form(StrEnum):
    """In what form a report is written."""

    PDF = "pdf"
    JSON = "json"
    CSV = "csv"


class SimilarityReports:
    """Shows pairs and writes reports."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._sheets = SideBySide(context)

    def open_pair(self, run: RunView, pair: PairView, by: str) -> Sequence[Line]:
        """Return the answer sheets of a pair, question by question.

        Raises:
            NotFound: a sheet is gone.
        """
        lines = self._sheets.lines(run.paper_id, pair)
        self._record(AuditKind.SIMILAR_PAIR_VIEWED, by, run=run.id, pair=pair.id)
        return lines

    def write(self, run: RunView, pairs: Sequence[PairView], form: Form, by: str) -> bytes:
        """Return a report on these pairs of a run.

        Raises:
            NoFont: of a PDF, if no font was configured or found.
        """
        data = self._written(run, pairs, form, by)
        self._record(
            AuditKind.SIMILARITY_REPORTED, by, run=run.id, form=form.value, pairs=len(pairs)
        )
        return data

    def _written(self, run: RunView, pairs: Sequence[PairView], form: Form, by: str) -> bytes:
        if form is Form.JSON:
            return run_json(run, pairs).encode()
        if form is Form.CSV:
            return (BOM + run_csv(pairs)).encode()
        detailed = pairs[:MOST_DETAILS]
        lines = {pair.id: self._sheets.lines(run.paper_id, pair) for pair in detailed}
        settings, now = self._context.settings, self._context.clock.now()
        zone = ZoneInfo(settings.console.timezone)
        return make_report(Report(run, pairs, lines, by, now), zone, settings.tickets.font)

    def _record(self, kind: AuditKind, by: str, **data: str | int) -> None:
        with self._context.database.write() as connection:
            record(connection, self._context.clock.now(), kind, by, **data)
