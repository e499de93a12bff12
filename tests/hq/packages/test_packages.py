"""Packages are revoked with a reason; unlock codes wait for their hour, and for two people."""

from datetime import timedelta

import pytest

from sync.hq.errors import (
    ApprovalMissing,
    NotFound,
    PackageRevoked,
    ReasonMissing,
    TooEarly,
)
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.errors import BadSignature, WrongCentre
from sync.wire.exchange.inbox import PackageNotice, RevocationNotice, UnlockNotice, open_revocation
from sync.wire.model import FIRST
from sync.wire.packages.package import open_package
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD
from tests.hq.desk import BY, CLERK, CODE, NOW, PROGRAMME, Desk


def two_people(desk: Desk) -> str:
    new = NewSitting("later", NOW + timedelta(days=3), [NewPaper(PROGRAMME)], release="two_people")
    sitting = desk.hq.sittings.create(new, BY).id
    desk.seat(sitting)
    desk.hq.packages.build(sitting, CODE, BY)
    return sitting


@pytest.fixture(autouse=True)
def people(desk: Desk) -> None:
    """Three people, each with an account that nobody else has had in hand."""
    for name in ("ann", "bob", "eve"):
        desk.hq.accounts.create(name, PASSWORD, BY, CLERK)


def kinds(desk: Desk) -> list[str]:
    return [n.kind for n in desk.hq.inbox.page(CODE, desk.keys.public, 0).entries]


def test_two_people_release_a_code_and_not_one_person_twice(desk: Desk) -> None:
    sitting = two_people(desk)
    desk.clock.pass_time(3 * 24 * 3600)
    assert desk.hq.unlocking.approve(sitting, CODE, "ann") == ["ann"]
    assert desk.hq.unlocking.approve(sitting, CODE, "ann") == ["ann"]
    with pytest.raises(ApprovalMissing):
        desk.hq.unlocking.code(sitting, CODE, "ann")
    assert kinds(desk).count("unlock_code") == 1  # of the other sitting, which time releases
    assert desk.hq.unlocking.approve(sitting, CODE, "bob") == ["ann", "bob"]
    assert len(desk.hq.unlocking.code(sitting, CODE, "bob")) == 19


def test_what_two_people_released_goes_to_the_centre(desk: Desk) -> None:
    sitting = two_people(desk)
    for name in ("ann", "bob"):
        desk.hq.unlocking.approve(sitting, CODE, name)
    assert kinds(desk) == ["package", "package"]
    desk.clock.pass_time(3 * 24 * 3600)
    released = [
        n
        for n in desk.hq.inbox.page(CODE, desk.keys.public, 0).entries
        if isinstance(n, UnlockNotice)
    ]
    assert {n.sitting_id for n in released} == {desk.sitting, sitting}


def test_no_approval_opens_a_paper_before_its_hour(desk: Desk) -> None:
    sitting = two_people(desk)
    for name in ("ann", "bob", "eve"):
        desk.hq.unlocking.approve(sitting, CODE, name)
    with pytest.raises(TooEarly):
        desk.hq.unlocking.code(sitting, CODE, "ann")


def test_a_new_version_has_to_be_approved_anew(desk: Desk) -> None:
    sitting = two_people(desk)
    for name in ("ann", "bob"):
        desk.hq.unlocking.approve(sitting, CODE, name)
    desk.hq.packages.build(sitting, CODE, BY)
    desk.clock.pass_time(3 * 24 * 3600)
    with pytest.raises(ApprovalMissing, match="0 of 2"):
        desk.hq.unlocking.code(sitting, CODE, "ann")


def test_every_step_of_a_release_is_in_the_audit_log(desk: Desk) -> None:
    sitting = two_people(desk)
    for name in ("ann", "bob"):
        desk.hq.unlocking.approve(sitting, CODE, name)
    desk.clock.pass_time(3 * 24 * 3600)
    desk.hq.unlocking.code(sitting, CODE, "bob")
    mine = [e for e in desk.hq.audit_log.newest() if e.data.get("sitting") == sitting]
    assert [(e.kind, e.who) for e in mine][:3] == [
        ("unlock_code_shown", "bob"),
        ("unlock_code_approved", "bob"),
        ("unlock_code_approved", "ann"),
    ]


def test_a_revoked_package_is_announced_and_its_code_is_kept_back(desk: Desk) -> None:
    with pytest.raises(ReasonMissing):
        desk.hq.packages.revoke(desk.sitting, CODE, " ", BY)
    revoked = desk.hq.packages.revoke(desk.sitting, CODE, "item leaked", BY)
    assert (revoked.version, revoked.revoked_reason) == (1, "item leaked")
    desk.clock.pass_time(24 * 3600)
    with pytest.raises(PackageRevoked, match="item leaked"):
        desk.hq.unlocking.code(desk.sitting, CODE, BY)
    assert kinds(desk) == ["package", "revocation"]
    notice = desk.hq.inbox.page(CODE, desk.keys.public, 0).entries[1]
    assert isinstance(notice, RevocationNotice)
    opened = open_revocation(notice.signed, desk.hq.public_keys, CODE)
    assert (opened.package_id, opened.reason) == (revoked.id, "item leaked")
    with pytest.raises(WrongCentre):
        open_revocation(notice.signed, desk.hq.public_keys, "SH01")
    stranger = KeyPair.generate(desk.hq.entropy).public
    with pytest.raises(BadSignature):
        open_revocation(notice.signed, stranger, CODE)


def test_a_package_is_revoked_once_and_a_new_version_takes_its_place(desk: Desk) -> None:
    desk.hq.packages.revoke(desk.sitting, CODE, "wrong roster", BY)
    with pytest.raises(PackageRevoked):
        desk.hq.packages.revoke(desk.sitting, CODE, "again", BY)
    built = desk.hq.packages.build(desk.sitting, CODE, BY)
    assert (built.version, built.revoked_at) == (2, None)
    assert len(desk.code()) == 19


def test_a_package_takes_the_paper_that_is_meant(desk: Desk) -> None:
    new = NewSitting("parallel", NOW + timedelta(days=1), [NewPaper(PROGRAMME)])
    sitting = desk.hq.sittings.create(new, BY).id
    desk.seat(sitting, "A1234567")
    desk.hq.papers.draw(sitting, 1, BY)
    with pytest.raises(NotFound):
        desk.hq.packages.build(sitting, CODE, BY, "B")
    assert desk.hq.packages.build(sitting, CODE, BY, "A").label == "A"


def test_the_forms_follow_from_the_seed_in_the_package(desk: Desk) -> None:
    kept = desk.hq.papers.get(desk.sitting)
    code = desk.code()
    data = desk.hq.packages.data(desk.hq.packages.newest(desk.sitting, CODE))
    opened = open_package(data, desk.keys, desk.hq.public_keys, CODE, NOW)
    travelled = opened.papers(opened.unlock(code, desk.keys)).paper(FIRST)
    candidate = opened.roster.candidates[0].candidate_id
    here = desk.hq.packages.paper_contents([kept]).paper(FIRST)
    assert travelled.form_for(candidate) == here.form_for(candidate)
    assert travelled.form_for("somebody else") != here.form_for(candidate)


def test_notices_of_packages_stay_in_order(desk: Desk) -> None:
    desk.hq.packages.build(desk.sitting, CODE, BY)
    entries = desk.hq.inbox.page(CODE, desk.keys.public, 0).entries
    assert [e.version for e in entries if isinstance(e, PackageNotice)] == [1, 2]
