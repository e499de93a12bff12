"""Notices from headquarters, by network or USB stick: packages, codes, revocations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sync.agent.transports import Identity
from sync.wire.exchange.inbox import (
    Notice,
    PackageNotice,
    RevocationNotice,
    UnlockNotice,
    open_release,
    open_revocation,
)
from sync.wire.sealing.keys import Verifier

Fetch = Callable[[PackageNotice], bytes]
"""Returns the bytes of a package."""


@dataclass(frozen=True)
class Inlets:
    """Services of the centre that process notices; all raise ExamError and are safe to repeat."""

    has_package: Callable[[str, int, str], bool]
    """Whether this package (sitting id, version, package id) or a newer one has been imported."""
    receive_package: Callable[[bytes], None]
    receive_unlock_code: Callable[[str, str, str], None]
    """Arguments: sitting id, package id, unlock code."""
    receive_revocation: Callable[[str, str, str], None]
    """Arguments: sitting id, package id, headquarters' reason."""


class Notices:
    """Processes notices one by one; each is safe to repeat."""

    def __init__(self, identity: Identity, hq: Verifier, inlets: Inlets) -> None:
        self._identity = identity
        self._hq = hq
        self._inlets = inlets

    def take(self, notice: Notice, fetch: Fetch) -> None:
        """Process a notice.

        Raises:
            ExamError: it cannot be processed now.
        """
        if isinstance(notice, PackageNotice):
            named = (notice.sitting_id, notice.version, notice.package_id)
            if not self._inlets.has_package(*named):
                self._inlets.receive_package(fetch(notice))
        elif isinstance(notice, RevocationNotice):
            self._revocation(notice)
        else:
            self._code(notice)

    def _revocation(self, notice: RevocationNotice) -> None:
        revocation = open_revocation(notice.signed, self._hq, self._identity.centre_code)
        self._inlets.receive_revocation(notice.sitting_id, revocation.package_id, revocation.reason)

    def _code(self, notice: UnlockNotice) -> None:
        identity = self._identity
        release = open_release(notice.sealed, identity.keys, self._hq, identity.centre_code)
        self._inlets.receive_unlock_code(notice.sitting_id, release.package_id, release.code)


def worth_taking(notices: Sequence[Notice]) -> Sequence[Notice]:
    """Return the notices without replaced or revoked packages and their codes.

    A centre that was offline for long would otherwise unlock a paper that has been replaced,
    and could then not import its replacement.
    """
    newest = {
        notice.sitting_id: notice.package_id
        for notice in notices
        if isinstance(notice, PackageNotice)
    }
    revoked = {one.package_id for one in notices if isinstance(one, RevocationNotice)}
    return [
        one
        for one in notices
        if isinstance(one, RevocationNotice)
        or (
            one.package_id not in revoked
            and newest.get(one.sitting_id, one.package_id) == one.package_id
        )
    ]
