"""Whatever happens in whatever order: in the end headquarters has what the centre has closed."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import EVENT_LOG, EVIDENCE, RESULT
from sync.wire.delivery.result import ResultBundle
from tests.faults.counts import count
from tests.faults.proxy import Act
from tests.faults.world import assert_same, held, open_world

STEPS = 20
"""In one run of the machine."""

ATTEMPTS = st.sampled_from(["A1", "A2", "A3"])
KINDS = st.sampled_from(
    [
        "PUT bundles",
        "PUT event-logs",
        "POST evidence",
        "PATCH evidence",
        "POST evidence/known",
        "POST inventory",
        "POST inventory/page",
        "GET inbox",
    ]
)
BAD = st.sampled_from([Act.LOSE, Act.ERROR, Act.AWAY, Act.TWICE, Act.KEEP])


class Sync(RuleBasedStateMachine):
    """One centre and headquarters, with a copy of each that may be put back."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.world = self.stack.enter_context(open_world(folder))
        self.hq, self.centre, self.proxy = self.world.hq, self.world.centre, self.world.proxy
        self.hq_copy, self.centre_copy = folder / "hq copy", folder / "centre copy"

    @rule(attempt=ATTEMPTS)
    def close_a_newer_bundle(self, attempt: str) -> None:
        known = [
            item.revision or 0
            for item in outbox.everything(self.centre.centre.store.read())
            if item.attempt_id == attempt
        ]
        self.centre.close_attempt(attempt, max(known, default=0) + 1)

    @rule()
    def close_the_event_log(self) -> None:
        self.centre.close_event_log()

    @rule()
    def keep_a_picture(self) -> None:
        self.centre.keep_picture(1_000)

    @rule()
    def deliver(self) -> None:
        self.world.clock.pass_time(1)
        self.centre.sync()

    @rule(kind=KINDS, act=BAD)
    def deliver_over_a_bad_link(self, kind: str, act: Act) -> None:
        self.proxy.plan_once(kind, act)
        self.deliver()

    @precondition(lambda self: self.proxy.kept)
    @rule()
    def let_late_requests_arrive_in_another_order(self) -> None:
        self.proxy.kept.reverse()
        self.proxy.release()

    @rule()
    def restart_the_centre(self) -> None:
        self.centre.restart()

    @rule()
    def restart_headquarters(self) -> None:
        self.hq.restart()

    @rule()
    def back_up_headquarters(self) -> None:
        self.hq.back_up(self.hq_copy)

    @precondition(lambda self: self.hq_copy.exists() and self.centre_has_all_bytes())
    @rule()
    def restore_headquarters(self) -> None:
        self.hq.restore(self.hq_copy)

    @rule()
    def back_up_the_centre(self) -> None:
        self.centre.back_up(self.centre_copy)

    @precondition(lambda self: self.centre_copy.exists())
    @rule(only_database=st.booleans())
    def restore_the_centre(self, *, only_database: bool) -> None:
        self.centre.restore(self.centre_copy, only_database=only_database)

    def centre_has_all_bytes(self) -> bool:
        """After a restore it may have receipts alone: then a headquarters lost too is too much."""
        folders = self.centre.centre.folders
        return all(
            (folders.evidence if item.kind == EVIDENCE else folders.outbox).has(item.id)
            for item in outbox.everything(self.centre.centre.store.read())
        )

    def teardown(self) -> None:
        """Everything that either of them has now is at headquarters once the link is good."""
        try:
            here, there = self.centre.closed(), held(self.hq, self.centre.code)
            must = {kind: {**here[kind], **there[kind]} for kind in here}
            self.world.settle()
            found = held(self.hq, self.centre.code)
            assert (found[RESULT], found[EVIDENCE]) == (must[RESULT], must[EVIDENCE])
            assert found[EVENT_LOG].items() >= must[EVENT_LOG].items()
            assert_same(self.hq, self.world.centres)
            self.the_newest_holds(list(must[RESULT].values()))
        finally:
            self.stack.close()
            shutil.rmtree(self.hq_copy, ignore_errors=True)

    def the_newest_holds(self, bundles: list[bytes]) -> None:
        """Each attempt is shown by its highest revision."""
        read = [ResultBundle.model_validate_json(data) for data in bundles]
        highest = {
            one.attempt_id: max(two.revision for two in read if two.attempt_id == one.attempt_id)
            for one in read
        }
        shown = {(one.attempt_id, one.revision) for one in self.hq.hq.results.newest()}
        assert shown == set(highest.items())


TestSync = Sync.TestCase
TestSync.settings = settings(
    max_examples=max(1, count("steps", 100, 10_000) // STEPS),
    stateful_step_count=STEPS,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
