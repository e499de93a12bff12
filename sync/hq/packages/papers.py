"""Papers: drawn from the item bank for a sitting, all parallel ones at once, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from kiosk.exam.errors import PaperImpossible, Shortage
from kiosk.exam.items.item import MarkScheme
from kiosk.exam.papers.paper import Paper, PaperSection
from sync.hq.authoring.assembly import assemble
from sync.hq.authoring.bank import Bank, KeptItem
from sync.hq.authoring.programmes import Programmes
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import AlreadyThere, NotFound, SittingCancelled
from sync.hq.persistence import tables
from sync.hq.sittings import SittingPaper, Sittings, SittingView
from sync.wire.model import FIRST

LABELS = "ABCDEFGH"
"""Labels of the parallel papers of a sitting."""


@dataclass(frozen=True)
class KeptPaper:
    """A paper with its mark schemes, which only headquarters has.

    ``sitting_paper``: the id of the sitting's paper that it was drawn for. ``label`` tells
    parallel ones apart.
    ``versions`` has the version of each item, by its id.
    """

    id: str
    label: str
    sitting_id: str
    sitting_paper: str
    paper: Paper
    schemes: Mapping[str, MarkScheme]
    versions: Mapping[str, int]
    form_seed: str
    created_at: datetime


@dataclass(frozen=True)
class DrawnPaper:
    """That a paper was drawn: for which paper of the sitting, and how many items it has."""

    sitting_paper: str
    label: str
    items: int
    created_at: datetime


class Papers:
    """Draws and stores the papers of sittings."""

    def __init__(
        self, context: HqContext, bank: Bank, programmes: Programmes, sittings: Sittings
    ) -> None:
        self._context = context
        self._bank = bank
        self._programmes = programmes
        self._sittings = sittings

    def draw(
        self, sitting_id: str, count: int, by: str, progress: ProgressCallback = silent
    ) -> Sequence[KeptPaper]:
        """Draw parallel papers A, B … for each paper of a sitting that has none.

        They do not change afterwards.

        Raises:
            NotFound: the sitting does not exist.
            SittingCancelled: it does not take place.
            AlreadyThere: all papers of the sitting have been drawn.
            PaperImpossible: the item bank cannot fill a blueprint; nothing is stored. In a
                sitting with several papers, ``shortages`` name each one that is impossible.
        """
        if not 1 <= count <= len(LABELS):
            raise ValueError(f"{count} papers, at most {len(LABELS)}")
        sitting = self._sittings.get(sitting_id)
        if sitting.cancelled_at is not None:
            raise SittingCancelled(reason=sitting.cancelled_reason)
        drawn = {kept.sitting_paper for kept in self.drawn(sitting_id)}
        wanted = [paper for paper in sitting.papers if paper.id not in drawn]
        if not wanted:
            raise AlreadyThere(what=f"A paper of sitting {sitting_id}")
        rows = self._all_drawn(sitting, wanted, count, progress)
        with self._context.database.write() as connection:
            # Drawing takes seconds and runs outside the transaction: another draw may have
            # finished first.
            table = tables.papers
            others = select(table.c.id).where(
                table.c.sitting_id == sitting_id,
                table.c.sitting_paper.in_([paper.id for paper in wanted]),
            )
            if connection.execute(others).first() is not None:
                raise AlreadyThere(what=f"A paper of sitting {sitting_id}")
            for paper, parallel in rows.items():
                for row in parallel:
                    self._keep(connection, row, paper.programme_id, by)
        return self.of_sitting(sitting_id)

    def _all_drawn(
        self,
        sitting: SittingView,
        wanted: Sequence[SittingPaper],
        count: int,
        progress: ProgressCallback,
    ) -> Mapping[SittingPaper, Sequence[dict[str, Any]]]:
        rows: dict[SittingPaper, Sequence[dict[str, Any]]] = {}
        lacking: list[Shortage] = []
        for number, paper in enumerate(wanted, start=1):
            try:
                rows[paper] = self._drawn(sitting, paper, count)
            except PaperImpossible as error:
                if len(sitting.papers) > 1:
                    lacking.append(Shortage("paper", of=_named(paper)))
                lacking += error.shortages
            progress(number, len(wanted))
        if lacking:
            raise PaperImpossible(lacking)
        return rows

    def _drawn(
        self, sitting: SittingView, paper: SittingPaper, count: int
    ) -> Sequence[dict[str, Any]]:
        plans = self._plans(sitting, paper, count)
        ids = [item for plan in plans for section in plan for item in section.items]
        items = self._bank.some(paper.programme_id, ids)
        for kept in items.values():
            kept.entry.scheme.check(kept.entry.item)
        return [
            self._row(sitting, paper, label, plan, items)
            for label, plan in zip(LABELS[:count], plans, strict=True)
        ]

    def discard(self, sitting_id: str, by: str, paper_id: str | None = None) -> None:
        """Delete a sitting's drawn papers, or those of one paper, so that others can be drawn.

        Raises:
            AlreadyThere: a package was built from one of them.
        """
        with self._context.database.write() as connection:
            self.discard_in(connection, sitting_id, by, paper_id)

    def discard_in(
        self, connection: Connection, sitting_id: str, by: str, paper_id: str | None = None
    ) -> None:
        """Like :meth:`discard`, inside a transaction."""
        papers, packed, uses = tables.papers, tables.package_papers, tables.item_uses
        mine = papers.c.sitting_id == sitting_id
        if paper_id is not None:
            mine &= papers.c.sitting_paper == paper_id
        own = select(papers.c.id).where(mine)
        sealed = select(packed.c.package_id).where(packed.c.paper_id.in_(own))
        if connection.execute(sealed).first() is not None:
            raise AlreadyThere(what=f"A package of sitting {sitting_id}")
        # Otherwise the exposure rules would count uses in papers that no candidate ever saw.
        connection.execute(delete(uses).where(uses.c.paper_id.in_(own)))
        if connection.execute(delete(papers).where(mine)).rowcount:
            named = {"sitting": sitting_id, **({"paper": paper_id} if paper_id else {})}
            now = self._context.clock.now()
            record(connection, now, AuditKind.PAPERS_DISCARDED, by, **named)

    def drawn(self, sitting_id: str) -> Sequence[DrawnPaper]:
        """Return which papers of a sitting were drawn, without their items."""
        table = tables.papers
        names = ("sitting_paper", "label", "created_at", "versions")
        query = select(*(table.c[name] for name in names)).where(table.c.sitting_id == sitting_id)
        with self._context.database.read() as connection:
            rows = connection.execute(query.order_by(*_ORDER)).mappings().all()
        return [
            DrawnPaper(row["sitting_paper"], row["label"], len(row["versions"]), row["created_at"])
            for row in rows
        ]

    def of_sitting(self, sitting_id: str) -> Sequence[KeptPaper]:
        """Return the drawn papers of a sitting, by its papers and by label."""
        with self._context.database.read() as connection:
            return [_paper(row) for row in _rows(connection, sitting_id)]

    def get(self, sitting_id: str, label: str = LABELS[0], paper_id: str = FIRST) -> KeptPaper:
        """Return one drawn paper; ``paper_id``: the sitting's paper.

        Raises:
            NotFound: there is no such paper.
        """
        return self.some(sitting_id, label, [paper_id])[0]

    def some(self, sitting_id: str, label: str, paper_ids: Sequence[str]) -> Sequence[KeptPaper]:
        """Return the drawn papers of this label of some of the sitting's papers, in their order.

        Raises:
            NotFound: one of them has none.
        """
        table = tables.papers
        query = select(table).where(table.c.sitting_id == sitting_id, table.c.label == label)
        with self._context.database.read() as connection:
            rows = connection.execute(query.where(table.c.sitting_paper.in_(paper_ids))).mappings()
            found = {row["sitting_paper"]: _paper(row) for row in rows}
        if found.keys() != set(paper_ids):
            raise NotFound(what="paper")
        return [found[paper_id] for paper_id in paper_ids]

    def _plans(
        self, sitting: SittingView, paper: SittingPaper, count: int
    ) -> tuple[tuple[PaperSection, ...], ...]:
        programme = self._programmes.get(paper.programme_id, paper.programme_version)
        rules, now = self._context.settings.papers, self._context.clock.now()
        rested_since = now - timedelta(days=rules.rest_days)
        pool = self._bank.pool(paper.programme_id, rested_since, rules.max_uses)
        seen = self._seen(sitting.repeats) if sitting.repeats else frozenset()
        unseen = [item for item in pool if item.id not in seen]
        # A bank that is too small for a paper of unseen items gives one of all items.
        for drawn_from in (unseen, pool) if len(unseen) < len(pool) else (pool,):
            try:
                return assemble(
                    drawn_from, programme, self._context.entropy(32), paper.trade, paper.level,
                    count, paper.parts,
                )  # fmt: skip
            except PaperImpossible as error:
                refused = error
        raise self._with_resting(refused, paper.programme_id, len(pool), now) from refused

    def _seen(self, sitting_id: str) -> frozenset[str]:
        """Return the items of a sitting's papers, which its candidates may have seen."""
        uses, papers = tables.item_uses, tables.papers
        query = (
            select(uses.c.item_id)
            .join(papers, papers.c.id == uses.c.paper_id)
            .where(papers.c.sitting_id == sitting_id)
        )
        with self._context.database.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def _with_resting(
        self, error: PaperImpossible, programme_id: str, drawn_from: int, now: datetime
    ) -> PaperImpossible:
        """Add to the error how many items the exposure rules exclude."""
        kept_back = len(self._bank.pool(programme_id, now, None)) - drawn_from
        if not kept_back:
            return error
        return PaperImpossible([*error.shortages, Shortage("resting", have=kept_back)])

    def _row(
        self,
        sitting: SittingView,
        examined: SittingPaper,
        label: str,
        plan: Sequence[PaperSection],
        items: Mapping[str, KeptItem],
    ) -> dict[str, Any]:
        drawn = [items[item_id] for section in plan for item_id in section.items]
        paper = Paper(
            id=self._context.ids(),
            programme_id=examined.programme_id,
            trade=examined.trade,
            level=examined.level,
            items=tuple(one.entry.item for one in drawn),
            sections=tuple(plan),
        )
        schemes = {item.entry.item.id: item.entry.scheme.model_dump(mode="json") for item in drawn}
        return {
            "id": paper.id,
            "label": label,
            "sitting_id": sitting.id,
            "sitting_paper": examined.id,
            "paper": paper.model_dump(mode="json"),
            "schemes": schemes,
            "versions": {one.entry.item.id: one.version for one in drawn},
            "form_seed": self._context.entropy(32).hex(),
            "created_at": self._context.clock.now(),
        }

    def _keep(
        self, connection: Connection, row: dict[str, Any], programme_id: str, by: str
    ) -> None:
        connection.execute(insert(tables.papers).values(**row))
        uses = [
            {
                "paper_id": row["id"],
                "programme_id": programme_id,
                "item_id": item_id,
                "version": version,
                "used_at": row["created_at"],
            }
            for item_id, version in row["versions"].items()
        ]
        connection.execute(insert(tables.item_uses), uses)
        named = {"sitting": row["sitting_id"], "paper": row["id"], "label": row["label"]}
        record(connection, row["created_at"], AuditKind.PAPER_DRAWN, by, **named)


_ORDER = (
    # Length first: paper 10 comes after paper 9.
    func.length(tables.papers.c.sitting_paper),
    tables.papers.c.sitting_paper,
    tables.papers.c.label,
)


def _rows(connection: Connection, sitting_id: str) -> Sequence[RowMapping]:
    table = tables.papers
    query = select(table).where(table.c.sitting_id == sitting_id).order_by(*_ORDER)
    return connection.execute(query).mappings().all()


def _named(paper: SittingPaper) -> tuple[str, ...]:
    return tuple(filter(None, (paper.trade, paper.level))) or (paper.programme_id,)


def _paper(row: RowMapping) -> KeptPaper:
    return KeptPaper(
        id=row["id"],
        label=row["label"],
        sitting_id=row["sitting_id"],
        sitting_paper=row["sitting_paper"],
        paper=Paper.model_validate(row["paper"]),
        schemes={k: MarkScheme.model_validate(v) for k, v in row["schemes"].items()},
        versions=row["versions"],
        form_seed=row["form_seed"],
        created_at=row["created_at"],
    )
