"""What all use cases of one centre share."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from kiosk.exam.event_kinds import AnyEventKind, EventKind
from kiosk.exam.ports import Clock, Entropy, Ids
from kiosk.exam.programme.retention import DataClass
from kiosk.hall.clock import ExamTime
from kiosk.settings import Settings
from kiosk.store.centre import retention
from kiosk.store.centre.sitting_keys import SITTING_KEYS, SittingKeys, key_name, key_of
from kiosk.store.errors import StorageFull
from kiosk.store.exam import events
from kiosk.store.files import Folder
from kiosk.store.sqlite.database import Store
from sync.wire.sealing.keys import KeyPair, PublicKeys

ITSELF = ("system", "camera")
"""Who acts in events that no person and no page has caused."""


@dataclass(frozen=True)
class Folders:
    """The centre's files beside its database."""

    packages: Folder
    evidence: Folder
    outbox: Folder
    watermarks: Path
    incoming: Folder
    restore_detection: Path
    sitting_keys: Folder

    @classmethod
    def below(cls, data: Path) -> "Folders":
        """The folders of a data directory."""
        return cls(
            packages=Folder(data / "packages"),
            evidence=Folder(data / "evidence"),
            outbox=Folder(data / "outbox"),
            watermarks=data / "package-versions.json",
            incoming=Folder(data / "incoming"),
            restore_detection=data / "restore-detection.json",
            sitting_keys=Folder(data / SITTING_KEYS),
        )


@dataclass(frozen=True)
class CentreContext:
    """One test centre: its settings, keys, memory and clocks."""

    settings: Settings
    store: Store
    folders: Folders
    keys: KeyPair = field(repr=False)
    hq: PublicKeys
    clock: Clock
    time: ExamTime
    ids: Ids
    entropy: Entropy

    @cached_property
    def sitting_keys(self) -> SittingKeys:
        """Keys of what is kept of each sitting."""
        return SittingKeys(self.folders.sitting_keys, self.keys, self.entropy)

    def record(
        self,
        db: Database,
        sitting_id: str,
        kind: AnyEventKind,
        who: str,
        attempt_id: str | None = None,
        **data: Any,
    ) -> None:
        """Add an event to the sitting's chain, in exam time, inside a write job.

        Raises ResultsFinal for what a person or a page does once something has been deleted: so
        their act has no effect.
        """
        if who not in ITSELF and kind is not EventKind.DATA_DELETED:
            retention.require_open_results(db, sitting_id)
        events.append(db, sitting_id, kind, who, self.time.now(), attempt_id, **data)

    def local(self, moment: datetime) -> datetime:
        """A moment as the clock on the wall shows it."""
        return moment.astimezone(ZoneInfo(self.settings.timezone))

    def keep_sealed(self, sitting_id: str, what: DataClass, picture: bytes) -> str:
        """Keep a picture sealed under the key of its class; returns the SHA-256 of the picture.

        The same picture of another sitting or class may be there: neither key may take it from
        the other one, so it is sealed to the centre's keys.
        """
        name, folder = hashlib.sha256(picture).hexdigest(), self.folders.evidence
        key = key_name(sitting_id, what)
        shared = folder.has(name) and key_of(folder.get(name)) != key
        if shared:
            folder.put(name, self.keys.public.seal(picture))
        else:
            folder.put(name, self.sitting_keys.seal(sitting_id, what, picture))
        return name

    def keep_answers_sealed(self, sitting_id: str, file: bytes) -> str:
        """Like :meth:`keep_sealed`, for answers: on a full disk the reserve is given up for them.

        Raises StorageFull when nothing is left of it.
        """
        while True:
            try:
                return self.keep_sealed(sitting_id, "answers", file)
            except StorageFull:
                if not self.store.reserve.give():
                    raise

    def room_for_pictures(self) -> bool:
        """Whether the disk has room for more than answers."""
        free = self.folders.evidence.free_bytes()
        return free >= self.settings.disk.pictures_stop_mb * 1_000_000

    def open_sealed(self, sha256: str) -> bytes:
        """A picture that :meth:`keep_sealed` kept; raises FileNotFoundError."""
        return self.sitting_keys.open(self.folders.evidence.get(sha256))
