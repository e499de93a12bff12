"""Who has a seat and is not admitted, such as after a correction of hours, years or schooling.

Seat, ticket and package entry stay until a person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.seat_rows import SeatView

SEATED_NOT_ADMITTED = "seated_not_admitted"
"""What filters call them, beside the states of applications."""


@dataclass(frozen=True)
class UnfitSeat:
    """An applicant who is not admitted, and the seat that they have."""

    application: ApplicationView
    seat: SeatView


def seated_not_admitted(
    applications: Iterable[ApplicationView], seats: Iterable[SeatView]
) -> list[UnfitSeat]:
    """Return who has a seat and is not admitted; who came by a roster alone needs no admission."""
    by_id = {seat.candidate_id: seat for seat in seats}
    return [
        UnfitSeat(one, by_id[one.candidate_id])
        for one in applications
        if one.candidate_id in by_id and not one.admitted
    ]
