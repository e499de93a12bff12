"""Terminals of the room and their device checks (R13)."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.hall.centre import Centre
from kiosk.hall.errors import UnknownTerminal
from kiosk.hall.tokens import new_token, token_hash
from kiosk.hall.views import DeviceCheck, TerminalSession
from kiosk.store import sittings, terminals
from kiosk.store.terminals import Terminal

_log = logging.getLogger(__name__)

MOST_OF_ADDRESS, MOST = 300, 1000
"""Terminals that are kept although nobody has signed in at them: of one address (behind a proxy
that may be the whole hall), and terminals of all addresses."""

NOTED_EVERY = timedelta(minutes=10)
"""How often the event log says that terminals were forgotten."""


class Terminals:
    """Every browser that has opened the start page."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._noted: datetime | None = None

    def register(self, remote: str, user_agent: str) -> TerminalSession:
        """Give a new terminal its number and cookie; above the budget an unused one makes room."""
        centre = self._centre
        token, terminal_id, now = new_token(centre.entropy), centre.ids(), centre.clock.now()

        def job(db: Database) -> Terminal:
            if terminals.make_room(db, remote, MOST_OF_ADDRESS, MOST):
                self._note(db, remote)
            return terminals.register(db, terminal_id, token_hash(token), remote, user_agent, now)

        terminal = centre.store.write(job)
        return TerminalSession(token, terminal.id, terminal.name)

    def _note(self, db: Database, remote: str) -> None:
        """Say in the event logs, now and then, that there are too many terminals."""
        now = self._centre.time.now()
        if self._noted is not None and now - self._noted < NOTED_EVERY:
            return
        self._noted = now
        _log.warning("too many terminals register, at last from %s: unused ones make room", remote)
        for sitting in sittings.everyone(db):
            if not sitting.over:
                self._centre.record(db, sitting.id, "terminals_crowded", "system", remote=remote)

    def session(self, token: str | None) -> TerminalSession:
        """The terminal of a cookie; raise UnknownTerminal."""
        found = None
        if token:
            found = terminals.by_token(self._centre.store.read(), token_hash(token))
        if token is None or found is None:
            raise UnknownTerminal()
        return TerminalSession(token, found.id, found.name)

    def record_check(self, terminal_id: str, check: DeviceCheck) -> None:
        """Keep the terminal's device check; it replaces an earlier one."""
        now = self._centre.time.now()
        kept = {**asdict(check), "ok": check.ok}
        self._centre.store.write(lambda db: terminals.set_check(db, terminal_id, kept, now))
