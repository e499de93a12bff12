"""Terminals of the room and their device checks (R13)."""

from dataclasses import asdict

from sqlite_utils import Database

from kiosk.hall.centre import Centre
from kiosk.hall.devices import AttemptDevices
from kiosk.hall.errors import UnknownTerminal
from kiosk.hall.tokens import new_token, token_hash
from kiosk.hall.views import DeviceCheck, TerminalSession
from kiosk.store import terminals


class Terminals:
    """Every browser that has opened the start page."""

    def __init__(self, centre: Centre, devices: AttemptDevices) -> None:
        self._centre = centre
        self._devices = devices

    def register(self, remote: str, user_agent: str) -> TerminalSession:
        """Give a new terminal its number and cookie."""
        centre = self._centre
        token, terminal_id, now = new_token(centre.entropy), centre.ids(), centre.clock.now()
        terminal = centre.store.write(
            lambda db: terminals.register(
                db, terminal_id, token_hash(token), remote, user_agent, now
            )
        )
        return TerminalSession(token, terminal.id, terminal.name)

    def session(self, token: str | None) -> TerminalSession:
        """The terminal of a cookie; raise UnknownTerminal."""
        found = None
        if token:
            found = terminals.by_token(self._centre.store.read(), token_hash(token))
        if token is None or found is None:
            raise UnknownTerminal()
        return TerminalSession(token, found.id, found.name)

    def record_check(self, terminal_id: str, check: DeviceCheck) -> None:
        """Keep the terminal's device check; it replaces an earlier one, for its candidate too."""
        now = self._centre.time.now()
        kept = {**asdict(check), "ok": check.ok}

        def job(db: Database) -> None:
            terminals.set_check(db, terminal_id, kept, now)
            self._devices.at_check(db, terminal_id, kept)

        self._centre.store.write(job)
