"""The state of a sitting at a centre, from what headquarters knows and the time.

Headquarters cannot look into a centre. A state never says more than what is known here: a centre
without a network is no fault, and one of an older version reports nothing until results arrive.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sync.hq.exam_day.places import Place

SILENT_AFTER = timedelta(minutes=15)
"""A centre that has not called for this long counts as without contact; by default
it calls every 30 seconds."""
STARTS_WITHIN = timedelta(minutes=10)
"""A centre that reports no start for this long after the time of the sitting is late."""
DELIVERY = timedelta(minutes=60)
"""Results are expected within this time after the end."""


class DayState(StrEnum):
    """States in the order in which they need somebody's attention.

    ``running`` is what the centre reports; ``in_time`` is the clock's word alone.
    """

    NO_PACKAGE = "no_package"
    NOT_FETCHED = "not_fetched"
    NOT_STARTED = "not_started"
    OVERDUE = "overdue"
    NO_CONTACT = "no_contact"
    ARRIVING = "arriving"
    RUNNING = "running"
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
    if place.report and place.report.is_running:
        return DayState.NO_CONTACT if is_silent(place, now) else DayState.RUNNING
    if now >= place.ends_at or (place.report and place.report.is_over):
        return _delivering(place, now)
    if place.package is None:
        return DayState.NO_PACKAGE
    if now >= place.unlock_not_before and is_silent(place, now):
        return DayState.NO_CONTACT
    return _waiting(place, now)


def _delivering(place: Place, now: datetime) -> DayState:
    return DayState.OVERDUE if now >= place.ends_at + DELIVERY else DayState.ARRIVING


def _waiting(place: Place, now: datetime) -> DayState:
    report = place.report
    if report and report.version < (place.package or 0):
        return DayState.NOT_FETCHED
    if report and now >= place.starts_at + STARTS_WITHIN:
        return DayState.NOT_STARTED
    return DayState.IN_TIME if now >= place.starts_at else DayState.AHEAD


def is_silent(place: Place, now: datetime) -> bool:
    """Return whether the centre has not called for too long."""
    return place.heard_at is None or now - place.heard_at > SILENT_AFTER
