"""Result bundles: what goes in comes out, for headquarters alone, and cannot be bent."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.values import Text
from sync.wire import canonical
from sync.wire.chain import GENESIS, event_hash
from sync.wire.delivery import bundle as bundles
from sync.wire.delivery import result
from sync.wire.delivery.result import ResultBundle
from sync.wire.errors import (
    BadSignature,
    BundleDamaged,
    NotCanonical,
    UnsupportedFormat,
    WireError,
    WrongCentre,
    WrongRecipient,
)
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed import MAX_BYTES
from tests.wire.conftest import NOW, stream

HQ = KeyPair.generate(stream("hq"))
CENTRE = KeyPair.generate(stream("centre"))
STRANGER = KeyPair.generate(stream("stranger"))

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=300)
values = st.none() | texts | st.lists(st.sampled_from("ABCDE"), max_size=5, unique=True)
times = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=NOW.tzinfo)
)


def chain(*kinds: str) -> result.Chain:
    events: list[result.ChainEvent] = []
    previous = GENESIS
    for seq, kind in enumerate(kinds, start=1):
        body: dict[str, Any] = {
            "seq": seq,
            "at": NOW.isoformat(),
            "kind": kind,
            "who": "candidate",
            "data": {"n": seq},
            "previous": previous,
        }
        whole = body | {"sitting_id": "S1", "epoch": 1, "attempt_id": "A1"}
        previous = event_hash(whole)
        events.append(result.ChainEvent(**body, hash=previous))
    return result.Chain(epoch=1, seq=len(events), head=previous, events=tuple(events))


def make(**changes: Any) -> ResultBundle:
    fields: dict[str, Any] = {
        "centre_code": "BJ-001",
        "sender_key_id": CENTRE.public.key_id,
        "recipient_key_id": HQ.public.key_id,
        "attempt_id": "A1",
        "revision": 1,
        "candidate_id": "C1",
        "admission_no": "20260001",
        "sitting_id": "S1",
        "package": result.PackageRef(id="PKG1", version=2),
        "form": None,
        "timing": result.Timing(started_at=NOW, ended_at=NOW + timedelta(hours=1)),
        "end_reason": EndReason.HANDED_IN,
        "conduct": result.ConductCounts(leaves=1, leave_limit=5, signals={"copy": 2}),
        "chain": chain("started", "handed_in"),
        "software": "exam-kiosk 0.1.0",
    }
    return ResultBundle(**fields | changes)


def answered(item_id: str, value: Any, at: datetime = NOW) -> result.BundleAnswer:
    return result.BundleAnswer(
        item_id=item_id,
        seq=1,
        value=value,
        saved_at=at,
        revisions=1,
        revisions_digest=canonical.digest(b""),
    )


def unsealed(data: bytes, **changes: Any) -> tuple[ResultBundle, str]:
    settings: dict[str, Any] = {"hq": HQ, "centre": CENTRE.public, "centre_code": "BJ-001"}
    return bundles.open_bundle(data, **settings | changes)


answers = st.dictionaries(st.sampled_from([f"I{n}" for n in range(20)]), st.tuples(values, times))


@given(answers, st.sampled_from(EndReason), st.floats(0, 1), times)
def test_what_a_centre_seals_is_what_headquarters_opens(
    given_answers: dict[str, tuple[Any, datetime]], reason: EndReason, score: float, at: datetime
) -> None:
    bundle = make(
        answers=tuple(answered(item, value, at) for item, (value, at) in given_answers.items()),
        end_reason=reason,
        check_in=result.CheckInRecord(outcome="passed", score=score),
        timing=result.Timing(started_at=None, ended_at=at),
    )
    sealed = bundles.seal_bundle(bundle, CENTRE, HQ.public)
    assert unsealed(sealed.data) == (bundle, sealed.id)


def test_times_of_parts_are_in_a_bundle_only_where_there_are_any() -> None:
    theory = result.BundlePart(
        part="theory",
        name=Text(zh="理论知识", en="Theory"),
        started_at=NOW,
        ended_at=NOW + timedelta(minutes=40),
        end_reason=EndReason.TIME_OUT,
    )
    plain = make().timing
    assert b'"parts"' not in canonical.dump_model(make()), "digests of 0.2.0 stay"
    timed = make(timing=plain.model_copy(update={"parts": (theory,)}))
    assert unsealed(bundles.seal_bundle(timed, CENTRE, HQ.public).data)[0] == timed


def test_sealing_again_keeps_the_id_and_changes_the_bytes() -> None:
    first, second = (bundles.seal_bundle(make(), CENTRE, HQ.public) for _ in range(2))
    assert first.id == second.id == bundles.bundle_id(make())
    assert first.data != second.data


def test_another_revision_has_another_id() -> None:
    assert bundles.bundle_id(make()) != bundles.bundle_id(make(revision=2))


def test_only_headquarters_can_open_a_bundle() -> None:
    sealed = bundles.seal_bundle(make(), CENTRE, HQ.public)
    with pytest.raises(WrongRecipient):
        unsealed(sealed.data, hq=STRANGER)


def test_a_bundle_signed_by_somebody_else_is_refused() -> None:
    forged = HQ.public.seal(STRANGER.sign_attached(canonical.dump_model(make())))
    with pytest.raises(BadSignature):
        unsealed(forged)


def test_a_bundle_of_another_centre_is_refused() -> None:
    sealed = bundles.seal_bundle(make(centre_code="SH-001"), CENTRE, HQ.public)
    with pytest.raises(WrongCentre):
        unsealed(sealed.data)


def test_a_bundle_that_was_addressed_to_somebody_else_is_refused() -> None:
    """Signed for another recipient, then sealed to us by whoever got hold of it."""
    meant_for_another = make(recipient_key_id=STRANGER.public.key_id)
    signed = CENTRE.sign_attached(canonical.dump_model(meant_for_another))
    with pytest.raises(WrongRecipient):
        unsealed(HQ.public.seal(signed))


def test_a_bundle_is_only_sealed_with_the_keys_it_names() -> None:
    with pytest.raises(WrongRecipient):
        bundles.seal_bundle(make(), CENTRE, STRANGER.public)


def test_every_changed_or_missing_byte_is_found() -> None:
    data = bundles.seal_bundle(make(), CENTRE, HQ.public).data
    for place in range(0, len(data), 5):
        for bad in (data[:place], data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]):
            with pytest.raises(WireError):
                unsealed(bad)


def signed_text(text: bytes) -> bytes:
    return HQ.public.seal(CENTRE.sign_attached(text))


def test_a_bundle_in_another_spelling_is_refused() -> None:
    spaced = canonical.dump_model(make()).replace(b'"revision":1', b'"revision": 1')
    with pytest.raises(NotCanonical):
        unsealed(signed_text(spaced))


def test_a_newer_format_is_named() -> None:
    newer = canonical.dump_model(make()).replace(b"result-bundle/2", b"result-bundle/3")
    with pytest.raises(UnsupportedFormat, match="result-bundle/3"):
        unsealed(signed_text(newer))


def test_unknown_fields_are_refused_and_their_values_not_repeated() -> None:
    value = make().model_dump(mode="json") | {"identity_no": "110101199001010011"}
    with pytest.raises(BundleDamaged) as refused:
        unsealed(signed_text(canonical.dumps(value)))
    assert "identity_no" in str(refused.value)
    assert "110101" not in str(refused.value)


def test_a_giant_bundle_is_refused_unopened() -> None:
    with pytest.raises(BundleDamaged, match="at most"):
        unsealed(bytes(MAX_BYTES + 1))


def test_an_item_cannot_be_answered_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        make(answers=(answered("I1", "A"), answered("I1", "B")))


def test_an_untouched_chain_has_no_broken_event() -> None:
    assert make(chain=chain("checked_in", "started", "handed_in")).broken_event() is None


@pytest.mark.parametrize(
    "change", [{"kind": "x"}, {"who": "x"}, {"at": "x"}, {"data": {}}, {"previous": "1" * 64}]
)
def test_an_altered_event_is_found(change: dict[str, Any]) -> None:
    whole = chain("checked_in", "started", "handed_in")
    events = list(whole.events)
    events[1] = events[1].model_copy(update=change)
    assert make(chain=whole.model_copy(update={"events": tuple(events)})).broken_event() == 2


def test_the_digest_of_answers_ignores_order_and_empty_answers() -> None:
    one = bundles.answers_digest({"I1": "A", "I2": ["A", "B"], "I3": None})
    two = bundles.answers_digest({"I2": ["A", "B"], "I1": "A"})
    assert one == two


@given(st.dictionaries(texts, texts | st.lists(texts)), st.data())
def test_the_digest_of_answers_sees_every_change(
    given: dict[str, Any], data: st.DataObject
) -> None:
    if not given:
        return
    item = data.draw(st.sampled_from(sorted(given)))
    changed = given | {item: "changed " + str(given[item])}
    assert bundles.answers_digest(changed) != bundles.answers_digest(given)
