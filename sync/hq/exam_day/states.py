"""The state of a sitting at a centre, from what headquarters knows and the time.

Headquarters cannot look into a centre. A state never says more than what is known here: while
candidates write, nothing may arrive for hours, and a centre without a network is no fault.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sync.hq.exam_day.places import Place

SILENT_AFTER = timedelta(minutes=15)
"""A centre that has not called for this long counts as without contact; by default
it calls every 30 seconds."""
DELIVERY = timedelta(minutes=60)
"""Results are expected within this time after the end."""


class DayState(StrEnum):
    """States in the order in which they need somebody's attention."""

    NO_PACKAGE = "no_package"
    OVERDUE = "overdue"
    NO_CONTACT = "no_contact"
    ARRIVING = "arriving"
    IN_TIME = "in_time"
    AHEAD = "ahead"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


ATTENTION = tuple(DayState)


def state_of(place: Place, now: datetime) -> DayState:
    """Return the state of a place."""
    if place.cancelled:
        return DayState.CANCELLED
    if place.arrived >= place.seats and place.log_here:
        return DayState.ARRIVED
    if now >= place.ends_at:
        late = now >= place.ends_at + DELIVERY
        return DayState.OVERDUE if late else DayState.ARRIVING
    if place.package is None:
        return DayState.NO_PACKAGE
    if now >= place.unlock_not_before and is_silent(place, now):
        return DayState.NO_CONTACT
    return DayState.IN_TIME if now >= place.starts_at else DayState.AHEAD


def is_silent(place: Place, now: datetime) -> bool:
    """Return whether the centre has not called for too long."""
    return place.heard_at is None or now - place.heard_at > SILENT_AFTER
