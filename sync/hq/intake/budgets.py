"""What one centre may leave at headquarters, and the note in the audit log when it is more."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.hq.context import HqContext
from sync.hq.core.audit_log import record
from sync.hq.errors import BudgetSpent

NOTED_EVERY = timedelta(hours=1)
"""How often the audit log says the same of a centre."""

_log = logging.getLogger(__name__)


class BudgetNotes:
    """Says in the audit log that a centre is above a budget, once an hour and not each time."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, centre_code: str, what: str) -> None:
        """Note it, outside of any transaction."""
        now = self._context.clock.now()
        with self._lock:
            last = self._noted.get((centre_code, what))
            if last is not None and now - last < NOTED_EVERY:
                return
            self._noted[centre_code, what] = now
        _log.warning("centre %s is above its budget of %s", centre_code, what)
        with self._context.database.write() as connection:
            record(connection, now, "budget_spent", "hq", centre=centre_code, what=what)


@dataclass(frozen=True)
class Daily:
    """How much that is new one centre may bring within a day; ``size`` in bytes."""

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
    """Bounds how fast one centre's keys can fill headquarters, whatever they sign.

    Each process counts what it has taken since it started. What is refused stays at the centre,
    which sends it again later.
    """

    def __init__(self, context: HqContext, daily: Daily) -> None:
        self._context = context
        self._daily = daily
        self._notes = BudgetNotes(context)
        self._spent: dict[str, _Spent] = {}
        self._lock = threading.Lock()

    def require(self, centre_code: str, size: int) -> None:
        """Raise BudgetSpent, and note it, unless the centre may bring ``size`` bytes more."""
        with self._lock:
            spent = self._today(centre_code)
            daily = self._daily
            full = spent.count >= daily.count or spent.size + size > daily.size
        if full:
            self._notes.note(centre_code, daily.what)
            raise BudgetSpent(what=daily.what)

    def add(self, centre_code: str, size: int) -> None:
        """Something new of the centre has been stored."""
        with self._lock:
            spent = self._today(centre_code)
            spent.count += 1
            spent.size += size

    def _today(self, centre_code: str) -> _Spent:
        now = self._context.clock.now()
        spent = self._spent.get(centre_code)
        if spent is None or abs(now - spent.since) >= DAY:
            spent = self._spent[centre_code] = _Spent(now)
        return spent
