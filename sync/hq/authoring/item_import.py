"""Import of items: everything is checked and shown first, then stored in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from kiosk.exam.items.markup import pictures as shown_pictures
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Pictures
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.persistence import tables
from sync.hq.problems import Problem

_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Preview:
    """What an import would change. Nothing has been stored yet."""

    programme_id: str
    entries: Sequence[BankItem]
    added: int
    changed: int
    unchanged: int
    problems: Sequence[Problem]
    pictures: Mapping[str, bytes]

    @property
    def errors(self) -> Sequence[Problem]:
        """Problems because of which an item is left out."""
        return [problem for problem in self.problems if problem.is_error]


@dataclass(frozen=True)
class ImportReport:
    """What an import changed."""

    added: int
    changed: int
    unchanged: int


class ItemImport:
    """Previews and stores item files."""

    def __init__(self, context: HqContext, pictures: Pictures) -> None:
        self._context = context
        self._pictures = pictures

    def preview(
        self,
        programme: Programme,
        parsed: Parsed,
        defaults: Mapping[str, str] | None = None,
        progress: ProgressCallback = silent,
    ) -> Preview:
        """Validate every item of a file for the programme without storing anything.

        ``defaults`` fill fields that the file lacks (subject, domain, trade, level,
        difficulty).
        """
        entries: dict[str, BankItem] = {}
        problems, first = list(parsed.problems), dict[str, str]()
        names = self._pictures.names() | set(parsed.pictures)
        for number, draft in enumerate(parsed.drafts, start=1):
            entry, found = _read(draft, programme, defaults or {}, names)
            problems += [*draft.problems, *(draft.problem(one) for one in found)]
            if entry is not None and entry.item.id in first:
                twice = {"value": entry.item.id, "first": first[entry.item.id]}
                problems.append(draft.problem(Problem("twice", column="id", params=twice)))
            elif entry is not None:
                entries[entry.item.id], first[entry.item.id] = entry, draft.at
            if number % _ROWS_AT_ONCE == 0 or number == len(parsed.drafts):
                progress(number, len(parsed.drafts))
        if not parsed.drafts and not problems:
            problems.append(Problem("empty"))
        with self._context.database.read() as connection:
            kinds = Counter(kind for _, kind, _ in _compared(connection, programme.id, entries))
        return Preview(
            programme.id,
            list(entries.values()),
            kinds["added"],
            kinds["changed"],
            kinds["unchanged"],
            problems,
            parsed.pictures,
        )

    def store(
        self,
        preview: Preview,
        by: str,
        *,
        leave_out: bool = False,
        progress: ProgressCallback = silent,
    ) -> ImportReport:
        """Store the items of a preview; an item with other content becomes its next version.

        With ``leave_out``, items with problems are skipped.

        Raises:
            BadImport: there are problems and ``leave_out`` is false, or nothing would remain.
                Nothing is stored.
        """
        if preview.errors and not (leave_out and preview.entries):
            raise BadImport(preview.errors)
        entries = {entry.item.id: entry for entry in preview.entries}
        shown = frozenset().union(*(entry.item.pictures for entry in preview.entries))
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            # Compared again: other imports may have been stored since the preview.
            compared = _compared(connection, preview.programme_id, entries)
            counts = Counter(kind for _, kind, _ in compared)
            self._pictures.put(
                connection, {n: d for n, d in preview.pictures.items() if n in shown}
            )
            new = [(entry, row) for entry, kind, row in compared if kind != "unchanged"]
            for start in range(0, len(new), _ROWS_AT_ONCE):
                some = new[start : start + _ROWS_AT_ONCE]
                _add(connection, preview.programme_id, some, now)
                progress(start + len(some), len(new))
            record(
                connection,
                now,
                AuditKind.ITEMS_IMPORTED,
                by,
                programme=preview.programme_id,
                added=counts["added"],
                changed=counts["changed"],
                left_out=len({(p.kind, p.at) for p in preview.errors}),
            )
        return ImportReport(counts["added"], counts["changed"], counts["unchanged"])

    def note_export(self, programme_id: str, format_name: str, by: str) -> None:
        """Record in the audit log that items with their keys were exported."""
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            named = {"programme": programme_id, "format": format_name}
            record(connection, now, AuditKind.ITEMS_EXPORTED, by, **named)


def _read(
    draft: Draft, programme: Programme, defaults: Mapping[str, str], names: frozenset[str]
) -> tuple[BankItem | None, Sequence[Problem]]:
    values = {**defaults, **{k: v for k, v in draft.values.items() if v not in (None, "", [], ())}}
    entry, problems = read_entry(values, programme)
    if entry is None:
        return None, problems
    scheme = entry.scheme
    texts = (scheme.rationale, scheme.model_answer, *(point.text for point in scheme.points))
    shown = entry.item.pictures.union(*map(shown_pictures, texts))
    missing = [
        Problem("picture_missing", column="stem", params={"value": name})
        for name in sorted(shown - names)
    ]
    return (None if missing else entry), [*problems, *missing]


def _compared(
    connection: Connection, programme_id: str, entries: Mapping[str, BankItem]
) -> list[tuple[BankItem, str, RowMapping | None]]:
    """Return each entry, whether it is added, changed or unchanged, and the row it follows."""
    table = tables.items
    columns = (table.c.id, table.c.version, table.c.digest, table.c.retired_at)
    query = select(*columns, table.c.retired_reason).where(
        table.c.programme_id == programme_id, table.c.current
    )
    known = {row["id"]: row for row in connection.execute(query).mappings()}
    found: list[tuple[BankItem, str, RowMapping | None]] = []
    for name, entry in entries.items():
        row = known.get(name)
        same = row is not None and row["digest"] == entry.digest
        found.append((entry, "unchanged" if same else "changed" if row else "added", row))
    return found


def _add(
    connection: Connection,
    programme_id: str,
    entries: Sequence[tuple[BankItem, RowMapping | None]],
    now: datetime,
) -> None:
    table = tables.items
    followed = [row["id"] for _, row in entries if row is not None]
    if followed:
        old = (table.c.programme_id == programme_id) & table.c.current & table.c.id.in_(followed)
        connection.execute(update(table).where(old).values(current=False))
    rows = [_values(programme_id, entry, row, now) for entry, row in entries]
    if rows:
        connection.execute(insert(table), rows)


def _values(
    programme_id: str, entry: BankItem, follows: RowMapping | None, now: datetime
) -> dict[str, Any]:
    item = entry.item
    return {
        "programme_id": programme_id,
        "id": item.id,
        "version": follows["version"] + 1 if follows else 1,
        "current": True,
        "type": item.type.value,
        "subject": item.subject,
        "domain": item.domain,
        "trade": item.trade,
        "level": item.level,
        "difficulty": entry.difficulty.value if entry.difficulty else None,
        "stem": item.stem,
        "item": item.model_dump(mode="json"),
        "scheme": entry.scheme.model_dump(mode="json"),
        "digest": entry.digest,
        "imported_at": now,
        # A new version of a retired item stays retired.
        "retired_at": follows["retired_at"] if follows else None,
        "retired_reason": follows["retired_reason"] if follows else "",
    }
