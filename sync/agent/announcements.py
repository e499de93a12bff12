"""Fetches headquarters' announcements, and says which are here and who has read them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.exam.errors import ExamError
from kiosk.exam.ports import Clock
from sync.agent.errors import HqRefused, HqUnreachable
from sync.agent.transports import Identity, Transport
from sync.wire import canonical
from sync.wire.errors import WireError
from sync.wire.exchange.announcements import (
    AT_ONCE,
    MOST_HELD,
    PAGE_FORMAT,
    PATH,
    Announcement,
    AnnouncementPage,
    AnnouncementReport,
    Held,
    mark_of,
    open_announcement,
)
from sync.wire.model import parse
from sync.wire.sealing.keys import Verifier

_log = logging.getLogger(__name__)

REFUSED_FOR = 1800.0
"""Seconds for which a headquarters that does not know announcements is not asked again."""
MOST_TURNS = MOST_HELD // AT_ONCE + 2


@dataclass(frozen=True)
class AnnouncementBoard:
    """Services of the centre: what it has, and what stores one more."""

    held: Callable[[], tuple[Held, ...]]
    receive: Callable[[Announcement], None]


class AnnouncementSync:
    """Compares announcements with headquarters in each round; a digest says if anything changed."""

    def __init__(
        self, identity: Identity, hq: Verifier, board: AnnouncementBoard, clock: Clock
    ) -> None:
        self._identity = identity
        self._hq = hq
        self._board = board
        self._clock = clock
        self._not_before = 0.0

    def run(self, transport: Transport) -> list[ExamError]:
        """Fetch what is missing; return what was wrong with it, which stops nothing else.

        Raises:
            HqUnreachable: the connection failed.
        """
        if self._clock.monotonic() < self._not_before:
            return []
        try:
            return self._exchange(transport)
        except HqUnreachable:
            raise
        except HqRefused as error:
            _log.info("headquarters has no announcements: %s", error)
            self._not_before = self._clock.monotonic() + REFUSED_FOR
            return []
        except ExamError as error:
            return [error]

    def _exchange(self, transport: Transport) -> list[ExamError]:
        held = self._board.held()
        if not transport.send("GET", f"{PATH}?mark={mark_of(held)}").body:
            return []
        problems: list[ExamError] = []
        for _turn in range(MOST_TURNS):
            signed = self._report(transport, held)
            problems += self._receive(signed)
            before, held = held, self._board.held()
            # Without progress the same would come again, until the next round.
            if not signed or held == before:
                break
        return problems

    def _report(self, transport: Transport, held: tuple[Held, ...]) -> Sequence[str]:
        report = AnnouncementReport(centre_code=self._identity.centre_code, held=held)
        reply = transport.send("POST", PATH, canonical.dump_model(report))
        return parse(AnnouncementPage, reply.body, PAGE_FORMAT, WireError).signed

    def _receive(self, signed: Sequence[str]) -> list[ExamError]:
        problems = []
        for text in signed:
            try:
                self._board.receive(open_announcement(text, self._hq, self._identity.centre_code))
            except ExamError as error:
                problems.append(error)
        return problems
