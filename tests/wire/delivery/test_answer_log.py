"""The chain of answers: what it covers, and who can make one."""

import json

import hypothesis.strategies as st
import pytest
from hypothesis import given

from kiosk.system import entropy
from sync.wire import canonical
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import AnswerLog, AnswerSeal, LoggedRevision, value_digest
from sync.wire.sealing.keys import KeyPair

KEYS, OTHERS = KeyPair.generate(entropy), KeyPair.generate(entropy)
ATTEMPT = "ATTEMPT1"


def revision(seq: int, value: str) -> LoggedRevision:
    """One revision of an item."""
    digest, saved = value_digest(value), f"2026-04-25T06:00:{seq:02d}.000000Z"
    return LoggedRevision(seq=seq, item_id="Q1", value_digest=digest, saved_at=saved)


def sealed(count: int, keys: KeyPair = KEYS, attempt_id: str = ATTEMPT) -> AnswerLog:
    """A log of so many revisions as a running centre leaves it."""
    revisions = [revision(number, f"answer {number}") for number in range(1, count + 1)]
    return AnswerLog(seals=(seal_of(revisions, keys, attempt_id),), revisions=tuple(revisions))


def seal_of(
    revisions: list[LoggedRevision], keys: KeyPair = KEYS, attempt_id: str = ATTEMPT
) -> AnswerSeal:
    """The seal under these revisions."""
    head = answer_log.start(attempt_id)
    for one in revisions:
        head = answer_log.link(head, one)
    return answer_log.sign(attempt_id, 1, len(revisions), head, keys)


def found(log: AnswerLog, marks: dict[int, str] | None = None) -> list[tuple[str, int, int]]:
    """What headquarters finds in a log."""
    findings = answer_log.check(ATTEMPT, log, marks or {}, [KEYS.public])
    return [(one.what, one.first, one.last) for one in findings]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.none())
def test_a_value_has_the_digest_of_its_canonical_json(text: str | None) -> None:
    for value in (text, [text or "", "b"]):
        assert value_digest(value) == canonical.digest(canonical.dumps(value))


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_log_that_nobody_touched_fits(count: int) -> None:
    assert found(sealed(count)) == []


def test_a_change_is_narrowed_down_by_the_heads_in_the_event_log() -> None:
    log = sealed(9)
    marks = {n: seal_of(list(log.revisions[:n])).head for n in (3, 6)}
    changed = list(log.revisions)
    changed[4] = revision(5, "another")
    assert found(AnswerLog(seals=log.seals, revisions=tuple(changed)), marks) == [("altered", 4, 9)]


def test_a_mark_of_the_event_log_that_does_not_fit_is_found() -> None:
    assert found(sealed(9), {3: "0" * 64}) == [("altered", 1, 9)]


def test_a_log_that_ends_before_the_event_log_says_is_found() -> None:
    """Somebody put back an earlier state of the answers, with the seal that fitted it."""
    later = seal_of(list(sealed(9).revisions)).head
    assert found(sealed(6), {9: later}) == [("altered", 7, 9)]


def test_only_the_centre_can_seal() -> None:
    log = sealed(3, OTHERS)
    assert found(log) == [("forged", 1, 3)]
    claimed = log.seals[0].model_copy(update={"key_id": KEYS.public.key_id})
    assert found(AnswerLog(seals=(claimed,), revisions=log.revisions)) == [("forged", 1, 3)]


def test_a_seal_of_another_attempt_or_number_does_not_fit() -> None:
    assert found(sealed(3, attempt_id="ATTEMPT2")) == [("forged", 1, 3)]
    seal = sealed(3).seals[0].model_copy(update={"seq": 2})
    log = AnswerLog(seals=(seal,), revisions=sealed(2).revisions)
    assert found(log) == [("forged", 1, 2)]


def test_without_a_seal_nothing_is_protected() -> None:
    assert found(AnswerLog(revisions=sealed(4).revisions)) == [("unsealed", 1, 4)]


def test_a_chain_goes_on_over_a_change_of_keys() -> None:
    revisions = [revision(number, "text") for number in (1, 2, 3)]
    log = AnswerLog(
        seals=(seal_of(revisions[:2], OTHERS), seal_of(revisions)), revisions=tuple(revisions)
    )
    keys = [KEYS.public, OTHERS.public]
    assert answer_log.check(ATTEMPT, log, {}, keys) == []
    changed = (revision(1, "other"), *revisions[1:])
    touched = AnswerLog(seals=log.seals, revisions=changed)
    assert [one.what for one in answer_log.check(ATTEMPT, touched, {}, keys)] == ["altered"]


def test_a_log_travels_as_canonical_json() -> None:
    log = sealed(2)
    assert AnswerLog.model_validate(json.loads(canonical.dump_model(log))) == log
