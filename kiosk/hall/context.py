"""What all use cases of a centre share: settings, storage, keys and clocks."""

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
from kiosk.store.centre.hq_trust import HqTrust
from kiosk.store.centre.sitting_keys import SITTING_KEYS, SittingKeys, key_name, key_of
from kiosk.store.errors import StorageFull
from kiosk.store.exam import events
from kiosk.store.files import Folder
from kiosk.store.sqlite.database import Store
from sync.wire.sealing.keys import KeyPair

ITSELF = ("system", "camera")
"""Actors of events that neither a person nor a page has caused."""


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
    """One test centre: its settings, database, files, keys and clocks."""

    settings: Settings
    store: Store
    folders: Folders
    keys: KeyPair = field(repr=False)
    hq: HqTrust
    clock: Clock
    time: ExamTime
    ids: Ids
    entropy: Entropy

    @cached_property
    def sitting_keys(self) -> SittingKeys:
        """Keys under which the data of each sitting are sealed."""
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
        """Append an event to the sitting's chain, in exam time, inside a write job.

        Raises:
            ResultsFinal: ``who`` is a person or a page, and data of the sitting were deleted. The
                write job is rolled back, so the act has no effect.
        """
        if who not in ITSELF and kind is not EventKind.DATA_DELETED:
            retention.require_open_results(db, sitting_id)
        events.append(db, sitting_id, kind, who, self.time.now(), attempt_id, **data)

    def local(self, moment: datetime) -> datetime:
        """Convert a moment to the centre's time zone."""
        return moment.astimezone(ZoneInfo(self.settings.timezone))

    def keep_sealed(self, sitting_id: str, what: DataClass, picture: bytes) -> str:
        """Seal a picture under the key of its data class, store it and return its SHA-256."""
        name, folder = hashlib.sha256(picture).hexdigest(), self.folders.evidence
        key = key_name(sitting_id, what)
        # The same bytes may belong to another sitting or class. Under either key alone, deleting
        # that key would destroy the other's picture, so a shared one is sealed to the centre's
        # own key.
        shared = folder.has(name) and key_of(folder.get(name)) != key
        if shared:
            folder.put(name, self.keys.public.seal(picture))
        else:
            folder.put(name, self.sitting_keys.seal(sitting_id, what, picture))
        return name

    def keep_answers_sealed(self, sitting_id: str, file: bytes) -> str:
        """Like :meth:`keep_sealed`, for answers: on a full disk, use up the reserve for them.

        Raises:
            StorageFull: the reserve is used up, too.
        """
        while True:
            try:
                return self.keep_sealed(sitting_id, "answers", file)
            except StorageFull:
                # The reserve is freed in steps until the file fits.
                if not self.store.reserve.give():
                    raise

    def room_for_pictures(self) -> bool:
        """Whether enough of the disk is free to store pictures, and not only answers."""
        free = self.folders.evidence.free_bytes()
        return free >= self.settings.disk.pictures_stop_mb * 1_000_000

    def open_sealed(self, sha256: str) -> bytes:
        """Return a picture that :meth:`keep_sealed` stored.

        Raises:
            FileNotFoundError: the picture or its key has been deleted.
        """
        return self.sitting_keys.open(self.folders.evidence.get(sha256))
