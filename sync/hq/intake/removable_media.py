"""USB sticks: what centres deliver on them is stored as if it had come over the network."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.errors import ExamError
from sync.hq.announcements.delivery import AnnouncementDelivery
from sync.hq.centres.key_followers import KeyFollowers
from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.intake.deliveries import Intake
from sync.hq.intake.inventories import Inventories
from sync.hq.packages.inbox import Inbox
from sync.wire import canonical
from sync.wire.delivery.receipt import KINDS, renewed_receipt
from sync.wire.errors import MediaDamaged, MediaEmpty
from sync.wire.exchange.announcements import (
    MAX_REPORT,
    MOST_HELD,
    REPORT_FORMAT,
    AnnouncementList,
    AnnouncementReport,
)
from sync.wire.exchange.container import Files, MediaContainer
from sync.wire.exchange.inbox import InboxPage, Notice, PackageNotice
from sync.wire.exchange.removable_media import (
    INDEX,
    Delivered,
    Inbound,
    MediaFile,
    Outbound,
    announcement_report_name,
    announcements_name,
    hq_keys_name,
    inbound_folder,
    item_name,
    known_keys_name,
    outbound_centres,
    outbound_folder,
    package_name,
    peek_outbound,
    read_file,
    read_outbound,
    sign_index,
)
from sync.wire.sealing import document
from sync.wire.sealing.hq_keys import KNOWN_FORMAT, KnownStatement
from sync.wire.sealing.keys import PublicKeys


@dataclass(frozen=True)
class MediaProblem:
    """A file that was skipped; the others were stored."""

    name: str
    error: ExamError


@dataclass(frozen=True)
class Report:
    """Result for one centre: items by kind, the new ones and all that are undamaged."""

    centre_code: str
    new: Mapping[str, int]
    whole: Mapping[str, int]
    problems: Sequence[MediaProblem]
    complete: bool
    readable: bool = True
    """Whether its index could be read; without it there is no answer."""


class Media:
    """Imports what centres deliver on USB sticks, and writes what goes back."""

    def __init__(
        self,
        context: HqContext,
        centres: Centres,
        intake: Intake,
        inbox: Inbox,
        inventories: Inventories,
        followers: KeyFollowers,
        announcements: AnnouncementDelivery,
    ) -> None:
        self._context = context
        self._centres = centres
        self._intake = intake
        self._inbox = inbox
        self._inventories = inventories
        self._followers = followers
        self._announcements = announcements

    def take(self, container: MediaContainer, by: str) -> Sequence[Report]:
        """Store what all centres have delivered; report damaged files and skip them.

        Importing the same stick again changes nothing. A centre that is unknown or whose index
        is damaged becomes a report without items, so that the others are imported. If it is the
        only centre on the stick, the error is raised.

        Raises:
            MediaEmpty: there is nothing from a centre.
            MediaDamaged, BadSignature, NotFound: the only centre's index is unusable.
        """
        codes = outbound_centres(container)
        if not codes:
            raise MediaEmpty(whom="headquarters")
        if len(codes) == 1:
            return [self._take(container, codes[0], by)]
        return [self._receive_if_whole(container, code, by) for code in codes]

    def _receive_if_whole(self, container: MediaContainer, centre_code: str, by: str) -> Report:
        try:
            return self._take(container, centre_code, by)
        except ExamError as error:
            problem = MediaProblem(f"{outbound_folder(centre_code)}/{INDEX}", error)
            return Report(centre_code, {}, {}, [problem], complete=False, readable=False)

    def answers(self, container: MediaContainer) -> Mapping[str, Files]:
        """Return what goes back to each centre with a valid index, by centre code."""
        found = {}
        for code in outbound_centres(container):
            try:
                found[code] = self._answer(code, self._outbound(container, code))
            except ExamError:
                continue  # it was reported when the stick was imported
        return found

    def answer(self, container: MediaContainer, centre_code: str) -> Files:
        """Return what goes back to a centre: packages, then the index with receipts and notices.

        If the stick has no deliveries of the centre, the answer has its whole inbox. Raises as
        :meth:`take` does.
        """
        outbound = None
        if centre_code in outbound_centres(container):
            outbound = self._outbound(container, centre_code)
        return self._answer(centre_code, outbound)

    def _take(self, container: MediaContainer, centre_code: str, by: str) -> Report:
        outbound = self._outbound(container, centre_code)
        new, whole, problems = Counter[str](), Counter[str](), list[MediaProblem]()
        before = {kind: set(self._intake.receipts(kind, centre_code)) for kind in KINDS}
        for item in outbound.items:
            name = item_name(centre_code, item.kind, item.id)
            try:
                data = read_file(container, name, item)
                self._intake.accept(item.kind, centre_code, item.id, data)
            except ExamError as error:
                problems.append(MediaProblem(name, error))
                continue
            whole[item.kind] += 1
            new[item.kind] += item.id not in before[item.kind]
        self._note_keys(container, centre_code, problems)
        self._note_announcements(container, centre_code, problems)
        complete = self._inventories.compare(centre_code, outbound.inventory).complete
        self._note(centre_code, whole, problems, by)
        return Report(centre_code, dict(new), dict(whole), problems, complete)

    def _outbound(self, container: MediaContainer, centre_code: str) -> Outbound:
        data = peek_outbound(container, centre_code)
        return self._centres.open(centre_code, lambda keys: read_outbound(data, keys, centre_code))

    def _note_keys(
        self, container: MediaContainer, centre_code: str, problems: list[MediaProblem]
    ) -> None:
        name = known_keys_name(centre_code)
        if name not in container.names():  # an older centre
            return
        try:
            data = container.read(name, document.MAX_BYTES)
            known = self._centres.open(centre_code, lambda keys: _known_statement(data, keys))
            if known.centre_code != centre_code:
                raise MediaDamaged(what=f"{name} is another centre's")
        except ExamError as error:
            problems.append(MediaProblem(name, error))
            return
        self._followers.followed(centre_code, known.number, "stick")

    def _note_announcements(
        self, container: MediaContainer, centre_code: str, problems: list[MediaProblem]
    ) -> None:
        name = announcement_report_name(centre_code)
        if name not in container.names():  # an older centre
            return
        try:
            data = container.read(name, MAX_REPORT)
            report = self._centres.open(centre_code, lambda keys: _announcement_report(data, keys))
            self._announcements.note(centre_code, report)
        except ExamError as error:
            problems.append(MediaProblem(name, error))

    def _note(
        self, centre_code: str, whole: Counter[str], problems: Sequence[MediaProblem], by: str
    ) -> None:
        with self._context.database.write() as connection:
            counts: dict[str, int] = {kind: whole[kind] for kind in KINDS}
            now = self._context.clock.now()
            record(
                connection,
                now,
                AuditKind.MEDIA_RECEIVED,
                by,
                centre=centre_code,
                problems=len(problems),
                **counts,
            )

    def _answer(self, centre_code: str, outbound: Outbound | None) -> Iterator[tuple[str, bytes]]:
        notices = list(self._notices(centre_code, outbound))
        packages = list[MediaFile]()
        for notice in _newest_packages(notices):
            data = self._context.blobs.get(notice.sha256)
            packages.append(MediaFile(size=len(data), sha256=notice.sha256))
            yield package_name(centre_code, notice.sha256), data
        # Beside the index, which may be signed with a key that only this makes known.
        yield hq_keys_name(centre_code), self._followers.chain()
        if signed := self._announcements.lacking(centre_code, MOST_HELD):
            lacking = AnnouncementList(signed=signed)
            yield announcements_name(centre_code), canonical.dump_model(lacking)
        index = Inbound(
            centre_code=centre_code,
            written_at=self._context.clock.now(),
            receipts=tuple(self._receipts(centre_code, outbound)),
            answer=self._compared(centre_code, outbound),
            missing=self._missing(centre_code, outbound),
            notices=tuple(notices),
            packages=tuple(packages),
        )
        # The index last: a stick that is pulled out early must not have one that names missing
        # files.
        yield f"{inbound_folder(centre_code)}/{INDEX}", sign_index(index, self._context.keys)

    def _notices(self, centre_code: str, outbound: Outbound | None) -> Iterator[Notice]:
        after = outbound.inbox_cursor if outbound else 0
        mark = outbound.inbox_mark if outbound else None
        keys, more = self._centres.keys(centre_code), True
        while more:
            page: InboxPage = self._inbox.page(centre_code, keys, after, mark)
            yield from page.entries
            more, after, mark = page.more, page.cursor, None

    def _receipts(self, centre_code: str, outbound: Outbound | None) -> Iterator[str]:
        told = [(item.kind, item.id) for item in outbound.items] if outbound else []
        for kind in KINDS:
            held = self._intake.receipts(kind, centre_code)
            wanted = (held.get(name) for one, name in told if one == kind)
            fresh = (renewed_receipt(receipt, self._context.keys) for receipt in wanted if receipt)
            yield from (base64.b64encode(receipt).decode("ascii") for receipt in fresh)

    def _missing(self, centre_code: str, outbound: Outbound | None) -> Delivered:
        if outbound is None:
            return Delivered(result=(), event_log=(), evidence=())
        lacking = dict[str, tuple[str, ...]]()
        for kind in KINDS:
            held = self._intake.receipts(kind, centre_code)
            told: tuple[str, ...] = getattr(outbound.delivered, kind)
            lacking[kind] = tuple(name for name in told if name not in held)
        return Delivered(**lacking)

    def _compared(self, centre_code: str, outbound: Outbound | None) -> str | None:
        if outbound is None:
            return None
        answer = self._inventories.compare(centre_code, outbound.inventory)
        return base64.b64encode(self._inventories.sign(answer)).decode("ascii")


def _known_statement(data: bytes, keys: PublicKeys) -> KnownStatement:
    return document.read(KnownStatement, data, keys, KNOWN_FORMAT, MediaDamaged.at)


def _announcement_report(data: bytes, keys: PublicKeys) -> AnnouncementReport:
    return document.read(
        AnnouncementReport, data, keys, REPORT_FORMAT, MediaDamaged.at, limit=MAX_REPORT
    )


def _newest_packages(notices: Sequence[Notice]) -> Sequence[PackageNotice]:
    """Return the notice of the newest package of each sitting; only those files travel."""
    newest: dict[str, PackageNotice] = {}
    for notice in notices:
        if isinstance(notice, PackageNotice):
            newest[notice.sitting_id] = notice
    return list(newest.values())
