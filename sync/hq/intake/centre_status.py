"""Status of centres: certificates, last contact, and what has not arrived.

For the console and the command line; :data:`FINDINGS` has the English sentences of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.hq.centres.registry import CentreView
from sync.hq.intake.event_logs import Finding
from sync.hq.intake.inventories import ContactView
from sync.wire.delivery.receipt import KINDS

ENDS_SOON = timedelta(days=60)
"""Staff are told when a certificate expires within this time."""

FINDINGS: Mapping[str, str] = {
    "missing": "Events %(first)s to %(last)s are missing.",
    "missing_one": "Event %(first)s is missing.",
    "broken": "Event %(first)s was altered.",
    "restored": (
        "From event %(first)s on there is a second chain of events:"
        " the centre was restored from a backup."
    ),
    "too_late": (
        "Version %(first)s of the exam package arrived after the paper was unlocked;"
        " the centre did not use it."
    ),
    "unknown_head": (
        "A result refers to a state of the event log, event %(first)s, that is not in it."
    ),
}
"""Texts for findings about event logs."""


DATA: Mapping[str, str] = {
    "portraits": "names and portraits",
    "papers": "paper and its key",
    "pictures": "pictures",
    "answers": "answers",
    "event_log": "event log",
}
"""Names of the classes of data that a centre deletes."""


@dataclass(frozen=True)
class CentreStatus:
    """A centre with its last inventory; ``contact`` is None before the first."""

    centre: CentreView
    contact: ContactView | None

    @property
    def heard_at(self) -> datetime | None:
        """When the centre last sent a request or its inventory was compared."""
        times = [self.centre.last_seen, self.contact.at if self.contact else None]
        return max((moment for moment in times if moment is not None), default=None)

    @property
    def lacking(self) -> Mapping[str, int]:
        """Number of items that have not arrived, by kind; only kinds that lack some."""
        if self.contact is None:
            return {}
        closed, held = self.contact.closed, self.contact.held
        short = {kind: closed.get(kind, 0) - held.get(kind, 0) for kind in KINDS}
        return {kind: count for kind, count in short.items() if count > 0}

    def certificate_days(self, now: datetime) -> int | None:
        """Return the days until the certificate expires, if that is soon; negative if expired."""
        left = self.centre.not_after - now
        return left // timedelta(days=1) if left < ENDS_SOON else None


def centre_statuses(
    centres: Sequence[CentreView], contacts: Mapping[str, ContactView]
) -> Sequence[CentreStatus]:
    """Return all centres with their contacts, in the given order."""
    return [CentreStatus(centre, contacts.get(centre.code)) for centre in centres]


def finding_text(finding: Finding) -> str:
    """Return the English text of a finding, with placeholders ``first`` and ``last``."""
    one = finding.what == "missing" and finding.first == finding.last
    return FINDINGS["missing_one" if one else finding.what]
