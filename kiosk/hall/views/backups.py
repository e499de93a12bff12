"""Backups, as the chief invigilator sees them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class BackupPlace:
    """A folder for backups.

    ``usual``: the one in the settings. ``newest_at``: time of its newest backup.
    """

    folder: str
    usual: bool
    is_there: bool
    same_disk: bool
    free_mb: int
    newest_at: datetime | None


@dataclass(frozen=True)
class BackupProof:
    """Contents of a backup that was unpacked and checked.

    ``unreadable``: pictures that cannot be opened.
    """

    file: str
    megabytes: float
    sittings: int
    attempts: int
    answers: int
    pictures: int
    unreadable: int


@dataclass(frozen=True)
class BackupRun:
    """A running backup; ``stage`` is writing or proving."""

    folder: str
    stage: str
    by: str
    since: datetime


@dataclass(frozen=True)
class BackupDone:
    """The outcome of a backup: its proof, or an error code."""

    folder: str
    by: str
    at: datetime
    proof: BackupProof | None
    error: str | None


@dataclass(frozen=True)
class BackupView:
    """Backups, as the chief invigilator sees them.

    ``every_minutes``: how often the server makes one, None if never. ``old``: the newest is older
    than twice that, or there is none. ``before_closing``: a sitting was closed after the newest.
    """

    places: list[BackupPlace]
    run: BackupRun | None
    last: BackupDone | None
    newest_at: datetime | None
    every_minutes: float | None
    old: bool
    before_closing: bool
