"""Terminals of the room, their device checks (R13), and which of them are active."""

import logging
import threading
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.credentials.tokens import new_token, token_hash
from kiosk.exam.attempt.states import OVER
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.checkin.devices import AttemptDevices
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import UnknownTerminal
from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.views.check_in import TerminalSession
from kiosk.store.centre import sittings, terminals
from kiosk.store.centre.terminals import Terminal
from kiosk.store.exam import attempts, held_answers

_log = logging.getLogger(__name__)

SILENT = timedelta(seconds=15)
"""A terminal that has sent nothing for this long is off, or its browser is closed."""

DEAD = timedelta(minutes=10)
"""A terminal that has been silent for this long and is not needed is not listed."""

MOST_OF_ADDRESS, MOST = 300, 1000
"""Maximum numbers of terminals at which no candidate has signed in: of one address (behind a proxy
that may be the whole room), and of all addresses.
"""

CHECK_LASTS = timedelta(hours=12)
"""A terminal's device check is valid for this long; after that a device may have been unplugged."""

NOTED_EVERY = timedelta(minutes=10)
"""How often the event log records that terminals were removed."""


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
        """Return the terminal of ``token``, else a new one with a number and token of its own.

        Address and browser are stored so that staff can find a terminal that lost its token.
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
        """Add a terminal; above the maximum an unused one is removed."""
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
        """Record at intervals that there are too many terminals."""
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
        """Return the terminal of a cookie, and note that it is active.

        Raises:
            UnknownTerminal: the cookie is missing or unknown.
        """
        found = None
        if token:
            found = terminals.by_token(self._context.store.read(), token_hash(token))
        if token is None or found is None:
            raise UnknownTerminal()
        self.hear(found.id)
        return TerminalSession(token, found.id, found.name)

    def record_check(self, terminal_id: str, check: DeviceCheck) -> None:
        """Store the terminal's device check, and apply it to a candidate at check-in there."""
        now = self._context.time.now()
        kept = {**asdict(check), "ok": check.ok}

        def job(db: Database) -> None:
            terminals.set_check(db, terminal_id, kept, now)
            self._devices.at_check(db, terminal_id, kept)

        self._context.store.write(job)

    def hear(self, terminal_id: str) -> None:
        """Note that the terminal is active now."""
        with self._lock:
            self._heard[terminal_id] = self._context.time.now()

    def forget(self, terminal_id: str) -> None:
        """Treat the terminal as inactive until it sends something again."""
        with self._lock:
            self._heard.pop(terminal_id, None)

    def heard_at(self, terminal_id: str) -> datetime:
        """Return when the terminal last sent something, else the server's start."""
        return self._heard.get(terminal_id, self._started)

    def is_alive(self, terminal_id: str) -> bool:
        """Whether the terminal has been active since the start and within ``SILENT``."""
        heard = self._heard.get(terminal_id)
        return heard is not None and self._context.time.now() - heard < SILENT

    def is_silent(self, terminal_id: str) -> bool:
        """Whether the terminal has sent nothing for ``SILENT`` since the server's start."""
        return self._context.time.now() - self.heard_at(terminal_id) >= SILENT

    def is_spare(self, terminal: Terminal) -> bool:
        """Whether any candidate can sign in there: active, checked, free and without a seat."""
        now, db = self._context.time.now(), self._context.store.read()
        checked = terminal.device_check is not None and bool(terminal.device_check["ok"])
        fresh = terminal.checked_at is not None and now - terminal.checked_at < CHECK_LASTS
        usable = checked and fresh and terminal.seat is None and self.is_alive(terminal.id)
        return usable and all(
            attempt.state in OVER for attempt in attempts.at_terminal(db, terminal.id)
        )

    def listed(self) -> list[Terminal]:
        """Return the terminals by number, without the dead ones.

        A terminal that has a seat, or a candidate whose exam is not over, is always listed.
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
