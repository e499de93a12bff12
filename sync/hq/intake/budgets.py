"""Limits on what one centre may send to headquarters; the audit log notes when it exceeds them."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import BudgetSpent

NOTED_EVERY = timedelta(hours=1)
"""The same note about a centre is written no more often than this."""

_log = logging.getLogger(__name__)


class BudgetNotes:
    """Records in the audit log that a centre exceeds a budget, once an hour at most."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, centre_code: str, what: str) -> None:
        """Record it in a transaction of its own; call it outside any other."""
        now = self._context.clock.now()
        with self._lock:
            last = self._noted.get((centre_code, what))
            if last is not None and now - last < NOTED_EVERY:
                return
            self._noted[centre_code, what] = now
        _log.warning("centre %s is above its budget of %s", centre_code, what)
        with self._context.database.write() as connection:
            record(connection, now, AuditKind.BUDGET_SPENT, "hq", centre=centre_code, what=what)


@dataclass(frozen=True)
class Daily:
    """Number and size in bytes of new items that one centre may send within a day."""

    what: str
    count: int
    size: int


RESULTS = Daily("results of a day", 20_000, 4 << 30)
EVENT_LOGS = Daily("event-log parts of a day", 5_000, 2 << 30)
PICTURES = Daily("pictures of a day", 100_000, 20 << 30)
DAY = timedelta(days=1)


@dataclass
class _Spent:
    since: datetime
    count: int = 0
    size: int = 0


class DailyBudget:
    """Limits how fast one centre's keys can fill headquarters, whatever they sign.

    Each process counts what it has stored since it started. What is refused stays at the
    centre, which sends it again later.
    """

    def __init__(self, context: HqContext, daily: Daily) -> None:
        self._context = context
        self._daily = daily
        self._notes = BudgetNotes(context)
        self._spent: dict[str, _Spent] = {}
        self._lock = threading.Lock()

    def require(self, centre_code: str, size: int) -> None:
        """Require room for ``size`` more bytes of the centre.

        Raises:
            BudgetSpent: there is none; it is noted.
        """
        with self._lock:
            spent = self._today(centre_code)
            daily = self._daily
            full = spent.count >= daily.count or spent.size + size > daily.size
        if full:
            self._notes.note(centre_code, daily.what)
            raise BudgetSpent(what=daily.what)

    def add(self, centre_code: str, size: int) -> None:
        """Count a new item of the centre that was stored."""
        with self._lock:
            spent = self._today(centre_code)
            spent.count += 1
            spent.size += size

    def _today(self, centre_code: str) -> _Spent:
        now = self._context.clock.now()
        spent = self._spent.get(centre_code)
        # abs: after the clock was set back, the old count must not block the centre for days.
        if spent is None or abs(now - spent.since) >= DAY:
            spent = self._spent[centre_code] = _Spent(now)
        return spent
