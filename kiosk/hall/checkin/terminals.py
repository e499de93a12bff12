"""Terminals of the room, their device checks (R13), and which of them are alive."""

import logging
import threading
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.credentials.tokens import new_token, token_hash
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.checkin.devices import AttemptDevices
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import UnknownTerminal
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.views import TerminalSession
from kiosk.store.centre import sittings, terminals
from kiosk.store.centre.terminals import Terminal
from kiosk.store.exam import attempts, held_answers

_log = logging.getLogger(__name__)

SILENT = timedelta(seconds=15)
"""A terminal that has said nothing for so long is off, or its browser is closed."""

DEAD = timedelta(minutes=10)
"""A terminal that has been silent for so long, and is needed for nothing, is in no list."""

MOST_OF_ADDRESS, MOST = 300, 1000
"""Terminals that are kept although nobody has signed in at them: of one address (behind a proxy
that may be the whole hall), and terminals of all addresses."""

NOTED_EVERY = timedelta(minutes=10)
"""How often the event log says that terminals were forgotten."""


class Terminals:
    """Every browser that has opened the start page."""

    def __init__(self, context: CentreContext, devices: AttemptDevices) -> None:
        self._context = context
        self._devices = devices
        self._started = context.time.now()
        self._noted: datetime | None = None
        self._heard: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def register(self, remote: str, user_agent: str, token: str | None = None) -> TerminalSession:
        """The terminal that holds ``token``, else a new one with a number and a token of its own.

        Where it came from is kept: that is how staff find a terminal again that lost its token.
        """
        known = self._known(token)
        session = self._add(remote, user_agent) if known is None else known
        found = terminals.get(self._context.store.read(), session.terminal_id)
        if found is not None and found.place != (remote, user_agent[:300]):
            self._context.store.write(
                lambda db: terminals.set_place(db, found.id, remote, user_agent)
            )
        return session

    def _known(self, token: str | None) -> TerminalSession | None:
        try:
            return self.session(token)
        except UnknownTerminal:
            return None

    def _add(self, remote: str, user_agent: str) -> TerminalSession:
        """A new terminal; above the budget an unused one makes room."""
        context = self._context
        token, terminal_id, now = new_token(context.entropy), context.ids(), context.time.now()

        def job(db: Database) -> Terminal:
            for forgotten in terminals.make_room(db, remote, MOST_OF_ADDRESS, MOST):
                self.forget(forgotten)
                held_answers.drop_terminal(db, forgotten)
                self._note(db, remote)
            return terminals.register(db, terminal_id, token_hash(token), remote, user_agent, now)

        terminal = context.store.write(job)
        self.hear(terminal.id)
        return TerminalSession(token, terminal.id, terminal.name)

    def _note(self, db: Database, remote: str) -> None:
        """Say in the event logs, now and then, that there are too many terminals."""
        now = self._context.time.now()
        if self._noted is not None and now - self._noted < NOTED_EVERY:
            return
        self._noted = now
        _log.warning("too many terminals register, at last from %s: unused ones make room", remote)
        for sitting in sittings.everyone(db):
            if not sitting.over:
                self._context.record(
                    db, sitting.id, EventKind.TERMINALS_CROWDED, "system", remote=remote
                )

    def session(self, token: str | None) -> TerminalSession:
        """The terminal of a cookie; raise UnknownTerminal."""
        found = None
        if token:
            found = terminals.by_token(self._context.store.read(), token_hash(token))
        if token is None or found is None:
            raise UnknownTerminal()
        self.hear(found.id)
        return TerminalSession(token, found.id, found.name)

    def record_check(self, terminal_id: str, check: DeviceCheck) -> None:
        """Keep the terminal's device check; it replaces an earlier one, for its candidate too."""
        now = self._context.time.now()
        kept = {**asdict(check), "ok": check.ok}

        def job(db: Database) -> None:
            terminals.set_check(db, terminal_id, kept, now)
            self._devices.at_check(db, terminal_id, kept)

        self._context.store.write(job)

    def hear(self, terminal_id: str) -> None:
        """The terminal has spoken now."""
        with self._lock:
            self._heard[terminal_id] = self._context.time.now()

    def forget(self, terminal_id: str) -> None:
        """The terminal is needed no more: it is in no list until it speaks again."""
        with self._lock:
            self._heard.pop(terminal_id, None)

    def heard_at(self, terminal_id: str) -> datetime:
        """When the terminal spoke last; the server's start when it has not since."""
        return self._heard.get(terminal_id, self._started)

    def is_alive(self, terminal_id: str) -> bool:
        """Whether the terminal has spoken since the server's start, and a moment ago."""
        heard = self._heard.get(terminal_id)
        return heard is not None and self._context.time.now() - heard < SILENT

    def is_silent(self, terminal_id: str) -> bool:
        """Whether the terminal had time enough to speak, and did not."""
        return self._context.time.now() - self.heard_at(terminal_id) >= SILENT

    def listed(self) -> list[Terminal]:
        """The terminals by number, without the dead ones.

        Who has a seat, or a candidate whose exam is not over, is listed however silent.
        """
        db, now = self._context.store.read(), self._context.time.now()
        needed = {attempt.terminal_id for attempt in attempts.at_terminals(db)}
        return [
            terminal
            for terminal in sorted(terminals.everyone(db).values(), key=lambda found: found.number)
            if terminal.seat is not None
            or terminal.id in needed
            or (terminal.id in self._heard and now - self._heard[terminal.id] < DEAD)
        ]
