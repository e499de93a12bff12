"""``hq webhooks``: a receiver's secret is replaced, and the new one printed once."""

import re

from click.testing import CliRunner, Result

from sync.hq.cli import main
from sync.hq.exchange.webhooks.outbox import Outcome
from tests.hq.desk import BY, Desk
from tests.hq.exchange.reports import deliver


def run(desk: Desk, *words: str, typed: str = "") -> Result:
    arguments = ["webhooks", *words, "--data", str(desk.data / "hq")]
    return CliRunner().invoke(main, arguments, input=typed)


def signing(desk: Desk) -> tuple[str, ...]:
    """The secrets by which the message that is due is signed."""
    desk.clock.pass_time(60)
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhook_outbox.settle(message, Outcome(401, "", 5))
    return message.secrets


def test_the_former_secret_signs_besides_the_one_that_is_printed(desk: Desk) -> None:
    hook, old = desk.hq.webhooks.add("office", "https://example.org/", BY)
    deliver(desk)
    done = run(desk, "new-secret", hook, "--hours", "2")
    new = done.output.strip()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]{44}", new), done.output
    assert signing(desk) == (new, old)
    assert new not in run(desk, "list", "--json").output


def test_a_former_secret_ends_at_once_only_after_a_question(desk: Desk) -> None:
    hook, old = desk.hq.webhooks.add("office", "https://example.org/", BY)
    deliver(desk)
    refused = run(desk, "new-secret", hook, "--hours", "0", typed="n\n")
    assert refused.exit_code == 1
    assert "end at once?" in refused.output
    assert signing(desk) == (old,)
    new = run(desk, "new-secret", hook, "--hours", "0", "--yes").output.strip()
    assert signing(desk) == (new,)


def test_what_cannot_be_is_refused(desk: Desk) -> None:
    hook, _ = desk.hq.webhooks.add("office", "https://example.org/", BY)
    assert run(desk, "new-secret", hook, "--hours", "169").exit_code == 2
    assert "no such webhook" in run(desk, "new-secret", "none").output
