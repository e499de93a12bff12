"""Which sitting a sign-in is for.

The same identity number may be on the rosters of several sittings of a centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from kiosk.exam.attempt.states import OVER, SITTING, AttemptState


class _Rank(IntEnum):
    """Order of preference; the lowest wins."""

    BEING_SAT = 0
    OPEN = 1
    LATER = 2
    OVER = 3


@dataclass(frozen=True)
class Entry:
    """A person's attempt at one sitting.

    ``open``: the sitting is unlocked or runs. ``undone``: staff have undone a sign-in to it.
    """

    attempt_id: str
    state: AttemptState
    open: bool
    starts_at: datetime
    undone: bool = False

    @property
    def rank(self) -> _Rank:
        """An attempt in progress ranks first, one that is over last."""
        if self.state in SITTING:
            return _Rank.BEING_SAT
        if self.state in OVER:
            return _Rank.OVER
        return _Rank.OPEN if self.open else _Rank.LATER

    def key(self, now: datetime) -> tuple[_Rank, int]:
        """Return the rank, then the whole minutes between now and the start of the sitting."""
        return self.rank, int(abs(self.starts_at - now).total_seconds()) // 60


def choose(entries: Sequence[Entry], now: datetime) -> Sequence[Entry]:
    """Return the entry that a sign-in is for; several when the candidate has to choose.

    A candidate whose exam is in progress continues it. Otherwise the sitting that is running or
    unlocked wins, then the nearest start (to the minute). Once staff have undone a sign-in,
    this rule has guessed wrong: the candidate chooses among all attempts that are not over,
    until signed in to one of them.
    """
    if not entries:
        return ()
    best = min(entry.key(now) for entry in entries)
    if best[0] in (_Rank.OPEN, _Rank.LATER) and any(entry.undone for entry in entries):
        left = [entry for entry in entries if entry.rank is not _Rank.OVER]
        arrived = [entry for entry in left if entry.state is not AttemptState.REGISTERED]
        return arrived if len(arrived) == 1 else left
    return [entry for entry in entries if entry.key(now) == best]
