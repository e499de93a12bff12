"""What one centre may leave at headquarters, and the note in the audit log when it is more."""

import logging
import threading
from datetime import datetime, timedelta

from sync.hq.journal import record
from sync.hq.office import Office

NOTED_EVERY = timedelta(hours=1)
"""How often the audit log says the same of a centre."""

_log = logging.getLogger(__name__)


class BudgetNotes:
    """Says in the audit log that a centre is above a budget, once an hour and not each time."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def note(self, centre_code: str, what: str) -> None:
        """Note it, outside of any transaction."""
        now = self._office.clock.now()
        with self._lock:
            last = self._noted.get((centre_code, what))
            if last is not None and now - last < NOTED_EVERY:
                return
            self._noted[centre_code, what] = now
        _log.warning("centre %s is above its budget of %s", centre_code, what)
        with self._office.ledger.write() as connection:
            record(connection, now, "budget_spent", "hq", centre=centre_code, what=what)
