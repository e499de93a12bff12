"""Headquarters and centres that can be stopped, copied, put back and started again.

Everything in them is real but the exam itself: what a hall would put into the outbox when an
attempt or a sitting has ended is put there at once.
"""

import shutil
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from kiosk.bootstrap.centre import centre_of
from kiosk.bootstrap.link import Link, inlets_of, open_link
from kiosk.exam.attempt.states import EndReason
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.states import ItemState, SittingStatus
from kiosk.hall.context import CentreContext
from kiosk.hall.delivery.event_logs import EventLogs
from kiosk.hall.delivery.status import SyncStatus
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.sitting.sittings import Sittings
from kiosk.hall.views.sync import SyncView
from kiosk.server.serving import listening
from kiosk.store.centre import outbox, sittings
from kiosk.store.centre.outbox import (
    EVENT_LOG,
    EVIDENCE,
    FIRST,
    INCIDENT_EVIDENCE,
    RESULT,
    OutboxItem,
)
from kiosk.store.exam import events
from kiosk.system import entropy, new_id
from sync.agent.agent import Round, SyncAgent
from sync.agent.bandwidth import Wait
from sync.hq.services import HqServices, open_headquarters
from sync.hq.web.app import create_app
from sync.wire import canonical
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import Chain, ConductCounts, PackageRef, ResultBundle, Timing
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed import open_plain
from tests.centres import ManualClock
from tests.faults.proxy import Proxy
from tests.hq.desk import QUICK

SITTING = "S1"
OutboxFiles = dict[str, dict[str, bytes]]
"""By kind and id the plain bytes."""


@dataclass
class HqSite:
    """Headquarters in a folder, served behind a bad link while it is open."""

    data: Path
    clock: ManualClock
    proxy: Proxy
    threads: int = 4
    hq: HqServices = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)

    def open(self) -> None:
        """Start it."""
        self.hq = open_headquarters(self.data, self.clock, new_id, entropy, QUICK)
        self._stack.callback(self.hq.close)
        app = create_app(self.hq)
        url = self._stack.enter_context(listening(app, "127.0.0.1", 0, self.threads))
        self.proxy.targets = [int(url.rpartition(":")[2])]

    def close(self) -> None:
        """Stop it: nobody answers behind the link."""
        self.proxy.targets = []
        self._stack.close()

    def restart(self) -> None:
        """Stop and start it."""
        self.close()
        self.open()

    def back_up(self, copy: Path) -> None:
        """Copy its folder while it is stopped, and start it again."""
        self.close()
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        self.open()

    def restore(self, copy: Path) -> None:
        """Put a copy in the place of its folder."""
        self.close()
        shutil.rmtree(self.data)
        shutil.copytree(copy, self.data)
        self.open()

    @property
    def keys(self) -> KeyPair:
        """What opens everything that is sealed to it."""
        return KeyPair.load(self.data / "keys")


def agent_of(link: Link) -> SyncAgent:
    """The sync agent of a centre that has headquarters' address."""
    assert link.agent is not None
    return link.agent


@dataclass
class CentreSite:
    """A centre in a folder; ``made`` is all that it has ever closed, by kind and id."""

    data: Path
    code: str
    clock: ManualClock
    hq_keys: KeyPair
    wait: Wait | None = None
    made: OutboxFiles = field(
        default_factory=lambda: {kind: {} for kind in (RESULT, EVENT_LOG, EVIDENCE)}
    )
    centre: CentreContext = field(init=False)
    restore_detection: RestoreDetection = field(init=False)
    sittings: Sittings = field(init=False)
    link: Link = field(init=False)
    _stack: ExitStack = field(default_factory=ExitStack)

    def open(self) -> None:
        """Start it, without jobs in the background: tests say when it syncs."""
        stack = self._stack
        self.centre = centre = centre_of(self.data, self.clock, threading.Event(), stack)
        self.restore_detection = RestoreDetection(centre)
        self.restore_detection.at_start()
        papers = OpenedPackages(centre)
        self.sittings = Sittings(centre, papers)
        self.link = self.another_link()
        if sittings.get(self._read(), SITTING) is None:
            centre.store.write(self._hold_sitting)

    def another_link(self) -> Link:
        """A sync agent of this centre, put together as the product does it."""
        inlets = inlets_of(self.sittings, self.centre)
        link = open_link(inlets, self.centre, self.restore_detection, self._stack, self.wait)
        assert link is not None
        return link

    @property
    def agent(self) -> SyncAgent:
        """Its sync agent."""
        return agent_of(self.link)

    def close(self) -> None:
        """Stop it."""
        self._stack.close()

    def restart(self) -> None:
        """Stop and start it."""
        self.close()
        self.open()

    def back_up(self, copy: Path) -> None:
        """Copy its folder while it is stopped, and start it again."""
        self.close()
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        self.open()

    def restore(self, copy: Path, *, only_database: bool = False) -> None:
        """Put a copy in the place of its folder, or of its database alone, and start it."""
        self.close()
        for path in self.data.glob("kiosk.sqlite*"):
            path.unlink()
        if not only_database:
            shutil.rmtree(self.data)
        shutil.copytree(
            copy,
            self.data,
            ignore=_all_but_the_database if only_database else None,
            dirs_exist_ok=True,
        )
        self.open()

    def sync(self) -> Round | None:
        """A round, whatever the back-off says, as ``sync now`` does it."""
        return self.agent.run(force=True)

    def sync_until_complete(self, rounds: int = 12) -> None:
        """Rounds until headquarters says that it has everything.

        What a restore adds to event logs is sealed in between, as the hall does it each second.
        """
        for _ in range(rounds):
            self.seal_event_logs()
            self.sync()
            if self.view().complete:
                return
        raise AssertionError(f"never complete: {self.view()}")

    def view(self) -> SyncView:
        """What staff see of sync."""
        return SyncStatus(self.centre, lambda: None).view()

    def waiting(self) -> list[OutboxItem]:
        """What waits, the most important first."""
        return outbox.everything(self._read(), ItemState.WAITING)

    def close_attempt(self, attempt: str, revision: int = 1, note: str = "") -> str:
        """An attempt has ended, or staff have changed it since; gives the bundle's id."""
        bundle = self.centre.store.write(lambda db: self._bundle(db, attempt, revision, note))
        sealed = seal_bundle(bundle, self.centre.keys, self.centre.hq.current)
        self.centre.folders.outbox.put(sealed.id, sealed.data)
        self._add(
            OutboxItem(
                kind=RESULT,
                id=sealed.id,
                sitting_id=SITTING,
                priority=FIRST[RESULT],
                attempt_id=attempt,
                revision=revision,
                chain_head=bundle.chain.head,
            )
        )
        self.made[RESULT][sealed.id] = canonical.dump_model(bundle)
        return sealed.id

    def close_event_log(self) -> None:
        """The sitting's event log goes into a sealed part, as far as it is in none yet."""
        self.centre.store.write(
            lambda db: self.centre.record(db, SITTING, EventKind.SITTING_CLOSED, "staff:chief")
        )
        self.seal_event_logs()

    def seal_event_logs(self) -> None:
        """Whatever is in no part of an event log yet goes into one."""
        EventLogs(self.centre).sweep()
        own = self.centre.keys.public
        for name in outbox.ids(self._read(), EVENT_LOG, ItemState.WAITING):
            data = self.centre.folders.outbox.get(name)
            self.made[EVENT_LOG][name] = open_plain(data, self.hq_keys, own)

    def keep_picture(self, size: int = 5000, priority: int = INCIDENT_EVIDENCE) -> str:
        """The camera kept a picture; gives its SHA-256."""
        picture = entropy(size)
        name = self.centre.keep_sealed(SITTING, "pictures", picture)
        self._add(OutboxItem(EVIDENCE, name, SITTING, priority))
        self.made[EVIDENCE][name] = picture
        return name

    def closed(self) -> OutboxFiles:
        """What its database knows to be closed, with the bytes that were closed then."""
        db = self._read()
        return {
            kind: {name: self.made[kind][name] for name in outbox.ids(db, kind)}
            for kind in self.made
        }

    def _read(self) -> Database:
        return self.centre.store.read()

    def _add(self, item: OutboxItem) -> None:
        now = self.centre.time.now()
        self.centre.store.write(lambda db: outbox.add(db, item, now))

    def _bundle(self, db: Database, attempt: str, revision: int, note: str) -> ResultBundle:
        centre = self.centre
        centre.record(db, SITTING, EventKind.ATTEMPT_ENDED, "candidate", attempt, note=note)
        head, now = events.head(db, SITTING), self.centre.clock.now()
        return ResultBundle(
            centre_code=self.code,
            sender_key_id=centre.keys.public.key_id,
            recipient_key_id=centre.hq.current.key_id,
            attempt_id=attempt,
            revision=revision,
            candidate_id=f"C-{attempt}",
            admission_no=f"2026-{attempt}",
            sitting_id=SITTING,
            package=PackageRef(id="P1", version=1),
            form=None,
            timing=Timing(started_at=now, ended_at=now),
            end_reason=EndReason.HANDED_IN,
            conduct=ConductCounts(leaves=0, leave_limit=5),
            chain=Chain(epoch=head.epoch, seq=head.seq, head=head.hash),
            software="test",
        )

    def _hold_sitting(self, db: Database) -> None:
        now = self.clock.now()
        head, roster, paper = ("0" * 64, "1" * 64, "2" * 64)
        held = sittings.Sitting(
            SITTING,
            "P1",
            1,
            head,
            roster,
            paper,
            "2026年4月考试",
            now,
            SittingStatus.IMPORTED,
            now,
            None,
            None,
        )
        sittings.put_package(db, held)
        sittings.set_unlocked(db, SITTING, b"", now)
        sittings.set_started(db, SITTING, now)
        sittings.set_closed(db, SITTING, now)


def _all_but_the_database(_folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("kiosk.sqlite")]
