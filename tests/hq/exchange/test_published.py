"""Released results are pulled and told only once they are released, and withdrawals, too."""

import json
from collections.abc import Sequence

import pytest
from flask.testing import FlaskClient

from sync.hq.accounts.tokens import Limits
from sync.hq.core.counted import AttemptKey
from sync.hq.exchange.webhooks.outbox import Outcome
from sync.hq.release.act_rows import ActKind, Proposal
from tests.hq.desk import BY, PROGRAMME, Desk
from tests.hq.exchange.reports import Office
from tests.hq.release.hall import FIRST, PUBLISHED, SECOND, on, sat, with_dates


@pytest.fixture
def attempts(desk: Desk) -> Sequence[AttemptKey]:
    """Three attempts, on the day of publication, and two people who may publish."""
    with_dates(desk)
    found = sat(desk)
    on(desk, PUBLISHED)
    return found


def publish(desk: Desk, kind: ActKind, **more: object) -> None:
    acts = desk.hq.release.acts
    proposal = Proposal(desk.sitting, PROGRAMME, kind, **more)  # type: ignore[arg-type]
    acts.confirm(acts.propose(proposal, FIRST).id, SECOND)


def test_what_is_released_appears_then_and_its_withdrawal_after_it(
    desk: Desk, client: FlaskClient, attempts: Sequence[AttemptKey]
) -> None:
    office = Office(desk, client)
    elsewhere = Office(desk, client, limits=Limits("", "SH01"))
    desk.hq.webhooks.add("office", "https://example.org/", BY)
    assert len(office.page("/results")["entries"]) == 3
    assert office.page("/published")["entries"] == []
    publish(desk, ActKind.RELEASE)
    page = office.page("/published")
    assert {(e["attempt_id"], e["number"], e["kind"]) for e in page["entries"]} == {
        (key.attempt_id, 1, "released") for key in attempts
    }
    assert elsewhere.page("/published")["entries"] == []
    (message,) = desk.hq.webhook_outbox.claim(10)
    body = json.loads(message.body)
    assert (body["type"], len(body["data"])) == ("results.published", 3)
    desk.hq.webhook_outbox.settle(message, Outcome(204, "", 5))
    publish(desk, ActKind.WITHDRAW, attempts=(attempts[0],), reason="误发布")
    (entry,) = office.page(f"/published?after={page['cursor']}")["entries"]
    assert (entry["attempt_id"], entry["number"], entry["kind"]) == (
        attempts[0].attempt_id, 2, "withdrawn",
    )  # fmt: skip
    (message,) = desk.hq.webhook_outbox.claim(10)
    (told,) = json.loads(message.body)["data"]
    assert (told["attempt_id"], told["version"]) == (attempts[0].attempt_id, 2)
    assert office.get("/published?format=csv").text.count("released") == 3
