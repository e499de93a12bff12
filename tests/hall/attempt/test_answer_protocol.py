"""Answers on a bad link: lost, repeated and reordered requests, restarts, another terminal.

A terminal and the real hall, driven at random; whatever happens, what the terminal was told is
saved is saved, in its order, once, and an older answer never replaces a newer one.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.exam.errors import AttemptPaused, SequenceGap
from kiosk.hall.errors import SequenceConflict
from kiosk.hall.inputs import AnswerWrite
from kiosk.store.exam import answers
from tests.centres import ManualClock, usual_site
from tests.hall.conftest import BY, Room, open_room

ITEMS = 6


class Terminal(RuleBasedStateMachine):
    """One attempt: the terminal's answer buffer here, the server's there."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.site, self.clock = usual_site(folder / "centre"), ManualClock()
        self.room: Room = self.stack.enter_context(open_room(self.site, self.clock))
        (self.attempt,) = self.room.begin()
        view = self.room.hall.attempts.view(self.attempt)
        self.items = [item for item in view.items if item.type == "single_choice"][:ITEMS]
        self.answer_buffer: list[AnswerWrite] = []
        self.acked = 0
        self.on_the_way: list[list[AnswerWrite]] = []
        self.paused = False

    def teardown(self) -> None:
        self.stack.close()

    @rule(item=st.integers(0, ITEMS - 1), option=st.integers(0, 3))
    def answer(self, item: int, option: int) -> None:
        """The candidate answers; the answer buffer numbers it."""
        chosen = self.items[item]
        seq = len(self.answer_buffer) + 1
        self.answer_buffer.append(AnswerWrite(seq, chosen.id, chosen.options[option].id))

    def _waiting(self) -> list[AnswerWrite]:
        return self.answer_buffer[self.acked :]

    @precondition(lambda self: self._waiting())
    @rule(count=st.integers(1, 5), reply_lost=st.booleans())
    def send(self, count: int, reply_lost: bool) -> None:
        """The next answers are sent; the reply may get lost on its way back."""
        batch = self._waiting()[:count]
        self.on_the_way.append(batch)
        self._deliver(batch, heard=not reply_lost)

    @precondition(lambda self: self._waiting())
    @rule(count=st.integers(1, 5))
    def lose(self, count: int) -> None:
        """The request gets lost, and may turn up later."""
        self.on_the_way.append(self._waiting()[:count])

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def turn_up(self, data: st.DataObject) -> None:
        """An old request arrives (again), in any order; nobody listens to its reply."""
        self._deliver(data.draw(st.sampled_from(self.on_the_way)), heard=False)

    def _deliver(self, batch: list[AnswerWrite], *, heard: bool) -> None:
        try:
            reply = self.room.hall.attempts.save(self.attempt, batch)
        except SequenceGap:
            assert batch[0].seq > self._kept() + 1
            return
        except AttemptPaused:
            assert self.paused
            return
        if heard:
            self.acked = max(self.acked, reply.acked_through)

    @precondition(lambda self: self.answer_buffer and not self.paused and self._kept())
    @rule(data=st.data())
    def forge(self, data: st.DataObject) -> None:
        """Another window uses a number that is taken: it is told, and nothing is overwritten."""
        taken = self.answer_buffer[data.draw(st.integers(0, self._kept() - 1))]
        item = next(one for one in self.items if one.id == taken.item)
        other = next(option.id for option in item.options if option.id != taken.value)
        before = self._revisions()
        try:
            self.room.hall.attempts.save(self.attempt, [AnswerWrite(taken.seq, taken.item, other)])
        except SequenceConflict:
            assert self._revisions() == before
        else:
            raise AssertionError("an answer was acknowledged that is not saved")

    @rule()
    def restart(self) -> None:
        """The server is killed and started again."""
        self.room.store.close()
        self.clock.pass_time(5)
        self.room = self.stack.enter_context(open_room(self.site, self.clock))

    @rule()
    def pause_or_resume(self) -> None:
        """Staff pause the attempt, or let it go on."""
        if self.paused:
            self.room.hall.pauses.resume(self.attempt, "goes on", BY)
        else:
            self.room.hall.pauses.pause(self.attempt, "stands still", BY)
            self.clock.pass_time(3)
        self.paused = not self.paused

    def _kept(self) -> int:
        return self.room.hall.attempts.time(self.attempt).acked_through

    def _revisions(self) -> list[tuple[int, str, object]]:
        rows = answers.revisions(self.room.store.read(), self.attempt)
        return [(row.seq, row.item_id, row.value) for row in rows]

    @invariant()
    def what_was_acknowledged_is_kept_in_order_once(self) -> None:
        """The server has stored a prefix of the buffer, at least what it acknowledged."""
        kept = self._revisions()
        answer_buffer = [(write.seq, write.item, write.value) for write in self.answer_buffer]
        assert kept == answer_buffer[: len(kept)]
        assert len(kept) == self._kept() >= self.acked

    @invariant()
    def the_newest_answer_counts(self) -> None:
        """Each item shows the last of the revisions that are kept."""
        newest = {write.item: write.value for write in self.answer_buffer[: self._kept()]}
        assert answers.latest(self.room.store.read(), self.attempt) == newest


TestTerminal = Terminal.TestCase
TestTerminal.settings = settings(
    max_examples=8,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
