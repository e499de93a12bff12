"""What centres tell headquarters: inventories, and parts of event logs with and without faults."""

from collections.abc import Sequence

from pydantic import JsonValue

from sync.wire.chain import GENESIS, event_hash
from sync.wire.delivery.event_log import EventLogPart, LoggedEvent, seal_event_log_part
from sync.wire.delivery.inventory import Inventory, Tallies, Tally, tally
from tests.hq.desk import CODE, Desk


def chain(sitting: str, first: int, last: int, previous: str = GENESIS) -> Sequence[LoggedEvent]:
    """Events ``first`` to ``last``, each linked to the one before."""
    events = []
    for seq in range(first, last + 1):
        body: dict[str, JsonValue] = {
            "epoch": 1,
            "seq": seq,
            "at": "2026-04-25T06:00:00Z",
            "kind": "terminal_registered",
            "who": "candidate",
            "attempt_id": None,
            "data": {},
            "previous": previous,
        }
        previous = event_hash({"sitting_id": sitting, **body})
        events.append(LoggedEvent.model_validate({**body, "hash": previous}))
    return events


def take_event_log(desk: Desk, events: Sequence[LoggedEvent]) -> None:
    """The desk's centre delivers these events of the desk's sitting."""
    event_log = EventLogPart(
        centre_code=CODE,
        sender_key_id=desk.keys.public.key_id,
        recipient_key_id=desk.hq.public_keys.key_id,
        sitting_id=desk.sitting,
        events=tuple(events),
    )
    sealed = seal_event_log_part(event_log, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("event_log", CODE, sealed.id, sealed.data)


def tell(
    desk: Desk,
    *,
    results: int = 0,
    pictures: int = 0,
    contact: int = 1,
    offset: float | None = 0.0,
    code: str = CODE,
) -> None:
    """A centre compares its inventory; it has closed so many results and pictures."""

    def some(count: int) -> Tally:
        return tally(f"{number:064x}" for number in range(count))

    told = Inventory(
        centre_code=code,
        epoch=1,
        contact=contact,
        tallies=Tallies(result=some(results), event_log=some(0), evidence=some(pictures)),
        software="exam-kiosk 1.0",
        clock_offset_s=offset,
    )
    desk.hq.inventories.answer(code, told)
