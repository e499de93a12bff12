"""Parts with their own minutes at headquarters: how long a paper lasts, times in results."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.values import Text
from sync.hq.errors import MinutesFixed
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import BundlePart
from tests.exam.programmes import IN_PARTS
from tests.hq.desk import BY, CODE, NOW, Desk
from tests.hq.web.test_console import Staff


def test_a_paper_of_timed_parts_lasts_as_long_as_they_do(desk: Desk) -> None:
    desk.hq.programmes.take(IN_PARTS, BY)

    def minutes(chosen: int | None) -> int:
        papers = (NewPaper("lock-keepers", duration_minutes=chosen),)
        new = NewSitting("April", NOW + timedelta(days=30), papers)
        return desk.hq.sittings.create(new, BY).duration_minutes

    assert minutes(None) == minutes(100) == 100
    with pytest.raises(MinutesFixed, match="cannot last 120 minutes: its parts have 100 minutes"):
        minutes(120)


def test_the_times_of_parts_are_on_the_page_of_results(desk: Desk, client: FlaskClient) -> None:
    theory = BundlePart(
        part="theory",
        name=Text(zh="理论知识", en="Theory"),
        started_at=NOW,
        ended_at=NOW + timedelta(minutes=38.5),
        end_reason=EndReason.HANDED_IN,
    )
    bundle = desk.result({})
    timing = bundle.timing.model_copy(update={"parts": (theory,)})
    bundle = bundle.model_copy(update={"timing": timing})
    sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    assert "Theory: 38.5 min, handed in" in Staff(client, desk).get("/results").text
