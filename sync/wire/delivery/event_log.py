"""Event-log parts (``ID.event_log``): a section of a sitting's hash chain.

Result bundles carry the events of one attempt each; the event log carries all of them, so that
headquarters can check the chain without gaps (R23). After a restore from a backup the centre
continues in a new epoch: its first event follows the last one in the backup, while headquarters
may know later ones of the old epoch.
"""

from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from sync.wire import canonical
from sync.wire.chain import broken_at, event_hash
from sync.wire.model import Identifier, Sha256, WireModel
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys
from sync.wire.sealing.sealed import Addressed, Sealed, open_plain, read_addressed, seal

FORMAT: Literal["sitting-event-log/1"] = "sitting-event-log/1"
MOST_EVENTS = 5000
"""Most events in one part."""


class LoggedEvent(WireModel):
    """One event of the chain; ``at`` stays text, because the hash covers exactly that text."""

    epoch: int = Field(ge=0)
    seq: int = Field(ge=1)
    at: str = Field(max_length=40)
    kind: str = Field(max_length=64)
    who: str = Field(max_length=100)
    attempt_id: Identifier | None = None
    data: dict[str, JsonValue] = Field(default_factory=dict)
    previous: Sha256
    hash: Sha256


class EventLogPart(Addressed):
    """Events ``first`` to ``last`` of a sitting, each linked to the one before."""

    format: Literal["sitting-event-log/1"] = FORMAT
    sitting_id: Identifier
    events: tuple[LoggedEvent, ...] = Field(min_length=1, max_length=MOST_EVENTS)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        numbers = [event.seq for event in self.events]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise ValueError("events are missing or out of order")
        return self

    @property
    def first(self) -> LoggedEvent:
        """The oldest event of this part."""
        return self.events[0]

    @property
    def last(self) -> LoggedEvent:
        """The newest event of this part."""
        return self.events[-1]

    def broken_event(self) -> int | None:
        """Return the number of the first event whose hash or link does not fit, or None."""
        before = (self.first.seq - 1, self.first.previous)
        return broken_at(self.events, self._hash_of, before)

    def _hash_of(self, event: LoggedEvent) -> str:
        return event_hash({"sitting_id": self.sitting_id, **event.model_dump(exclude={"hash"})})


def seal_event_log_part(event_log: EventLogPart, centre: KeyPair, hq: PublicKeys) -> Sealed:
    """Sign, then seal; see :func:`sync.wire.sealing.sealed.seal`."""
    return seal(event_log, centre, hq)


def open_event_log_part(
    data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
) -> tuple[EventLogPart, str]:
    """Return the part and its id; raises like ``open_bundle``."""
    plain = open_plain(data, hq, centre)
    event_log = read_addressed(EventLogPart, FORMAT, plain, hq, centre, centre_code)
    return event_log, canonical.digest(plain)
