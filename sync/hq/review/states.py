"""The states of an incident, as a pure function of what people have said about it.

Nothing here is decided by a machine: an incident is open until a person judges it. Whoever finds
more than *no breach* needs a second person, and so does a random share of the others. Two
people who disagree need a third. Acts are only ever added; the state follows from all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from sync.hq.errors import SecondPersonNeeded
from sync.hq.review.errors import StepRefused


class IncidentState(StrEnum):
    """``second``, ``third``: waits for the second or third person."""

    OPEN = "open"
    SECOND = "second"
    THIRD = "third"
    SETTLED = "settled"


class Outcome(StrEnum):
    """What a person found. ``reminder``: a small fault without consequences for the result."""

    NO_BREACH = "no_breach"
    REMINDER = "reminder"
    BREACH = "breach"


class ActKind(StrEnum):
    """``undone``: a first judgement was withdrawn. ``reopened``: everything starts again."""

    JUDGED = "judged"
    UNDONE = "undone"
    REOPENED = "reopened"


@dataclass(frozen=True)
class IncidentAct:
    """One act. ``sampled``: drawn for a second review although nothing was found."""

    kind: ActKind
    by: str
    outcome: Outcome | None = None
    reason: str = ""
    sampled: bool = False


@dataclass(frozen=True)
class Standing:
    """The state, who has judged since it was last open, and what they found, in order."""

    state: IncidentState = IncidentState.OPEN
    judges: tuple[str, ...] = ()
    found: tuple[tuple[Outcome, str], ...] = ()
    sampled: bool = False

    @property
    def outcome(self) -> Outcome | None:
        """What was found; None until it is settled."""
        return self.found[-1][0] if self.state is IncidentState.SETTLED else None

    @property
    def reason(self) -> str:
        """The reason of the outcome; empty until it is settled."""
        return self.found[-1][1] if self.state is IncidentState.SETTLED else ""


def after(standing: Standing, act: IncidentAct) -> Standing:
    """Return the standing after one more act.

    Raises:
        StepRefused: the state does not allow it.
        SecondPersonNeeded: the same account has judged before.
    """
    if act.kind is ActKind.JUDGED:
        return _judged(standing, act)
    if act.kind is ActKind.UNDONE:
        # Once a second person has looked, their work is not thrown away by the first.
        if len(standing.judges) != 1:
            raise StepRefused
        return Standing()
    if standing.state is not IncidentState.SETTLED:
        raise StepRefused
    return Standing()


def fold(acts: Iterable[IncidentAct]) -> Standing:
    """Return the standing after all acts; raises like :func:`after`."""
    standing = Standing()
    for act in acts:
        standing = after(standing, act)
    return standing


def _judged(standing: Standing, act: IncidentAct) -> Standing:
    if act.outcome is None or standing.state is IncidentState.SETTLED:
        raise StepRefused
    if act.by in standing.judges:
        raise SecondPersonNeeded
    state = _state_after(standing, act.outcome, sampled=act.sampled)
    return replace(
        standing,
        state=state,
        judges=(*standing.judges, act.by),
        found=(*standing.found, (act.outcome, act.reason)),
        sampled=standing.sampled or (act.sampled and not standing.judges),
    )


def _state_after(standing: Standing, outcome: Outcome, *, sampled: bool) -> IncidentState:
    if standing.state is IncidentState.OPEN:
        needs_second = outcome is not Outcome.NO_BREACH or sampled
        return IncidentState.SECOND if needs_second else IncidentState.SETTLED
    if standing.state is IncidentState.SECOND and standing.found[0][0] is not outcome:
        return IncidentState.THIRD
    return IncidentState.SETTLED
