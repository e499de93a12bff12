"""Exam packages that headquarters has revoked."""

from datetime import datetime

from sqlite_utils import Database

from kiosk.store.rows import value
from kiosk.store.times import to_text


def add(db: Database, package_id: str, reason: str, at: datetime) -> bool:
    """Store a revocation; return False when it was already known."""
    if reason_for(db, package_id) is not None:
        return False
    row = {"package_id": package_id, "reason": reason, "at": to_text(at)}
    db.table("revocations").insert(row)
    return True


def reason_for(db: Database, package_id: str) -> str | None:
    """Return why a package was revoked, or None."""
    query = "SELECT reason FROM revocations WHERE package_id = ?"
    found: str | None = value(db, query, [package_id])
    return found
