"""USB sticks at the centre: export what waits, import headquarters' answer.

The stick has the same bytes as the network would carry, and nothing is deleted here before the
receipt: a lost stick costs no more than a second one.
"""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.exam.ports import Clock
from kiosk.exam.states import ItemState
from kiosk.store.centre import contact, outbox
from kiosk.store.centre.contact import Completeness
from kiosk.store.centre.hq_trust import HqTrust
from kiosk.store.centre.outbox import OutboxItem
from kiosk.store.failures import item_error
from kiosk.store.sqlite.database import Store
from sync.agent.announcements import AnnouncementBoard
from sync.agent.hq_keys import follow_by_media
from sync.agent.notices import Notices, worth_taking
from sync.agent.outbox_files import OutboxFiles
from sync.agent.reconcile import Reconcile
from sync.agent.transports import Identity
from sync.wire import canonical
from sync.wire.delivery.inventory import read_answer
from sync.wire.delivery.receipt import KINDS, read_receipt
from sync.wire.errors import MediaDamaged
from sync.wire.exchange.announcements import (
    LIST_FORMAT,
    MAX_LIST,
    AnnouncementList,
    AnnouncementReport,
    open_announcement,
)
from sync.wire.exchange.container import Files, MediaContainer
from sync.wire.exchange.inbox import PackageNotice, mark_of
from sync.wire.exchange.removable_media import (
    INDEX,
    Delivered,
    Inbound,
    MediaItem,
    Outbound,
    announcement_report_name,
    announcements_name,
    item_name,
    known_keys_name,
    outbound_folder,
    package_name,
    read_file,
    read_inbound,
    sign_index,
)
from sync.wire.model import parse
from sync.wire.sealing import document
from sync.wire.sealing.hq_keys import KnownStatement


@dataclass(frozen=True)
class ReceivedMedia:
    """Outcome of an import: receipts by kind, number of notices and announcements, problems."""

    receipts: Mapping[str, int]
    notices: int
    announcements: int
    problems: Sequence[ExamError]


@dataclass(frozen=True)
class Parts:
    """The services that removable media deliver for and receive into."""

    items: OutboxFiles
    notices: Notices
    reconcile: Reconcile
    announcements: AnnouncementBoard
    clock: Clock


class Media:
    """Exports deliveries for a USB stick and imports what comes back."""

    def __init__(self, store: Store, identity: Identity, hq: HqTrust, services: Parts) -> None:
        self._store = store
        self._identity = identity
        self._hq = hq
        self._services = services

    def waiting(self) -> int:
        """Return how many items would be written."""
        return sum(kind[ItemState.WAITING] for kind in outbox.counts(self._store.read()).values())

    def outbound(self, *, everything: bool = False) -> Files:
        """Yield the waiting items, the most important first, and the index last.

        ``everything``: also those that headquarters has given receipts for. An item that cannot
        be read is left out; it stays in the outbox with the reason.
        """
        state = None if everything else ItemState.WAITING
        written = list[MediaItem]()
        for item in outbox.everything(self._store.read(), state):
            data = self._sealed(item)
            if data is not None:
                yield self._file(item, data, written)
        yield known_keys_name(self._identity.centre_code), self._known_keys()
        yield announcement_report_name(self._identity.centre_code), self._announcement_report()
        yield f"{outbound_folder(self._identity.centre_code)}/{INDEX}", self._index(written)

    def take(self, container: MediaContainer) -> ReceivedMedia:
        """Import headquarters' answer; collect problems and continue with the rest.

        Raises:
            MediaEmpty: there is no answer for this centre.
            BadSignature: headquarters did not sign it.
            MediaDamaged: its index is incomplete.
            HqKeysReplaced: headquarters' new keys have to be compared by people first.
        """
        follow_by_media(self._hq, container, self._identity.centre_code)
        inbound = read_inbound(container, self._hq, self._identity.centre_code)
        problems = list[ExamError]()
        receipts = Counter(
            kind
            for receipt in inbound.receipts
            if (kind := self._close(receipt, problems)) is not None
        )
        self._reopen(inbound.missing)
        notices = self._receive_notices(container, inbound, problems)
        announcements = self._receive_announcements(container, problems)
        self._complete(inbound)
        return ReceivedMedia(dict(receipts), notices, announcements, problems)

    def _sealed(self, item: OutboxItem) -> bytes | None:
        try:
            return self._services.items.sealed(item)
        except (ExamError, OSError) as error:
            told = ErrorRecord.of(item_error(error) if isinstance(error, OSError) else error)
            if item.state is ItemState.WAITING:
                now = self._services.clock.now()
                self._store.write(lambda db: outbox.postpone(db, item, now, told))
            return None

    def _file(self, item: OutboxItem, data: bytes, written: list[MediaItem]) -> tuple[str, bytes]:
        written.append(
            MediaItem(kind=item.kind, id=item.id, size=len(data), sha256=canonical.digest(data))
        )
        return item_name(self._identity.centre_code, item.kind, item.id), data

    def _known_keys(self) -> bytes:
        centre, now = self._identity.centre_code, self._services.clock.now()
        known = KnownStatement(centre_code=centre, number=self._hq.number, at=now)
        return document.sign(known, self._identity.keys)

    def _announcement_report(self) -> bytes:
        held = self._services.announcements.held()
        report = AnnouncementReport(centre_code=self._identity.centre_code, held=held)
        return document.sign(report, self._identity.keys)

    def _index(self, written: Sequence[MediaItem]) -> bytes:
        db, offset = self._store.read(), contact.get(self._store.read()).clock_offset_s
        delivered = {kind: tuple(outbox.ids(db, kind, ItemState.DELIVERED)) for kind in KINDS}
        index = Outbound(
            centre_code=self._identity.centre_code,
            written_at=self._services.clock.now(),
            inventory=self._services.reconcile.inventory(offset),
            delivered=Delivered(**delivered),
            items=tuple(written),
            inbox_cursor=contact.inbox_cursor(db),
            inbox_mark=contact.inbox_mark(db),
        )
        return sign_index(index, self._identity.keys)

    def _close(self, text: str, problems: list[ExamError]) -> str | None:
        receipt = base64.b64decode(text)
        try:
            read = read_receipt(receipt, self._hq, self._identity.centre_code)
            item = outbox.get(self._store.read(), read.kind, read.id)
            if item is None:
                self._services.reconcile.remember(receipt)
            else:
                self._services.items.close(item, receipt, self._services.clock.now())
        except ExamError as error:
            problems.append(error)
            return None
        return read.kind

    def _reopen(self, missing: Delivered) -> None:
        for kind in KINDS:
            self._services.reconcile.reopen(kind, getattr(missing, kind))

    def _receive_notices(
        self, container: MediaContainer, inbound: Inbound, problems: list[ExamError]
    ) -> int:
        """Process the notices; move the cursor only if all of them succeed, and never back."""
        files = {package.sha256: package for package in inbound.packages}
        centre, done = self._identity.centre_code, 0

        def fetch(notice: PackageNotice) -> bytes:
            if notice.sha256 not in files:
                raise MediaDamaged(what=f"package {notice.package_id} is not on it")
            name = package_name(centre, notice.sha256)
            return read_file(container, name, files[notice.sha256])

        worth = worth_taking(inbound.notices)
        for notice in worth:
            try:
                self._services.notices.take(notice, fetch)
            except ExamError as error:
                problems.append(error)
            else:
                done += 1
        if inbound.notices and done == len(worth):
            last = inbound.notices[-1]
            self._advance(last.cursor, mark_of(last))
        return done

    def _receive_announcements(self, container: MediaContainer, problems: list[ExamError]) -> int:
        """Store what headquarters announces; return how many of them could be read."""
        centre, done = self._identity.centre_code, 0
        name = announcements_name(centre)
        if name not in container.names():
            return 0
        try:
            data = container.read(name, MAX_LIST)
            listed = parse(AnnouncementList, data, LIST_FORMAT, MediaDamaged.at)
        except ExamError as error:
            problems.append(error)
            return 0
        for signed in listed.signed:
            try:
                self._services.announcements.receive(open_announcement(signed, self._hq, centre))
            except ExamError as error:
                problems.append(error)
            else:
                done += 1
        return done

    def _advance(self, cursor: int, mark: str) -> None:
        if cursor > contact.inbox_cursor(self._store.read()):
            self._store.write(lambda db: contact.set_inbox_cursor(db, cursor, mark))

    def _complete(self, inbound: Inbound) -> None:
        if inbound.answer is None:
            return
        data = base64.b64decode(inbound.answer)
        answer = read_answer(data, self._hq, self._identity.centre_code)
        before = contact.completeness(self._store.read())
        # Sticks can arrive in any order; an older statement must not replace a newer one.
        if before is None or before.at < answer.at:
            held: dict[str, int] = {kind: answer.tallies.of(kind).count for kind in KINDS}
            said = Completeness(answer.at, answer.complete, held)
            self._store.write(lambda db: contact.put_completeness(db, said))
