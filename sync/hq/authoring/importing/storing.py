"""Storage of what was chosen in a preview, in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.importing.identity import FreeIds, with_id
from sync.hq.authoring.importing.rows import (
    Base,
    Choice,
    Decision,
    ImportReport,
    Preview,
    PreviewRow,
    RowState,
)
from sync.hq.authoring.importing.versions import (
    AT_ONCE,
    NewVersion,
    add_versions,
    current_rows,
    group_members,
)
from sync.hq.authoring.pictures import Pictures
from sync.hq.authoring.stimuli import agree, of_document, stimuli_of
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport, ClashesUndecided
from sync.hq.persistence import tables
from sync.hq.problems import Problem


@dataclass(frozen=True)
class _Wanted:
    """An item to store and the version that it was compared with, if any."""

    entry: BankItem
    base: Base | None
    separate: bool = False


class Storing:
    """Stores one preview."""

    def __init__(
        self, context: HqContext, pictures: Pictures, preview: Preview, choice: Choice
    ) -> None:
        self._context = context
        self._pictures = pictures
        self._preview = preview
        self._choice = choice

    def store(self, by: str, progress: ProgressCallback) -> ImportReport:
        """Store the chosen items; one with other content becomes its next version.

        Raises:
            ClashesUndecided: nobody has decided about a chosen clash. Nothing is stored.
            BadImport: there is nothing to store, and nothing is as before; or a part of a group
                would get another stimulus than the rest.
        """
        wanted = list(self._wanted())
        if not wanted and not self._chosen(RowState.UNCHANGED):
            raise BadImport(self._preview.errors or [Problem("nothing_to_store")])
        with self._context.database.write() as connection:
            new, outdated = self._compared(connection, wanted)
            self._require_whole_groups(connection, new)
            import_id = self._context.ids() if new else ""
            self._add(connection, import_id, new, by, progress)
            report = self._report(import_id, wanted, new, outdated)
            if new:
                self._record(connection, report, by)
        return report

    def _wanted(self) -> Iterator[_Wanted]:
        undecided = [row.item_id for row in self._choice.undecided(self._preview)]
        if undecided:
            raise ClashesUndecided(count=len(undecided), ids=", ".join(undecided[:20]))
        for row in self._preview.rows:
            if row.entry is not None and self._choice.has(row):
                yield from self._of_row(row, row.entry)

    def _chosen(self, state: RowState) -> Sequence[PreviewRow]:
        rows = self._preview.rows
        return [row for row in rows if row.state is state and self._choice.has(row)]

    def _of_row(self, row: PreviewRow, entry: BankItem) -> Iterator[_Wanted]:
        if row.state in (RowState.ADDED, RowState.CHANGED):
            yield _Wanted(entry, row.base)
        elif row.state is RowState.CLASH:
            decision = self._choice.decision(row)
            if decision is Decision.REPLACE:
                yield _Wanted(entry, row.base)
            elif decision is Decision.SEPARATE:
                yield _Wanted(with_id(entry, row.separate_id), None, separate=True)

    def _compared(
        self, connection: Connection, wanted: Sequence[_Wanted]
    ) -> tuple[Sequence[NewVersion], Sequence[str]]:
        """Return what to store, and the ids whose item the bank has changed since the preview."""
        ids = [item.entry.item.id for item in wanted]
        known = current_rows(connection, self._preview.programme_id, ids)
        free = FreeIds([*known, *ids])
        new, outdated = [], []
        for item in wanted:
            entry, row = item.entry, known.get(item.entry.item.id)
            if row is not None and row["digest"] == entry.digest:
                continue  # another import has stored the same
            if row is not None and item.separate:
                entry, row = with_id(entry, free.take(entry.item.id)), None
            if (Base(row["version"], row["digest"]) if row else None) != item.base:
                outdated.append(entry.item.id)
            else:
                new.append(NewVersion(entry, row))
        return new, outdated

    def _require_whole_groups(self, connection: Connection, new: Sequence[NewVersion]) -> None:
        """Require that each group keeps one stimulus, whatever was chosen of it."""
        items = [version.entry.item for version in new if version.entry.item.group]
        stimuli: dict[str, dict[str, str]] = defaultdict(dict)
        for item in items:
            stimuli[item.group or ""] |= stimuli_of(item)
        stored = {item.id for item in items}
        groups = sorted({item.group for item in items if item.group})
        torn = defaultdict(list)
        for row in group_members(connection, self._preview.programme_id, groups):
            own = of_document(row["item"])
            if row["id"] not in stored and not agree(own, stimuli[row["group_id"]]):
                torn[row["group_id"]].append(row["id"])
        if torn:
            raise BadImport(
                [
                    Problem("group_torn", params={"group": name, "items": ", ".join(ids[:20])})
                    for name, ids in torn.items()
                ]
            )

    def _add(
        self,
        connection: Connection,
        import_id: str,
        new: Sequence[NewVersion],
        by: str,
        progress: ProgressCallback,
    ) -> None:
        shown = frozenset().union(*(version.entry.pictures for version in new))
        used = {name: data for name, data in self._preview.pictures.items() if name in shown}
        self._pictures.put(connection, used)
        programme, now = self._preview.programme_id, self._context.clock.now()
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            add_versions(connection, programme, some, now, by=by, import_id=import_id)
            progress(start + len(some), len(new))

    def _report(
        self,
        import_id: str,
        wanted: Sequence[_Wanted],
        new: Sequence[NewVersion],
        outdated: Sequence[str],
    ) -> ImportReport:
        counts = self._preview.counts
        storable = len(self._preview.rows) - counts[RowState.UNCHANGED] - counts[RowState.LEFT_OUT]
        kinds = Counter("changed" if version.follows else "added" for version in new)
        return ImportReport(
            import_id,
            kinds["added"],
            kinds["changed"],
            counts[RowState.UNCHANGED] + len(wanted) - len(new) - len(outdated),
            counts[RowState.LEFT_OUT],
            storable - len(wanted),
            outdated,
        )

    def _record(self, connection: Connection, report: ImportReport, by: str) -> None:
        now = self._context.clock.now()
        names = ("added", "changed", "unchanged", "left_out", "skipped")
        counts: dict[str, Any] = {name: getattr(report, name) for name in names}
        values = {
            "id": report.import_id,
            "programme_id": self._preview.programme_id,
            "batch": self._preview.batch,
            "file_name": self._preview.file_name,
            "username": by,
            "imported_at": now,
            "counts": counts,
        }
        connection.execute(insert(tables.item_imports).values(**values))
        record(
            connection,
            now,
            AuditKind.ITEMS_IMPORTED,
            by,
            programme=self._preview.programme_id,
            batch=self._preview.batch,
            **{"import": report.import_id},
            added=report.added,
            changed=report.changed,
            left_out=report.left_out + report.skipped,
        )
