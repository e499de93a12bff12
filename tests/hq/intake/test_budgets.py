"""What one centre or address can leave at headquarters is bounded; others are not affected."""

import hashlib
from dataclasses import replace

import pytest

from kiosk.system import entropy
from sync.hq.centres import enrolment
from sync.hq.errors import BudgetSpent, NotFound, TooManyRequests
from sync.hq.intake import results, resumable_uploads
from sync.hq.intake.budgets import Daily
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import CODE, NOW, OTHER, Desk
from tests.hq.web.test_sync_access import event_log


def name(number: int) -> str:
    """The SHA-256 of some picture."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def kinds(desk: Desk) -> list[str]:
    """Kinds of the newest events of the audit log."""
    return [event.kind for event in desk.hq.audit_log.newest(20)]


def test_the_oldest_unfinished_uploads_of_a_centre_make_room(desk: Desk) -> None:
    desk.enrol(OTHER, KeyPair.generate(entropy))
    other = desk.hq.evidence_uploads.begin(OTHER, name(0), 100)
    begun = []
    for number in range(resumable_uploads.MOST_OPEN + 5):
        desk.clock.pass_time(1)
        begun.append(desk.hq.evidence_uploads.begin(CODE, name(number), 100))
    for upload in begun[:5]:
        with pytest.raises(NotFound):
            desk.hq.evidence_uploads.get(CODE, upload.id)
    assert all(desk.hq.evidence_uploads.get(CODE, upload.id) for upload in begun[5:])
    assert desk.hq.evidence_uploads.get(OTHER, other.id)
    assert kinds(desk).count("budget_spent") == 1


def test_unfinished_uploads_are_bounded_by_their_size_too(desk: Desk) -> None:
    large = resumable_uploads.MOST_OPEN_BYTES // 4
    first = desk.hq.evidence_uploads.begin(CODE, name(1), large)
    for number in range(2, 6):
        desk.clock.pass_time(1)
        desk.hq.evidence_uploads.begin(CODE, name(number), large)
    with pytest.raises(NotFound):
        desk.hq.evidence_uploads.get(CODE, first.id)


def test_an_upload_has_a_bounded_number_of_parts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable_uploads, "MOST_PARTS", 3)
    upload = desk.hq.evidence_uploads.begin(CODE, name(1), 100)
    for offset in range(3):
        desk.hq.evidence_uploads.append(CODE, upload.id, offset, b"x")
    with pytest.raises(BudgetSpent):
        desk.hq.evidence_uploads.append(CODE, upload.id, 3, b"x")


def test_bundles_of_one_attempt_are_bounded_and_those_there_are_acknowledged_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MOST_OF_ATTEMPT", 3)
    sealed = [desk.bundle({}, revision) for revision in range(1, 5)]
    receipts = [desk.hq.intake.accept("result", CODE, one.id, one.data) for one in sealed[:3]]
    for _ in range(2):
        with pytest.raises(BudgetSpent):
            desk.hq.intake.accept("result", CODE, sealed[3].id, sealed[3].data)
    assert desk.hq.intake.accept("result", CODE, sealed[0].id, sealed[0].data) == receipts[0]
    assert kinds(desk).count("budget_spent") == 1


@pytest.mark.parametrize("daily", [Daily("results", 2, 1 << 30), Daily("results", 99, 1)])
def test_results_of_a_day_are_bounded_for_one_centre_and_one_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, daily: Daily
) -> None:
    sealed = [desk.bundle({}, revision) for revision in range(1, 4)]
    size = sum(len(one.data) for one in sealed[:2])
    monkeypatch.setattr(
        desk.hq.intake.budget("result"),
        "_daily",
        daily if daily.size > 1 else replace(daily, size=size),
    )
    receipts = [desk.hq.intake.accept("result", CODE, one.id, one.data) for one in sealed[:2]]
    for _ in range(2):
        with pytest.raises(BudgetSpent):
            desk.hq.intake.accept("result", CODE, sealed[2].id, sealed[2].data)
    assert desk.hq.intake.accept("result", CODE, sealed[0].id, sealed[0].data) == receipts[0]
    assert kinds(desk).count("budget_spent") == 1
    desk.hq.intake.budget("result").require(OTHER, 1)
    desk.clock.pass_time(86_400)
    assert desk.hq.intake.accept("result", CODE, sealed[2].id, sealed[2].data)


def test_event_logs_of_a_day_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    part = event_log(desk)
    monkeypatch.setattr(
        desk.hq.intake.budget("event_log"), "_daily", Daily("event logs", 0, 1 << 30)
    )
    with pytest.raises(BudgetSpent):
        desk.hq.intake.accept("event_log", CODE, part.id, part.data)
    monkeypatch.undo()
    assert desk.hq.intake.accept("event_log", CODE, part.id, part.data)


def test_a_picture_above_the_budget_is_refused_before_it_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.hq.intake.budget("evidence"), "_daily", Daily("pictures", 9, 100))
    desk.hq.evidence_uploads.begin(CODE, name(1), 100)
    with pytest.raises(BudgetSpent):
        desk.hq.evidence_uploads.begin(CODE, name(2), 101)


def ask(desk: Desk, remote: str) -> str:
    """Ask for an enrolment from an address, with keys of its own."""
    desk.clock.pass_time(1)
    request = make_request("XX01", "考点", KeyPair.generate(entropy), NOW)
    return desk.hq.enrolment.ask(request, remote)


def test_who_asks_from_many_addresses_keeps_nobody_from_asking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolment, "MOST_PENDING", 10)
    monkeypatch.setattr(enrolment, "MOST_OF_ONE", 5)
    flood = [ask(desk, f"10.0.{number % 2}.1") for number in range(10)]
    with pytest.raises(TooManyRequests):
        ask(desk, "10.0.0.1")
    honest = ask(desk, "192.0.2.7")
    waiting = [request.key_id for request in desk.hq.enrolment.pending()]
    assert honest in waiting
    assert waiting == [*flood[1:], honest]
