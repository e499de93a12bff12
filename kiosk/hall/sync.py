"""What staff see of sync, and the button that forces it. The agent itself is ``sync.agent``."""

from collections.abc import Callable

from kiosk.hall.centre import Centre
from kiosk.hall.staff_views import SyncView
from kiosk.store import contact, outbox


class SyncDesk:
    """Sync with headquarters from the hall's side: results that wait, the last contact."""

    def __init__(self, centre: Centre, trigger: Callable[[], None]) -> None:
        self._centre = centre
        self._trigger = trigger

    def view(self) -> SyncView:
        """How sync stands. Without an address of HQ its state is ``off``."""
        db = self._centre.store.read()
        last, counts = contact.get(db), outbox.counts(db)
        return SyncView(
            state=last.state if self._centre.settings.sync.hq_url else "off",
            last_contact=last.last_contact,
            next_try=last.next_try,
            waiting=counts["waiting"],
            delivered=counts["delivered"],
            last_error=last.last_error,
            clock_offset_s=last.clock_offset_s,
        )

    def sync_now(self) -> None:
        """Try at once, whatever the back-off says; returns without waiting for the outcome."""
        self._trigger()
