"""What an attempt's terminal can and cannot do (R13), and which camera it uses."""

import json
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from kiosk.store.rows import one


@dataclass(frozen=True)
class Devices:
    """Devices of one attempt. ``failed``: what did not pass the check at its terminal.

    ``admitted``: devices that staff let the candidate go without, ``admitted_by`` and
    ``reason``: who and why. ``changes``: how often the camera changed.
    """

    attempt_id: str
    camera: str = ""
    changes: int = 0
    failed: tuple[str, ...] = ()
    admitted: tuple[str, ...] = ()
    admitted_by: str | None = None
    reason: str | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Devices that failed and that staff have not waived."""
        return tuple(name for name in self.failed if name not in self.admitted)

    @property
    def without(self) -> tuple[str, ...]:
        """Devices that failed and that staff have waived."""
        return tuple(name for name in self.failed if name in self.admitted)


def of_attempt(db: Database, attempt_id: str) -> Devices:
    """Return an attempt's devices; before the sign-in nothing has failed."""
    row = one(db, "SELECT * FROM attempt_devices WHERE attempt_id = ?", [attempt_id])
    return Devices(attempt_id) if row is None else _devices(row)


def of_sitting(db: Database, sitting_id: str) -> dict[str, Devices]:
    """Return the devices of all attempts of a sitting that have signed in, by attempt."""
    rows = db.query(
        "SELECT attempt_devices.* FROM attempt_devices JOIN attempts ON attempts.id = attempt_id"
        " WHERE sitting_id = ?",
        [sitting_id],
    )
    return {row["attempt_id"]: _devices(row) for row in rows}


def keep(db: Database, devices: Devices) -> None:
    """Store an attempt's devices, replacing the earlier ones."""
    row = {
        **vars(devices),
        "failed": json.dumps(devices.failed),
        "admitted": json.dumps(devices.admitted),
    }
    db.table("attempt_devices").upsert(row, pk="attempt_id")


def _devices(row: dict[str, Any]) -> Devices:
    lists = {name: tuple(json.loads(row[name])) for name in ("failed", "admitted")}
    return Devices(**{**row, **lists})
