"""A sitting's event log, as staff read it."""

from itertools import islice

from kiosk.hall.services import CentreServices
from kiosk.hall.views.event_log import EventLogWish, LoggedEvent


def event_log(hall: CentreServices, sitting_id: str, limit: int = 200) -> list[LoggedEvent]:
    """Return the newest events of a sitting, newest first."""
    return list(islice(hall.event_log.everything(sitting_id, EventLogWish()), limit))
