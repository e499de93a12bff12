"""The services of release, put together."""

from dataclasses import dataclass
from typing import Self

from sync.hq.context import HqContext
from sync.hq.release.acts import ReleaseActs
from sync.hq.release.checks import Sources
from sync.hq.release.letters import ScoreLetters
from sync.hq.release.look_up import LookUp
from sync.hq.release.overview import Publications
from sync.hq.release.recounts import Recounts
from sync.hq.sittings import Sittings


@dataclass(frozen=True)
class Release:
    """All services of this room."""

    acts: ReleaseActs
    publications: Publications
    look_up: LookUp
    recounts: Recounts
    letters: ScoreLetters

    @classmethod
    def compose(cls, context: HqContext, sittings: Sittings, sources: Sources) -> Self:
        """Return the services over a context."""
        look_up = LookUp(context)
        return cls(
            acts=ReleaseActs(context, sittings, sources),
            publications=Publications(context, sittings),
            look_up=look_up,
            recounts=Recounts(context),
            letters=ScoreLetters(context, look_up),
        )
