"""The course of two attempts at random: lawful steps only, each with its event, and honest time.

The model knows one thing about time: it is used up while the candidate may answer, and never else.
"""

import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.exam.attempt.states import AttemptState as S
from kiosk.exam.attempt.states import EndReason, PauseReason
from kiosk.store.exam import attempts
from tests.centres import ManualClock, usual_site
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

WHY = "for this test"
ALL = 120 * 60.0
EVENTS = {
    "attempt_started", "attempt_paused", "attempt_resumed", "attempt_ended", "attempt_reopened",
    "attempt_voided",
}  # fmt: skip
WHO = st.integers(0, 1)


@dataclass
class Model:
    """What one candidate's attempt should be."""

    state: S = S.IN_PROGRESS
    why: str | None = None
    used: float = 0.0
    given: float = 0.0
    steps: int = 1
    since: float = 0.0


class Course(RuleBasedStateMachine):
    """Two candidates, staff, a clock, and a server that may be started again."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.site, self.clock = usual_site(folder / "centre"), ManualClock()
        self.room: Room = self.stack.enter_context(open_room(self.site, self.clock))
        self.ids = self.room.begin(2)
        self.models = [Model(), Model()]
        self.room_paused = False

    def teardown(self) -> None:
        self.stack.close()

    def _step(self, number: int, state: S, why: str | None = None) -> None:
        model = self.models[number]
        model.state, model.why, model.steps = state, why, model.steps + 1

    def _is(self, number: int, *states: S) -> bool:
        return self.models[number].state in states

    @rule(seconds=st.integers(1, 600))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_time(seconds)
        self.room.hall.watch.keep()
        for model in self.models:
            if model.state is S.IN_PROGRESS:
                model.used += seconds
        self.room.hall.ends.sweep()
        for number, model in enumerate(self.models):
            if model.state is S.IN_PROGRESS and model.used >= ALL + model.given + 2:
                self._step(number, S.ENDED, EndReason.TIME_OUT)

    @rule(hours=st.integers(-3, 3))
    def somebody_sets_the_clock(self, hours: int) -> None:
        self.clock.wall = self.clock.wall.replace(hour=(self.clock.wall.hour + hours) % 24)

    @rule(number=WHO)
    def pause(self, number: int) -> None:
        if self._is(number, S.IN_PROGRESS):
            self.room.hall.pauses.pause(self.ids[number], WHY, BY)
            self._step(number, S.PAUSED, PauseReason.STAFF)

    @precondition(lambda self: not self.room_paused)
    @rule(number=WHO)
    def resume(self, number: int) -> None:
        if self._is(number, S.PAUSED):
            self.room.hall.pauses.resume(self.ids[number], WHY, BY)
            self._step(number, S.IN_PROGRESS)

    @rule()
    def pause_or_resume_the_room(self) -> None:
        if self.room_paused:
            self.room.hall.group_pauses.resume(SITTING, WHY, BY)
            for number, model in enumerate(self.models):
                if model.why == PauseReason.ROOM:
                    self._step(number, S.IN_PROGRESS)
        else:
            self.room.hall.group_pauses.pause(SITTING, WHY, BY)
            for number in range(2):
                if self._is(number, S.IN_PROGRESS):
                    self._step(number, S.PAUSED, PauseReason.ROOM)
        self.room_paused = not self.room_paused

    @rule(number=WHO, minutes=st.integers(-5, 10))
    def give(self, number: int, minutes: int) -> None:
        if self._is(number, S.IN_PROGRESS, S.PAUSED):
            self.room.hall.given_time.give(self.ids[number], minutes, WHY, BY)
            self.models[number].given += minutes * 60

    @rule(number=WHO, by_staff=st.booleans())
    def end(self, number: int, by_staff: bool) -> None:
        if by_staff and self._is(number, S.IN_PROGRESS, S.PAUSED):
            self.room.hall.ends.end_by_staff(self.ids[number], WHY, BY)
            self._step(number, S.ENDED, EndReason.STAFF)
        elif not by_staff and self._is(number, S.IN_PROGRESS):
            self.room.hall.ends.hand_in(self.ids[number])
            self._step(number, S.ENDED, EndReason.HANDED_IN)

    @rule(number=WHO)
    def reopen(self, number: int) -> None:
        if self._is(number, S.ENDED) and self.models[number].why == EndReason.STAFF:
            self.room.hall.pauses.reopen(self.ids[number], WHY, BY)
            self._step(number, S.PAUSED, PauseReason.REOPENED)

    @rule(number=WHO)
    def void(self, number: int) -> None:
        if self._is(number, S.ENDED):
            self.room.hall.ends.void(self.ids[number], WHY, BY)
            self._step(number, S.VOIDED)

    @rule(seconds=st.integers(1, 1200))
    def the_server_is_down(self, seconds: int) -> None:
        self.room.hall.watch.keep()
        self.room.store.close()
        self.clock.pass_time(seconds)
        self.room = self.stack.enter_context(open_room(self.site, self.clock))
        for model in self.models:
            if model.state is S.IN_PROGRESS and seconds < 15:
                model.used += seconds
        self.time_passes(1)

    @invariant()
    def states_are_what_was_done(self) -> None:
        for attempt_id, model in zip(self.ids, self.models, strict=True):
            attempt = attempts.get(self.room.store.read(), attempt_id)
            assert attempt is not None
            assert attempt.state == model.state
            if model.state is S.PAUSED:
                assert attempt.pause_reason == model.why

    @invariant()
    def time_is_used_only_while_answers_are_taken(self) -> None:
        for attempt_id, model in zip(self.ids, self.models, strict=True):
            if model.state in (S.IN_PROGRESS, S.PAUSED):
                left = self.room.hall.attempts.time(attempt_id).remaining_s
                assert abs(left - max(0.0, ALL + model.given - model.used)) < 0.01

    @invariant()
    def every_step_is_an_event(self) -> None:
        events = event_log(self.room.hall, SITTING, 100_000)
        steps = Counter(event.admission_no for event in events if event.kind in EVENTS)
        assert [steps[f"2026T000{number}"] for number in (1, 2)] == [m.steps for m in self.models]


TestCourse = Course.TestCase
TestCourse.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
