"""A room of markers for each test."""

import pytest

from tests.hq.desk import Desk
from tests.hq.marking.room import Room


@pytest.fixture
def room(desk: Desk) -> Room:
    """Two markers, three candidates who have each answered the first written item."""
    room = Room(desk)
    room.people("ma", "mb", "mc")
    room.candidates(3)
    for place in (1, 2, 3):
        room.send(place, {room.written()[0]: f"答案{place}"})
    return room
