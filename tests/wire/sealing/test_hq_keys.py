"""Which statements about headquarters' keys a centre believes."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.system import entropy
from sync.wire import canonical
from sync.wire.errors import BadSignature, UnsupportedFormat, WireError
from sync.wire.sealing.certificate import Keys
from sync.wire.sealing.hq_keys import (
    HqKey,
    HqRing,
    KeyState,
    KeyStatement,
    read_chain,
    read_statement,
    sign_statement,
    write_chain,
)
from sync.wire.sealing.keys import KeyPair

NOW = datetime(2026, 4, 25, 6, tzinfo=UTC)
FIRST, SECOND, THIRD, EVIL = (KeyPair.generate(entropy) for _ in range(4))
NEXT, CURRENT, FORMER = KeyState.NEXT, KeyState.CURRENT, KeyState.FORMER
RETIRED, WITHDRAWN = KeyState.RETIRED, KeyState.WITHDRAWN
State = tuple[KeyPair, KeyState]


def said(number: int, *states: State, by: Sequence[KeyPair]) -> bytes:
    keys = tuple(HqKey(keys=Keys.of(pair.public), state=state, since=NOW) for pair, state in states)
    return sign_statement(KeyStatement(number=number, at=NOW, keys=keys), by)


ANNOUNCED = said(1, (FIRST, CURRENT), (SECOND, NEXT), by=(FIRST, SECOND))
SWITCHED = said(2, (FIRST, FORMER), (SECOND, CURRENT), by=(SECOND,))
GIVEN_UP = said(3, (FIRST, RETIRED), (SECOND, CURRENT), by=(SECOND,))
PLANNED = (ANNOUNCED, SWITCHED, GIVEN_UP)
RING = HqRing.pinned(FIRST.public)


def accepted(ring: HqRing, pair: KeyPair) -> bool:
    try:
        ring.verify(b"x", pair.sign(b"x"))
    except BadSignature:
        return False
    return ring.accepts(pair.public.key_id)


def test_both_keys_are_accepted_until_the_old_one_is_retired() -> None:
    seen = []
    for length in range(4):
        ring, refused = RING.follow(PLANNED[:length])
        assert refused is None
        seen.append((accepted(ring, FIRST), accepted(ring, SECOND), ring.current == SECOND.public))
    both = (True, True)
    assert seen == [(True, False, False), (*both, False), (*both, True), (False, True, True)]


@given(st.lists(st.sampled_from(PLANNED), max_size=8))
def test_repeated_and_late_statements_change_nothing(extra: list[bytes]) -> None:
    ring, _ = RING.follow(PLANNED)
    assert ring.follow(extra) == (ring, None)
    assert RING.follow([*PLANNED, *extra])[0] == ring


def test_the_new_key_alone_cannot_announce_itself() -> None:
    alone = said(1, (FIRST, WITHDRAWN), (EVIL, CURRENT), by=(EVIL,))
    ring, refused = RING.follow([alone])
    assert (ring, refused) == (RING, EVIL.public)


def test_the_old_key_alone_cannot_announce_a_key_that_nobody_holds() -> None:
    with pytest.raises(BadSignature, match="has not signed"):
        read_statement(said(1, (FIRST, CURRENT), (SECOND, NEXT), by=(FIRST,)))


def test_a_former_key_announces_nothing_any_more() -> None:
    ring, _ = RING.follow(PLANNED[:2])
    stolen = said(9, (FIRST, FORMER), (SECOND, FORMER), (EVIL, CURRENT), by=(FIRST, EVIL))
    assert ring.follow([stolen]) == (ring, EVIL.public)


def test_a_key_that_was_given_up_never_comes_back() -> None:
    ring, _ = RING.follow(PLANNED)
    back = said(4, (FIRST, FORMER), (SECOND, CURRENT), by=(SECOND,))
    assert ring.follow([back])[0] == ring


def test_a_withdrawn_key_is_replaced_by_the_announced_one_without_its_signature() -> None:
    ring, refused = RING.follow(
        [ANNOUNCED, said(2, (FIRST, WITHDRAWN), (SECOND, CURRENT), by=(SECOND,))]
    )
    assert refused is None
    assert (accepted(ring, FIRST), accepted(ring, SECOND)) == (False, True)


def test_whoever_was_enrolled_with_the_newest_key_follows_without_the_first() -> None:
    emergency = said(1, (FIRST, WITHDRAWN), (THIRD, CURRENT), by=(THIRD,))
    assert RING.follow([emergency]) == (RING, THIRD.public)
    ring, refused = HqRing.pinned(THIRD.public).follow([emergency])
    assert (refused, ring.number, accepted(ring, FIRST)) == (None, 1, False)


def test_a_chain_survives_its_way_and_hostile_ones_are_refused() -> None:
    assert read_chain(write_chain(PLANNED)) == list(PLANNED)
    for broken in (b"", b"{}", b"[]", canonical.dumps({"format": "hq-keys-chain/2"})):
        with pytest.raises(WireError):
            read_chain(broken)


@pytest.mark.parametrize(
    "states",
    [
        ((FIRST, FORMER),),
        ((FIRST, CURRENT), (SECOND, CURRENT)),
        ((FIRST, CURRENT), (SECOND, NEXT), (THIRD, NEXT)),
        ((FIRST, CURRENT), (FIRST, FORMER)),
    ],
)
def test_statements_that_contradict_themselves_cannot_be_made(states: tuple[State, ...]) -> None:
    with pytest.raises(ValueError, match=r"current key|twice"):
        said(1, *states, by=(FIRST,))


@given(st.integers(min_value=0, max_value=len(ANNOUNCED) - 1), st.integers(1, 255))
def test_no_altered_byte_is_believed(at: int, bits: int) -> None:
    altered = bytearray(ANNOUNCED)
    altered[at] ^= bits
    try:
        ring, _ = RING.follow([bytes(altered)])
    except WireError:
        return
    assert ring == RING


def test_another_document_is_no_statement() -> None:
    with pytest.raises(UnsupportedFormat):
        read_statement(b"[]")
    with pytest.raises(UnsupportedFormat):
        read_statement(canonical.dumps({"body": {"format": "hq-keys/2"}, "signatures": {}}))
