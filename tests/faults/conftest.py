"""A fresh world for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.world import World, open_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Headquarters and one centre, both open, with a good link between them."""
    with open_world(tmp_path) as world:
        yield world
