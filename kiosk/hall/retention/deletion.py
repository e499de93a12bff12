"""Deletes data of sittings after their retention period: keys, rows, files, then a receipt.

:mod:`kiosk.hall.retention.kept` decides what is due.
"""

import logging
from datetime import date, datetime

from sqlite_utils import Database

from kiosk.exam.errors import ExamError
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.programme.retention import DataClass, Keeping
from kiosk.exam.states import DeletionState
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import ClockDoubted, PackageFileDamaged
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.retention.kept import Kept, keeping, known_time, survey, unsettled_in
from kiosk.hall.retention.lapsed import Lapsed
from kiosk.store.centre import data_classes, retention
from kiosk.store.centre.retention import Deletion
from kiosk.store.centre.sitting_keys import WITH_KEY
from kiosk.store.errors import StaleState
from kiosk.store.exam import attempts
from kiosk.store.files import Folder
from sync.wire import canonical
from sync.wire.delivery.deletion import DeletionReceipt, sign_deletion
from sync.wire.delivery.receipt import verify_receipt
from sync.wire.errors import WireError

_log = logging.getLogger(__name__)


def _keys_of(what: str) -> list[DataClass]:
    """Return the classes whose keys a class deletes; the event log, deleted last, deletes all."""
    return [known for known in WITH_KEY if what in (known, "event_log")]


class Retention:
    """Deletes what is due. Each class of a sitting is deleted in steps that survive a power cut."""

    def __init__(self, context: CentreContext, papers: OpenedPackages, lapsed: Lapsed) -> None:
        self._context = context
        self._papers = papers
        self._lapsed = lapsed
        self._keys = context.sitting_keys

    def sweep(self) -> None:
        """Delete what is due, on behalf of the system."""
        self.run("system")

    def run(self, by: str, today: date | None = None) -> list[Kept]:
        """Delete what is due now and return it. ``today``: the date that staff vouch for.

        Does nothing while a sitting is unlocked or running here: an exam comes first. What
        cannot be deleted now is logged and retried.

        Raises:
            ClockDoubted: the centre's clock shows another date.
        """
        known = self._known(today)
        if known is not None:
            self._lapsed.end(by, known)
        if retention.sitting_runs(self._context.store.read()):
            return []
        self._go_on()
        done = []
        for kept in survey(self._context.store.read(), self._periods, known):
            if kept.state is DeletionState.DUE and known and self._delete(kept, by, known):
                done.append(kept)
                self._go_on()
        return done

    def require_open(self, sitting_id: str | None, attempt_id: str | None) -> None:
        """Check that nothing of this sitting, or of this attempt's, was deleted.

        Raises:
            ResultsFinal: something was.
        """
        db = self._context.store.read()
        attempt = attempts.get(db, attempt_id) if attempt_id else None
        named = attempt.sitting_id if attempt else sitting_id
        if named is not None:
            retention.require_open_results(db, named)

    def kept(self) -> list[Kept]:
        """Return what is stored of sittings that are over, and until when."""
        return list(survey(self._context.store.read(), self._periods, self._known(None)))

    def _known(self, today: date | None) -> datetime | None:
        context = self._context
        # The earlier one, so that setting either clock forward deletes nothing.
        local = min(context.clock.now(), context.time.now())
        if today is not None and context.local(local).date() != today:
            raise ClockDoubted(
                shown=context.local(local).date().isoformat(), said=today.isoformat()
            )
        return known_time(context.store.read(), local, confirmed=today is not None)

    def _periods(self, sitting_id: str) -> Keeping | None:
        try:
            return keeping(self._papers.programmes(self._papers.sitting(sitting_id)))
        except PackageFileDamaged:
            return None

    def _delete(self, kept: Kept, by: str, known: datetime) -> bool:
        """Delete the rows; the files follow. Return False if something prevents it."""
        if kept.rules is None or kept.until is None or not self._confirmed(kept):
            return False
        rules, now = kept.rules, self._context.time.now()
        keys = [what for what in _keys_of(kept.data) if self._keys.has(kept.sitting_id, what)]
        facts = {
            "days": rules.days.days(kept.data),
            "known_time": known.isoformat(),
            "keys": len(keys),
        }
        start = Deletion(kept.sitting_id, kept.data, now, by, {}, facts, None)

        def job(db: Database) -> None:
            unsettled = unsettled_in(db, kept.sitting_id, kept.data, rules)
            # Checked again inside the job: an exam may have been unlocked since the survey.
            if unsettled or retention.sitting_runs(db):
                raise StaleState()
            retention.keep_rules(db, kept.sitting_id, rules.model_dump_json())
            retention.begin(db, start)

        try:
            self._context.store.write(job)
        except StaleState:
            return False
        self._papers.drop(kept.sitting_id)
        return True

    def _confirmed(self, kept: Kept) -> bool:
        """Whether headquarters' receipts are genuine and no former database is left."""
        context = self._context
        # A former database still has the rows, so a receipt would be false.
        if any(context.folders.restore_detection.parent.glob("before-*.sqlite")):
            _log.warning("nothing is deleted while a former database is in the data directory")
            return False
        try:
            for item in retention.delivered(context.store.read(), kept.sitting_id):
                text, code = item.receipt.encode(), context.settings.centre_code
                verify_receipt(text, context.hq.ever, code, item.kind, item.id, item.chain_head)
        except WireError:
            _log.exception("a receipt for %s is not headquarters'", kept.title)
            return False
        return True

    def _go_on(self) -> None:
        """Finish deletions that were begun: keys, files, free pages of the database, receipt."""
        store = self._context.store
        begun = [one for one in retention.deletions(store.read()) if one.receipt is None]
        try:
            for deletion in begun:
                self._shred(deletion)
            if retention.needs_compacting(store.read()):
                # SQLite leaves deleted rows in free pages and in the write-ahead log: no receipt
                # before both are gone.
                if not store.compact():
                    return
                store.write(lambda db: retention.set_compacting(db, needed=False))
            for deletion in begun:
                self._finish(deletion)
        except (ExamError, OSError):
            _log.exception("a deletion cannot be finished now")

    def _folders(self) -> dict[str, Folder]:
        folders = self._context.folders
        return {
            data_classes.PACKAGES: folders.packages,
            data_classes.EVIDENCE: folders.evidence,
            data_classes.OUTBOX: folders.outbox,
        }

    def _shred(self, deletion: Deletion) -> None:
        """Destroy the class's keys, its files, and older files that no row uses."""
        for what in _keys_of(deletion.what):
            self._keys.destroy(deletion.sitting_id, what)
        db = self._context.store.read()
        for name, folder in self._folders().items():
            # Files are named by content: another sitting may use the same one.
            used = retention.in_use(db, name)
            left = folder.names_before(self._ended(deletion))
            for file in ({*deletion.files.get(name, []), *left}) - used:
                folder.shred(file)

    def _ended(self, deletion: Deletion) -> datetime:
        known = retention.over(self._context.store.read())
        return next(one.ended_at for one in known if one.id == deletion.sitting_id)

    def _finish(self, deletion: Deletion) -> None:
        # Signed only now, when keys, files and free pages are gone.
        receipt = sign_deletion(self._receipt(deletion), self._context.keys)
        text, digest = receipt.decode(), canonical.digest(receipt)

        def job(db: Database) -> None:
            retention.finish(db, deletion, text)
            self._context.record(
                db,
                deletion.sitting_id,
                EventKind.DATA_DELETED,
                deletion.by,
                data=deletion.what,
                receipt_sha256=digest,
                receipt=text,
            )

        self._context.store.write(job)

    def _receipt(self, deletion: Deletion) -> DeletionReceipt:
        facts = deletion.facts
        return DeletionReceipt.model_validate(
            {
                "centre_code": self._context.settings.centre_code,
                "sitting_id": deletion.sitting_id,
                "data": deletion.what,
                "counts": {**facts["counts"], "keys": facts.get("keys", 0)},
                "digest": facts["digest"],
                "period_days": facts["days"],
                "ended_at": self._ended(deletion),
                "known_time": facts["known_time"],
                "deleted_at": self._context.time.now(),
                "by": deletion.by,
            }
        )
