"""A paper of some parts has figures of its own: no pass rate, and totals without other sittings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hq.web.app import create_app
from sync.hq.web.statistics_plots import totals
from tests.hq.desk import BY
from tests.hq.results.parts_office import (
    SATURDAY,
    SUNDAY,
    TECHNIQUE,
    THEORY,
    Office,
    office_of_parts,
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_of_parts(tmp_path) as found:
        yield found


def test_a_paper_of_one_part_has_its_own_totals_and_no_pass_rate(office: Office) -> None:
    saturday, sunday = office.prepare(SATURDAY, THEORY), office.prepare(SUNDAY, TECHNIQUE)
    office.sat(saturday)
    office.sat(sunday)
    for sitting, own in ((saturday, 50.0), (sunday, 40.0)):
        figures = office.desk.hq.statistics.compute(sitting, "1", BY).figures
        assert (figures["complete"], figures["pass_mark"], figures["most"]) == (1, None, 50.0)
        found = figures["distribution"]
        assert (found["quantiles"], found["passed"]) == ([own] * 5, None)
        assert figures["forms"][0]["kappa"] is None
        with create_app(office.desk.hq).test_request_context():
            assert "plot-mark" not in totals(figures)
