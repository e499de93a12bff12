"""Content for benchmarks of sync: results as large as those of a real exam, and pictures."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue, Item, ItemType
from kiosk.rehearsal.environment import CENTRE
from sync.hq.services import HqServices
from sync.wire import canonical
from sync.wire.chain import GENESIS, event_hash
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import (
    BundleAnswer,
    BundlePageLeave,
    Chain,
    ChainEvent,
    ConductCounts,
    PackageRef,
    ResultBundle,
    Timing,
)
from sync.wire.sealing.keys import KeyPair, PublicKeys

EVENTS = 30
"""Events of one attempt: check-in, start, page leaves, face checks, hand-in."""

ESSAY = "碳排放核算边界应当先于活动数据确定，并说明排放源、方法与不确定性。" * 6


@dataclass(frozen=True)
class Made:
    """A sealed result: its id, its bytes, and the head of the chain that its receipt contains."""

    id: str
    data: bytes
    head: str


@dataclass(frozen=True)
class Sat:
    """A sitting that has taken place: its package, items and candidates' admission numbers."""

    sitting_id: str
    package: PackageRef
    items: tuple[Item, ...]
    seats: tuple[tuple[str, str], ...]
    """Candidate id and admission number."""


def sat(hq: HqServices) -> Sat:
    """Return the only sitting of an HQ made by :func:`kiosk.rehearsal.environment.set_up`."""
    sitting = hq.sittings.list()[0]
    package = hq.packages.newest(sitting.id, CENTRE)
    paper = hq.papers.get(sitting.id).paper
    seats = tuple(
        (seat.candidate_id, seat.admission_no) for seat in hq.registration.seats(sitting.id)
    )
    return Sat(sitting.id, PackageRef(id=package.id, version=package.version), paper.items, seats)


def bundle(sat: Sat, number: int, centre: KeyPair, hq: PublicKeys) -> Made:
    """Return the sealed result of attempt ``number``: every item answered, typical events."""
    candidate, admission_no = sat.seats[number % len(sat.seats)]
    start = datetime(2026, 4, 25, 6, tzinfo=UTC) + timedelta(seconds=number)
    attempt_id = f"A{number:07d}"
    chain = _chain(sat.sitting_id, attempt_id, start)
    result = ResultBundle(
        centre_code=CENTRE,
        sender_key_id=centre.public.key_id,
        recipient_key_id=hq.key_id,
        attempt_id=attempt_id,
        revision=1,
        candidate_id=candidate,
        admission_no=admission_no,
        sitting_id=sat.sitting_id,
        package=sat.package,
        form=None,
        answers=tuple(_answer(item, seq, start) for seq, item in enumerate(sat.items, start=1)),
        timing=Timing(started_at=start, ended_at=start + timedelta(minutes=100)),
        end_reason=EndReason.HANDED_IN,
        conduct=ConductCounts(leaves=2, leave_limit=5, page_leaves=_page_leaves(start)),
        chain=chain,
        software="benchmark",
    )
    sealed = seal_bundle(result, centre, hq)
    return Made(sealed.id, sealed.data, chain.head)


def picture(number: int, size: int) -> bytes:
    """Return bytes that compress as little as a JPEG does."""
    return hashlib.shake_128(str(number).encode()).digest(size)


def _answer(item: Item, seq: int, start: datetime) -> BundleAnswer:
    return BundleAnswer(
        item_id=item.id,
        seq=seq,
        value=_value(item),
        saved_at=start + timedelta(seconds=30 * seq),
        revisions=2,
        revisions_digest=canonical.digest(item.id.encode()),
    )


def _value(item: Item) -> AnswerValue:
    if item.type is ItemType.TRUE_FALSE:
        return "true"
    if item.type is ItemType.SINGLE_CHOICE:
        return item.options[0].id
    if item.type is ItemType.MULTIPLE_CHOICE:
        return [item.options[0].id, item.options[1].id]
    return ESSAY


def _page_leaves(start: datetime) -> tuple[BundlePageLeave, ...]:
    return tuple(
        BundlePageLeave(
            number=number,
            started_at=start + timedelta(minutes=10 * number),
            ended_at=start + timedelta(minutes=10 * number, seconds=8),
            cause="blur",
        )
        for number in (1, 2)
    )


def _chain(sitting_id: str, attempt_id: str, start: datetime) -> Chain:
    events, previous = [], GENESIS
    for seq in range(1, EVENTS + 1):
        body: dict[str, JsonValue] = {
            "seq": seq,
            "at": (start + timedelta(minutes=seq)).isoformat(),
            "kind": "page_signal",
            "who": "terminal",
            "data": {"signal": "visibility", "terminal": "T01"},
            "previous": previous,
        }
        previous = event_hash(
            {"sitting_id": sitting_id, "epoch": 1, "attempt_id": attempt_id, **body}
        )
        events.append(ChainEvent.model_validate({**body, "hash": previous}))
    return Chain(epoch=1, seq=EVENTS, head=previous, events=tuple(events))
