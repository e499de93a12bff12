"""A desk whose sitting has no paper yet: building a package takes a third of a second."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hq.desk import QUICK, Desk, make_once, open_desk


@pytest.fixture(scope="session")
def _made() -> None:
    make_once(QUICK.model_dump_json(), False)


@pytest.fixture
def desk(_made: None, tmp_path: Path) -> Iterator[Desk]:
    """An HQ with one centre, one sitting tomorrow and one candidate, and nothing drawn."""
    desk = open_desk(tmp_path, package=False)
    yield desk
    desk.hq.close()
