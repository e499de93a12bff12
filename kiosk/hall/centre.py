"""What all use cases of one centre share."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from kiosk.exam.ports import Clock, Entropy, Ids
from kiosk.hall.clock import ExamTime
from kiosk.settings import Settings
from kiosk.store import events
from kiosk.store.database import Store
from kiosk.store.errors import StorageFull
from kiosk.store.files import Folder
from sync.wire.keys import KeyPair, PublicKeys


@dataclass(frozen=True)
class Folders:
    """The centre's files beside its database."""

    packages: Folder
    evidence: Folder
    outbox: Folder
    watermarks: Path
    incoming: Folder
    lineage: Path

    @classmethod
    def below(cls, data: Path) -> "Folders":
        """The folders of a data directory."""
        return cls(
            packages=Folder(data / "packages"),
            evidence=Folder(data / "evidence"),
            outbox=Folder(data / "outbox"),
            watermarks=data / "package-versions.json",
            incoming=Folder(data / "incoming"),
            lineage=data / "lineage.json",
        )


@dataclass(frozen=True)
class Centre:
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

    def record(
        self,
        db: Database,
        sitting_id: str,
        kind: str,
        who: str,
        attempt_id: str | None = None,
        **data: Any,
    ) -> None:
        """Add an event to the sitting's chain, in exam time, inside a write job."""
        events.append(db, sitting_id, kind, who, self.time.now(), attempt_id, **data)

    def local(self, moment: datetime) -> datetime:
        """A moment as the clock on the wall shows it."""
        return moment.astimezone(ZoneInfo(self.settings.timezone))

    def keep_sealed(self, picture: bytes) -> str:
        """Keep a picture sealed to the centre's own key; returns the SHA-256 of the picture."""
        name = hashlib.sha256(picture).hexdigest()
        self.folders.evidence.put(name, self.keys.public.seal(picture))
        return name

    def keep_answers_sealed(self, file: bytes) -> str:
        """Like :meth:`keep_sealed`, for answers: on a full disk the reserve is given up for them.

        Raises StorageFull when nothing is left of it.
        """
        while True:
            try:
                return self.keep_sealed(file)
            except StorageFull:
                if not self.store.reserve.give():
                    raise

    def room_for_pictures(self) -> bool:
        """Whether the disk has room for more than answers."""
        free = self.folders.evidence.free_bytes()
        return free >= self.settings.disk.pictures_stop_mb * 1_000_000

    def open_sealed(self, sha256: str) -> bytes:
        """A picture that :meth:`keep_sealed` kept; raises FileNotFoundError."""
        return self.keys.unseal(self.folders.evidence.get(sha256))
