"""A centre's connections to headquarters: the sync agent, and USB sticks."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass

from kiosk.hall.context import CentreContext
from kiosk.hall.delivery.announcements import Announcements
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.sitting.sittings import Sittings
from sync.agent.agent import Round, SyncAgent, Work
from sync.agent.announcements import AnnouncementBoard, AnnouncementSync
from sync.agent.backoff import Backoff
from sync.agent.bandwidth import BandwidthLimit, Wait
from sync.agent.day_report import DayReports
from sync.agent.download import Downloads
from sync.agent.notices import Inlets, Notices
from sync.agent.outbox_files import OutboxFiles
from sync.agent.pull import Pull
from sync.agent.push import Push
from sync.agent.reconcile import Epochs, Reconcile
from sync.agent.removable_media import Media, Parts
from sync.agent.transports import HttpTransport, Identity


@dataclass(frozen=True)
class Link:
    """The connections to headquarters; without its address there is no agent, only sticks."""

    media: Media
    agent: SyncAgent | None
    push: Push | None

    def run_round(self) -> Round | None:
        """Run a round of sync now; None if no address of headquarters is set."""
        return self.agent.run(force=True) if self.agent else None


def open_link(
    inlets: Inlets,
    centre: CentreContext,
    restore_detection: RestoreDetection,
    stack: ExitStack,
    wait: Wait | None = None,
) -> Link:
    """Assemble the connections to headquarters; ``stack`` closes them.

    ``wait`` pauses when the bandwidth limit is reached; the default returns early when the
    stack is closed.
    """
    identity, items = identity_of(centre), items_of(centre)
    notices = Notices(identity, centre.hq, inlets)
    epochs = Epochs(restore_detection.next_contact, restore_detection.begin_epoch)
    reconcile = Reconcile(centre.store, identity, centre.hq, epochs)
    held = Announcements(centre)
    board = AnnouncementBoard(held.held, held.receive)
    parts = Parts(items, notices, reconcile, board, centre.clock)
    media = Media(centre.store, identity, centre.hq, parts)
    sync = centre.settings.sync
    if sync.hq_url is None:
        return Link(media, None, None)
    stop = threading.Event()
    # Ends a wait for bandwidth, so that closing the centre is not delayed by it.
    stack.callback(stop.set)
    pace = BandwidthLimit(sync.max_kbit_per_s, wait or stop.wait)
    transport = HttpTransport(
        sync.hq_url,
        identity,
        centre.clock,
        centre.entropy,
        sync.timeout_seconds,
        pace,
        sync.hq_ca,
    )
    stack.callback(transport.close)
    backoff = Backoff(centre.entropy, cap_seconds=sync.backoff_cap_seconds)
    push = Push(centre.store, items, backoff, pace, centre.clock)
    pull = Pull(centre.store, notices, Downloads(centre.folders.incoming, pace))
    reports = DayReports(centre.store, identity.centre_code, centre.clock)
    announcements = AnnouncementSync(identity, centre.hq, board, centre.clock)
    work = Work(centre.hq, push, pull, reconcile, reports, announcements, stop)
    return Link(media, SyncAgent(centre.store, transport, work, centre.clock, backoff), push)


def identity_of(centre: CentreContext) -> Identity:
    """Return how the centre identifies itself to headquarters."""
    return Identity(centre.settings.centre_code, centre.keys)


def items_of(centre: CentreContext) -> OutboxFiles:
    """Return the centre's outbox with the sealed bytes of its items."""
    return OutboxFiles(
        centre.store, centre.folders.outbox, centre.open_sealed, identity_of(centre), centre.hq
    )


def inlets_of(sittings: Sittings, centre: CentreContext) -> Inlets:
    """Return the functions of the centre that import what arrives from headquarters."""
    receive_unlock_code = (
        sittings.unlock_released if centre.settings.sync.receive_unlock_codes else _leave_to_staff
    )
    return Inlets(
        sittings.has_package,
        sittings.receive_package,
        receive_unlock_code,
        sittings.receive_revocation,
    )


def _leave_to_staff(_sitting_id: str, _package_id: str, _code: str) -> None:
    """Ignore the code: the settings say that staff type unlock codes."""
