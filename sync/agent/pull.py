"""Fetches notices from HQ: exam packages, revocations, and unlock codes once they are released."""

from kiosk.exam.errors import ExamError
from kiosk.store.centre import contact
from kiosk.store.sqlite.database import Store
from sync.agent.download import Downloads
from sync.agent.errors import HqUnreachable
from sync.agent.notices import Notices, worth_taking
from sync.agent.transports import Transport
from sync.wire.errors import WireError
from sync.wire.exchange.inbox import (
    FORMAT,
    InboxPage,
    Notice,
    PackageNotice,
    mark_of,
)
from sync.wire.model import parse


class Pull:
    """The incoming half of a sync round."""

    def __init__(
        self,
        store: Store,
        notices: Notices,
        downloads: Downloads,
    ) -> None:
        self._downloads = downloads
        self._store = store
        self._notices = notices
        self._done: dict[str, int] = {}

    def run(self, transport: Transport) -> list[ExamError]:
        """Process the inbox; return the problems.

        The cursor stops before the first notice that failed, which is retried next time; later
        notices are processed nevertheless.

        Raises:
            HqUnreachable: the connection failed.
            HqRefused: headquarters refused a request.
        """
        problems: list[ExamError] = []
        db = self._store.read()
        after, mark = contact.inbox_cursor(db), contact.inbox_mark(db)
        more = True
        while more:
            page = self._page(transport, after, mark)
            if page.restarted:  # headquarters was restored: its numbers refer to other notices now
                after = 0
            for notice in worth_taking(page.entries):
                self._take(transport, notice, problems)
            # A page that does not advance the cursor would repeat forever.
            more = page.more and page.cursor > after
            after, mark = page.cursor, mark_of(page.entries[-1]) if page.entries else None
            if page.entries and not problems:
                self._advance(after, mark)
        return problems

    def _page(self, transport: Transport, after: int, mark: str | None) -> InboxPage:
        known = f"&mark={mark}" if mark else ""
        reply = transport.send("GET", f"/sync/v1/inbox?after={after}{known}")
        return parse(InboxPage, reply.body, FORMAT, WireError)

    def _advance(self, cursor: int, mark: str | None) -> None:
        # Only notices beyond a failed one are sent again and must be remembered.
        self._done = {mark: at for mark, at in self._done.items() if at > cursor}
        self._store.write(lambda db: contact.set_inbox_cursor(db, cursor, mark))

    def _take(self, transport: Transport, notice: Notice, problems: list[ExamError]) -> None:
        known_by = mark_of(notice)  # not by its number, which a restored headquarters assigns again
        if known_by in self._done:
            return
        try:
            self._notices.take(notice, lambda package: self._fetch(transport, package))
        except HqUnreachable:
            raise
        except ExamError as error:
            problems.append(error)
            return
        self._done[known_by] = notice.cursor
        if isinstance(notice, PackageNotice):
            self._downloads.forget(notice.sha256)

    def _fetch(self, transport: Transport, notice: PackageNotice) -> bytes:
        return self._downloads.fetch(transport, notice.sha256, notice.size)
