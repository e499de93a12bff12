"""Sittings, centres, programmes and candidates that the account's rights cover, for lists."""

from collections.abc import Sequence

from kiosk.exam.programme.programme import Programme
from sync.hq.centres.registry import CentreView
from sync.hq.core.roles import Scope, path_of
from sync.hq.registration.coverage import NOWHERE, Belongs
from sync.hq.sittings import SittingView
from sync.hq.web.console import targets
from sync.hq.web.replies import headquarters


def sittings(scope: Scope | None = None) -> Sequence[SittingView]:
    """Return the sittings all of whose programmes are covered."""
    scope = scope or targets.scope()
    return [sitting for sitting in headquarters().sittings.list() if _of(sitting).covered(scope)]


def programmes(scope: Scope | None = None) -> Sequence[Programme]:
    """Return the programmes that are covered."""
    scope = scope or targets.scope()
    return [
        programme for programme in headquarters().programmes.list() if scope.covers(programme.id)
    ]


def centres(scope: Scope | None = None) -> Sequence[CentreView]:
    """Return the centres below the branches that are covered."""
    scope = scope or targets.scope()
    known = headquarters().centres.list()
    return [centre for centre in known if scope.covers(None, path_of(centre.code, centre.branch))]


def codes(scope: Scope | None = None) -> frozenset[str]:
    """Return the codes of those centres."""
    return frozenset(centre.code for centre in centres(scope))


def candidates(sitting_id: str, scope: Scope | None = None) -> frozenset[str]:
    """Return the ids of the candidates of a sitting that are covered."""
    return headquarters().coverage.candidates(sitting_id, scope or targets.scope())


def whole(sitting_id: str) -> bool:
    """Return whether all centres of a sitting are covered."""
    programmes_of = headquarters().coverage.programmes_of(sitting_id)
    return Belongs(programmes_of, NOWHERE).covered(targets.scope())


def _of(sitting: SittingView) -> Belongs:
    return Belongs(frozenset(paper.programme_id for paper in sitting.papers))
