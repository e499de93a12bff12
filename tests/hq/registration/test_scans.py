"""Scans are sealed, seen by few, accepted or returned one by one, and deleted when due (R9)."""

from datetime import timedelta
from pathlib import Path

import pytest

from sync.hq.errors import NotFound, NotScanViewer, ReasonMissing, ScanGone, TooManyScans
from sync.hq.imports.archives import Archive
from sync.hq.registration import scans as module
from sync.hq.registration.candidate_file import read_candidates
from sync.hq.registration.scan_files import PDF, ScanFile
from sync.hq.registration.scan_import import import_scans
from sync.hq.registration.scan_states import ScanState, state_of
from sync.hq.registration.scans import NewScan
from tests.hq.applicants import archive, number, table
from tests.hq.desk import BY, Desk
from tests.hq.items import PROGRAMME
from tests.hq.registration.test_scan_files import PDF as WHOLE
from tests.hq.registration.test_scan_files import picture

CARD = "identity_card"


@pytest.fixture
def candidate(desk: Desk) -> str:
    """An applicant who has handed in nothing; `chief` may see scans."""
    found, problems = read_candidates(table({"已交材料": ""}), PROGRAMME, desk.clock.now().date())
    desk.hq.applications.take(desk.sitting, found, problems, BY)
    desk.hq.scan_viewers.allow("chief", BY)
    return desk.hq.applications.list(desk.sitting)[0].candidate_id


def put(
    desk: Desk, candidate: str, material: str = CARD, part: str = "", data: bytes = WHOLE
) -> str:
    new = NewScan(candidate, material, part, f"{material}{part}.pdf", ScanFile(PDF, data))
    before = {scan.id for scan in desk.hq.scans.list(desk.sitting)}
    desk.hq.scans.put(desk.sitting, [new], BY)
    return next((s.id for s in desk.hq.scans.list(desk.sitting) if s.id not in before), "")


def missing(desk: Desk) -> list[str]:
    return list(desk.hq.applications.list(desk.sitting)[0].materials_missing)


def accept(desk: Desk, scan: str) -> None:
    desk.hq.scans.decide(scan, accepted=True, reason="", by="chief")


def give_back(desk: Desk, scan: str, reason: str = "blurred") -> None:
    desk.hq.scans.decide(scan, accepted=False, reason=reason, by="chief")


def test_a_scan_is_sealed_and_every_look_is_recorded(desk: Desk, candidate: str) -> None:
    scan = put(desk, candidate, data=WHOLE + b"secret")
    objects = [path for path in Path(desk.data).rglob("*") if path.is_file()]
    assert not any(b"%PDF" in path.read_bytes() for path in objects)
    view, data = desk.hq.scans.open(scan, "chief")
    assert (view.kind, data) == (PDF, WHOLE + b"secret")
    event = desk.hq.audit_log.newest(1)[0]
    assert (event.kind, event.who, event.data["scan"]) == ("scan_viewed", "chief", scan)


def test_who_may_not_see_scans_neither_sees_nor_decides(desk: Desk, candidate: str) -> None:
    scan = put(desk, candidate)
    desk.hq.scan_viewers.deny("chief", BY)
    with pytest.raises(NotScanViewer):
        desk.hq.scans.open(scan, "chief")
    with pytest.raises(NotScanViewer):
        accept(desk, scan)
    with pytest.raises(NotFound):
        desk.hq.scan_viewers.allow("nobody", BY)


def test_a_material_counts_once_all_its_scans_are_accepted(desk: Desk, candidate: str) -> None:
    front, back = put(desk, candidate, part="front"), put(desk, candidate, CARD, "back", WHOLE * 2)
    accept(desk, front)
    assert CARD in missing(desk)
    accept(desk, back)
    assert CARD not in missing(desk)
    give_back(desk, back)
    assert CARD in missing(desk)


def test_one_side_of_a_card_is_not_the_card(desk: Desk, candidate: str) -> None:
    accept(desk, put(desk, candidate, part="front"))
    assert CARD in missing(desk)


def test_a_newer_scan_takes_the_place_of_a_returned_one(desk: Desk, candidate: str) -> None:
    old = put(desk, candidate)
    give_back(desk, old)
    new = put(desk, candidate, data=WHOLE * 2)
    assert desk.hq.scans.get(old).replaced_at is not None
    accept(desk, new)
    assert CARD not in missing(desk)
    with pytest.raises(NotFound):
        accept(desk, old)


def test_a_scan_is_returned_with_a_reason_only(desk: Desk, candidate: str) -> None:
    with pytest.raises(ReasonMissing):
        give_back(desk, put(desk, candidate), " ")


def test_ticks_by_hand_stay_where_there_is_no_scan(desk: Desk, candidate: str) -> None:
    desk.hq.applications.set_materials(desk.sitting, candidate, ["proof_of_work"], BY)
    accept(desk, put(desk, candidate))
    assert not {"proof_of_work", CARD} & set(missing(desk))


def test_a_repeated_import_does_not_lose_accepted_scans(desk: Desk, candidate: str) -> None:
    accept(desk, put(desk, candidate))
    found, problems = read_candidates(table({"已交材料": ""}), PROGRAMME, desk.clock.now().date())
    desk.hq.applications.take(desk.sitting, found, problems, BY)
    assert CARD not in missing(desk)


def test_the_letter_says_what_came_back_and_what_waits(desk: Desk, candidate: str) -> None:
    give_back(desk, put(desk, candidate), "边角被裁")
    put(desk, candidate, "proof_of_work", data=WHOLE * 2)
    ((_, letter),) = desk.hq.letters.of(desk.sitting, "zh")
    text = letter.as_text()
    assert "退回，请重新提交：身份证正反面照片（边角被裁）" in text
    assert "已收到，待审核：工作证明" in text
    assert "身份证正反面照片、" not in text


def test_the_same_file_is_stored_once(desk: Desk, candidate: str) -> None:
    put(desk, candidate)
    put(desk, candidate)
    assert len(desk.hq.scans.list(desk.sitting)) == 1


def test_an_application_has_so_many_scans_and_no_more(
    desk: Desk, candidate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    put(desk, candidate)
    with pytest.raises(TooManyScans):
        put(desk, candidate, data=WHOLE * 2)


def test_deletion_removes_the_bytes_and_keeps_the_decisions(desk: Desk, candidate: str) -> None:
    scan = put(desk, candidate)
    accept(desk, scan)
    assert desk.hq.scans.due(desk.clock.now()) == []
    desk.clock.pass_time(timedelta(days=10).total_seconds())
    due = desk.hq.scans.due(desk.clock.now())
    assert (due, desk.hq.scans.delete(due, BY)) == ([desk.sitting], 1)
    assert desk.hq.scans.get(scan).state is ScanState.ACCEPTED
    with pytest.raises(ScanGone):
        desk.hq.scans.open(scan, "chief")
    assert CARD not in missing(desk)
    assert desk.hq.audit_log.newest(1)[0].kind == "scans_deleted"


def test_an_archive_is_matched_and_what_fits_nobody_is_listed(desk: Desk, candidate: str) -> None:
    packed = archive(
        {
            f"资料/{number(1)}考生1/身份证正面.png": picture("PNG"),
            f"资料/{number(1)}考生1/学历.pdf": WHOLE,
            "资料/张三/学历.pdf": WHOLE,
            f"资料/{number(1)}考生1/说明.jpg": picture("JPEG"),
            f"资料/{number(1)}考生1/学位.jpg": b"<html>",
            f"资料/{number(1)}考生1/学历学位.pdf": WHOLE,
        }
    )
    applicants = desk.hq.applications.list(desk.sitting)
    outcomes = [
        import_scans(desk.hq.scans, desk.sitting, Archive(packed), applicants, PROGRAMME, BY)
        for _ in range(2)
    ]
    assert [(one.stored, one.known) for one in outcomes] == [(2, 0), (0, 2)]
    assert {(scan.material, scan.part) for scan in desk.hq.scans.list(desk.sitting)} == {
        (CARD, "front"), ("school_certificate", ""),
    }  # fmt: skip
    assert sorted(problem.code for problem in outcomes[0].problems) == [
        "scan_bad", "scan_of_nobody", "scan_of_nothing", "scan_of_two",
    ]  # fmt: skip


def test_a_material_without_scans_is_missing() -> None:
    assert state_of([]) is ScanState.MISSING
