"""A board at headquarters with one candidate."""

import pytest

from tests.hq.desk import Desk
from tests.hq.review.board import Board


@pytest.fixture
def board(desk: Desk) -> Board:
    """The people of a board, at headquarters with one centre, sitting and candidate."""
    return Board(desk)
