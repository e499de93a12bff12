"""Scans of registration material: stored sealed, looked at by few, accepted or returned (R9).

A material counts as handed in once all its scans are accepted. Ticks by hand stay where no scan
of the material is there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import NotFound, ReasonMissing, ScanGone, TooManyScans
from sync.hq.persistence import tables
from sync.hq.persistence.material_tables import scans
from sync.hq.registration.changes import APPLICATION, Act, changed, row_of, store
from sync.hq.registration.scan_files import ScanFile
from sync.hq.registration.scan_states import (
    ScanState,
    ScanView,
    scan_view,
    state_of,
    without_accepted,
)
from sync.hq.registration.scan_viewers import require_viewer
from sync.wire import canonical

MOST = 60
"""Most scans of one application, replaced ones included."""
LONGEST_NAME = 200


@dataclass(frozen=True)
class NewScan:
    """A scan to be stored, and whose and what it is."""

    candidate_id: str
    material: str
    part: str
    file_name: str
    file: ScanFile = field(repr=False)


@dataclass(frozen=True)
class Stored:
    """``stored``: how many scans are new; ``known``: how many were there already."""

    stored: int
    known: int


class Scans:
    """Stores scans, opens them for those who may see them, and records decisions."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def put(
        self, sitting_id: str, new: Sequence[NewScan], by: str, progress: ProgressCallback = silent
    ) -> Stored:
        """Store scans; a file that an application has already is left out.

        A scan takes the place of a returned one of the same material and part.

        Raises:
            NotFound: an applicant of a scan has not applied for the sitting.
            TooManyScans: an application would have more than ``MOST``; nothing is stored.
        """
        seal, put = self._context.keys.public.seal, self._context.blobs.put
        # Before the transaction: storing hundreds of files must not block other writers.
        objects: list[str] = []
        for number, one in enumerate(new, start=1):
            objects.append(put(seal(one.file.data)))
            progress(number, len(new))
        now, stored = self._context.clock.now(), 0
        with self._context.database.write() as connection:
            touched: dict[str, list[str]] = {}
            for one, name in zip(new, objects, strict=True):
                scan_id = self._add(connection, sitting_id, one, name, now, by)
                if scan_id is not None:
                    stored += 1
                    touched.setdefault(one.candidate_id, []).append(scan_id)
            for candidate, ids in touched.items():
                named = {"candidate": candidate, "scans": ids}
                act = Act(AuditKind.SCANS_STORED, by, now, sitting_id, named=named)
                _settle(connection, act, candidate)
        return Stored(stored, len(new) - stored)

    def _add(
        self,
        connection: Connection,
        sitting_id: str,
        one: NewScan,
        name: str,
        now: datetime,
        by: str,
    ) -> str | None:
        _require_application(connection, sitting_id, one.candidate_id)
        digest = canonical.digest(one.file.data)
        known = _rows(connection, sitting_id, one.candidate_id)
        if any(row["sha256"] == digest and row["material"] == one.material for row in known):
            return None
        if len(known) >= MOST:
            raise TooManyScans(most=MOST)
        place = (scans.c.sitting_id == sitting_id) & (scans.c.candidate_id == one.candidate_id)
        same = (scans.c.material == one.material) & (scans.c.part == one.part)
        open_ = (scans.c.state == ScanState.RETURNED.value) & scans.c.replaced_at.is_(None)
        connection.execute(update(scans).where(place & same & open_).values(replaced_at=now))
        row = {
            "id": self._context.ids(),
            "sitting_id": sitting_id,
            "candidate_id": one.candidate_id,
            "material": one.material,
            "part": one.part,
            "file_name": plain_text(one.file_name)[-LONGEST_NAME:],
            "kind": one.file.kind,
            "sha256": digest,
            "size": len(one.file.data),
            "object": name,
            "uploaded_at": now,
            "uploaded_by": by,
            "state": ScanState.NEW.value,
            "reason": "",
        }
        connection.execute(insert(scans).values(**row))
        return str(row["id"])

    def list(self, sitting_id: str, candidate_id: str | None = None) -> Sequence[ScanView]:
        """Return the scans of a sitting or of one application, the oldest first."""
        with self._context.database.read() as connection:
            return [scan_view(row) for row in _rows(connection, sitting_id, candidate_id)]

    def get(self, scan_id: str) -> ScanView:
        """Return a scan without its bytes.

        Raises:
            NotFound: there is no such scan.
        """
        with self._context.database.read() as connection:
            return scan_view(_row(connection, scan_id))

    def open(self, scan_id: str, by: str) -> tuple[ScanView, bytes]:
        """Return a scan with its bytes, and record who saw it.

        Raises:
            NotScanViewer: the account may not see scans.
            NotFound: there is no such scan.
            ScanGone: its bytes have been deleted.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            require_viewer(connection, by)
            row = _row(connection, scan_id)
            if row["object"] is None:
                raise ScanGone
            named = {"scan": scan_id, "candidate": row["candidate_id"]}
            record(connection, now, AuditKind.SCAN_VIEWED, by, **named)
        return scan_view(row), self._context.keys.unseal(self._context.blobs.get(row["object"]))

    def decide(self, scan_id: str, *, accepted: bool, reason: str, by: str) -> ScanView:
        """Accept a scan, or return it to the applicant with a reason.

        Raises:
            NotScanViewer: the account may not see scans.
            ReasonMissing: a scan is returned without a reason.
            NotFound: there is no such scan, or a newer one took its place.
        """
        if not accepted and not reason.strip():
            raise ReasonMissing
        now, why = self._context.clock.now(), "" if accepted else plain_text(reason)[:500]
        state = ScanState.ACCEPTED if accepted else ScanState.RETURNED
        with self._context.database.write() as connection:
            require_viewer(connection, by)
            row = _row(connection, scan_id)
            if row["replaced_at"] is not None:
                raise NotFound(what="scan")
            values = {"state": state.value, "decided_at": now, "decided_by": by, "reason": why}
            connection.execute(update(scans).where(scans.c.id == scan_id).values(**values))
            named = {"scan": scan_id, "candidate": row["candidate_id"], "state": state.value}
            kind, sitting = AuditKind.SCAN_DECIDED, row["sitting_id"]
            act = Act(kind, by, now, sitting, named={**named, "why": why})
            _settle(connection, act, row["candidate_id"])
            return scan_view(_row(connection, scan_id))

    def delete(self, sitting_ids: Iterable[str], by: str) -> int:
        """Delete the bytes of all scans of some sittings; what was decided stays."""
        now, gone = self._context.clock.now(), list[str]()
        with self._context.database.write() as connection:
            for sitting_id in sitting_ids:
                mine = (scans.c.sitting_id == sitting_id) & scans.c.object.is_not(None)
                names = connection.execute(select(scans.c.object).where(mine)).scalars().all()
                if names:
                    gone += names
                    values = {"object": None, "deleted_at": now}
                    connection.execute(update(scans).where(mine).values(**values))
                    named = {"sitting": sitting_id, "scans": len(names)}
                    record(connection, now, AuditKind.SCANS_DELETED, by, **named)
        for name in gone:
            self._context.blobs.drop(name)
        return len(gone)

    def due(self, before: datetime) -> Sequence[str]:
        """Return the sittings that ended before a time and still have scans."""
        query = (
            select(scans.c.sitting_id)
            .distinct()
            .join(tables.sittings, tables.sittings.c.id == scans.c.sitting_id)
            .where(tables.sittings.c.ends_at < before, scans.c.object.is_not(None))
            .order_by(scans.c.sitting_id)
        )
        with self._context.database.read() as connection:
            return connection.execute(query).scalars().all()


def scan_states(
    connection: Connection, sitting_id: str, candidate_id: str | None = None
) -> dict[str, dict[str, ScanState]]:
    """Return the state of each material that has scans, by candidate."""
    found: dict[str, dict[str, list[ScanView]]] = {}
    for row in _rows(connection, sitting_id, candidate_id):
        own = found.setdefault(row["candidate_id"], {})
        own.setdefault(row["material"], []).append(scan_view(row))
    return {
        candidate: {material: state_of(views) for material, views in own.items()}
        for candidate, own in found.items()
    }


def _settle(connection: Connection, act: Act, candidate_id: str) -> None:
    """Tick the materials whose scans are all accepted, untick those that wait or came back.

    The act is in the audit log, whether a tick changes or not.
    """
    old = row_of(connection, APPLICATION, candidate_id, act.sitting_id)
    states = scan_states(connection, act.sitting_id, candidate_id).get(candidate_id, {})
    missing = [] if old is None else without_accepted(old["materials_missing"], states)
    changes = [] if old is None else [changed(APPLICATION, old, materials_missing=missing)]
    if store(connection, act, changes) is None:
        named = {"sitting": act.sitting_id, **act.named}
        record(connection, act.at, act.kind, act.by, **named)


def _require_application(connection: Connection, sitting_id: str, candidate_id: str) -> None:
    table = tables.applications
    mine = (table.c.sitting_id == sitting_id) & (table.c.candidate_id == candidate_id)
    if connection.execute(select(table.c.candidate_id).where(mine)).first() is None:
        raise NotFound(what="application")


def _rows(
    connection: Connection, sitting_id: str, candidate_id: str | None
) -> Sequence[RowMapping]:
    query = select(scans).where(scans.c.sitting_id == sitting_id)
    if candidate_id is not None:
        query = query.where(scans.c.candidate_id == candidate_id)
    ordered = query.order_by(scans.c.uploaded_at, scans.c.material, scans.c.part, scans.c.id)
    return connection.execute(ordered).mappings().all()


def _row(connection: Connection, scan_id: str) -> RowMapping:
    row = connection.execute(select(scans).where(scans.c.id == scan_id)).mappings().first()
    if row is None:
        raise NotFound(what="scan")
    return row
