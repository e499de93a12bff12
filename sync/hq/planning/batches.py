"""What is done for all centres of a sitting: packages built, releases of codes approved."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.exam.errors import ExamError
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.packages.packages import Packages, PackageView
from sync.hq.packages.papers import LABELS
from sync.hq.packages.unlock_codes import Unlocking
from sync.hq.sittings import Sittings


@dataclass(frozen=True)
class Outcome:
    """What came of a centre: its package, or why there is none.

    ``code_is_out``: the centre has a code of an earlier version, so that it may not use this one.
    """

    centre_code: str
    package: PackageView | None = None
    error: ExamError | None = None
    code_is_out: bool = False


class Batches:
    """Does for every centre of a sitting what is otherwise done for one."""

    def __init__(self, sittings: Sittings, packages: Packages, unlocking: Unlocking) -> None:
        self._sittings = sittings
        self._packages = packages
        self._unlocking = unlocking

    def build(
        self,
        sitting_id: str,
        by: str,
        label: str = LABELS[0],
        centres: Sequence[str] | None = None,
        progress: ProgressCallback = silent,
    ) -> Sequence[Outcome]:
        """Build the next package of every centre with seats, or of the named ones.

        A centre whose package cannot be built does not keep the others from theirs.

        Raises:
            NotFound: there is no such sitting.
        """
        self._sittings.get(sitting_id)
        codes = centres or [one.centre_code for one in self._sittings.centres(sitting_id)]
        outcomes = []
        for number, code in enumerate(codes, start=1):
            try:
                released = self._packages.code_released(sitting_id, code)
                built = self._packages.build(sitting_id, code, by, label)
                outcomes.append(Outcome(code, built, code_is_out=released))
            except ExamError as error:
                outcomes.append(Outcome(code, error=error))
            progress(number, len(codes))
        return outcomes

    def approve(self, sitting_id: str, by: str) -> Sequence[Outcome]:
        """Approve the release of the newest package's code of every centre that has one.

        Raises:
            NotFound: there is no such sitting.
        """
        self._sittings.get(sitting_id)
        newest: dict[str, PackageView] = {}
        for package in self._packages.list(sitting_id):
            newest.setdefault(package.centre_code, package)
        outcomes = []
        for code, package in sorted(newest.items()):
            if package.revoked_at is not None:
                continue
            try:
                self._unlocking.approve(sitting_id, code, by)
                outcomes.append(Outcome(code, package))
            except ExamError as error:
                outcomes.append(Outcome(code, error=error))
        return outcomes
