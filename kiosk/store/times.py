"""Times in the database: RFC 3339 text in UTC with microseconds; text order is time order."""

from datetime import UTC, datetime


def to_text(at: datetime) -> str:
    """Format an aware time as ``2026-04-25T06:00:00.000000Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_time(text: str) -> datetime:
    """Parse a text of this format."""
    return datetime.fromisoformat(text)


def maybe_time(text: str | None) -> datetime | None:
    """Parse a text of this format, or return None for None."""
    return None if text is None else to_time(text)
