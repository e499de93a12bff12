"""An office that can issue certificates, for each test."""

import pytest

from tests.hq.certificates.office import Office, open_office
from tests.hq.desk import Desk


@pytest.fixture
def office(desk: Desk) -> Office:
    """Three people with released results, two publishers, and a signing key."""
    return open_office(desk)
