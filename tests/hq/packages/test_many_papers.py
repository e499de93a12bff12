"""One package has papers of two programmes: one code, one revocation, each scored by its own."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.settings import read_text, read_toml, resource
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.errors import ApprovalMissing, HqError, PackageFull, SittingChanged
from sync.hq.packages import packages
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting, SittingView
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import PackageRef
from sync.wire.exchange.container import FolderContainer
from sync.wire.packages.package import build_package, open_package
from tests.centres import PASSWORD
from tests.hq.desk import BY, CLERK, CODE, NOW, PROGRAMME, Desk

SECOND = "second"
FIRST_NO, SECOND_NO = "990001199001010036", "990001199001010028"


def programme_text() -> str:
    """The starter programme under another id."""
    text = read_text(resource(f"config/programmes/{PROGRAMME}.toml"))
    return text.replace(f'id = "{PROGRAMME}"', f'id = "{SECOND}"', 1)


@pytest.fixture
def slot(desk: Desk) -> SittingView:
    """A two-person sitting with papers of two programmes and a third that nobody sits."""
    hq = desk.hq
    second = hq.programmes.take(programme_text(), BY)
    items = read_document(read_toml(resource(f"config/items/{PROGRAMME}.toml")))[1]
    hq.item_import.store(hq.item_import.preview(second, items), BY)
    new = NewSitting(
        "slot", NOW + timedelta(days=2), [NewPaper(PROGRAMME), NewPaper(SECOND)],
        release="two_people",
    )  # fmt: skip
    sitting = hq.sittings.create(new, BY)
    room = hq.rooms.add(CODE, "三楼机房", BY)
    entries = [
        RosterEntry(FIRST_NO, "甲", paper="1"),
        RosterEntry(SECOND_NO, "乙", paper="2", room=room.id),
    ]
    hq.registration.import_roster(sitting.id, CODE, entries, BY)
    for name in ("ann", "bob"):
        hq.accounts.create(name, PASSWORD, BY, CLERK)
    return sitting


def deliver(desk: Desk, sitting: SittingView) -> None:
    """Both candidates hand in all right answers of their own papers."""
    package = desk.hq.packages.newest(sitting.id, CODE)
    for seat in desk.hq.registration.seats(sitting.id):
        kept = desk.hq.papers.get(sitting.id, "A", seat.paper)
        keys = {item: scheme.key for item, scheme in kept.schemes.items() if scheme.key}
        right = {item: key[0] if len(key) == 1 else list(key) for item, key in keys.items()}
        bundle = desk.result(right).model_copy(
            update={
                "attempt_id": f"A{seat.paper}",
                "sitting_id": sitting.id,
                "candidate_id": seat.candidate_id,
                "admission_no": seat.admission_no,
                "package": PackageRef(id=package.id, version=package.version),
                "paper": seat.paper,
                "room": seat.room,
            }
        )
        sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
        desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def test_one_code_released_by_two_people_opens_the_papers_of_both_programmes(
    desk: Desk, slot: SittingView
) -> None:
    hq = desk.hq
    package = hq.packages.build(slot.id, CODE, BY)
    assert package.papers == ("1", "2")
    desk.clock.pass_time(2 * 24 * 3600)
    with pytest.raises(ApprovalMissing):
        hq.unlocking.code(slot.id, CODE, "ann")
    assert [one.error for one in hq.batches.approve(slot.id, "ann")] == [None]
    hq.batches.approve(slot.id, "bob")
    code = hq.unlocking.code(slot.id, CODE, "bob")
    now = desk.clock.now()
    opened = open_package(hq.packages.data(package), desk.keys, hq.public_keys, CODE, now)
    papers = opened.papers(opened.unlock(code, desk.keys))
    assert set(opened.programmes) == {PROGRAMME, SECOND}
    assert [packed.paper.programme_id for packed in papers.papers] == [PROGRAMME, SECOND]
    page = hq.inbox.page(CODE, desk.keys.public, 0)
    kinds = [one.kind for one in page.entries if one.sitting_id == slot.id]
    assert kinds == ["package", "unlock_code"]


def test_a_stick_has_the_package_and_its_revocation_like_the_network(
    desk: Desk, slot: SittingView, tmp_path: Path
) -> None:
    package = desk.hq.packages.build(slot.id, CODE, BY)
    desk.hq.packages.revoke(slot.id, CODE, "leak", BY)
    second = desk.hq.packages.build(slot.id, CODE, BY)
    stick = list(desk.hq.media.answer(FolderContainer(tmp_path), CODE))
    data = [content for _, content in stick]
    assert desk.hq.packages.data(second) in data
    kinds = [
        notice.kind
        for notice in desk.hq.inbox.page(CODE, desk.keys.public, 0).entries
        if notice.package_id == package.id
    ]
    assert kinds == ["package", "revocation"]


def test_each_candidate_is_scored_by_the_own_paper_and_results_say_which(
    desk: Desk, slot: SittingView
) -> None:
    desk.hq.packages.build(slot.id, CODE, BY)
    deliver(desk, slot)
    found = {one.name: one for one in desk.hq.results.newest(slot.id)}
    assert [(found[name].programme, found[name].paper) for name in "甲乙"] == [
        (PROGRAMME, "1"),
        (SECOND, "2"),
    ]
    assert found["乙"].room_name == "三楼机房"
    entries = {entry["name"]: entry for entry in desk.hq.results.results().entries}
    for name, seat in zip("甲乙", ("1", "2"), strict=True):
        items = {item.id for item in desk.hq.papers.get(slot.id, "A", seat).paper.items}
        assert set(entries[name]["points"]) <= items
        assert float(found[name].objective or 0) > 0
    assert {"paper", "trade", "level", "room", "room_name"} <= set(entries["甲"])


def test_a_package_that_was_built_while_its_sitting_changed_is_not_stored(
    desk: Desk, slot: SittingView, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled_meanwhile(*args: object, **options: object) -> bytes:
        desk.hq.changes.cancel(slot.id, "flood", BY)
        return build_package(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(packages, "build_package", cancelled_meanwhile)
    with pytest.raises(SittingChanged):
        desk.hq.packages.build(slot.id, CODE, BY)
    assert desk.hq.packages.list(slot.id) == []


@pytest.mark.parametrize("limit", ["MOST_CANDIDATES", "MOST_PAPERS"])
def test_a_package_with_more_than_a_centre_accepts_says_what_to_do(
    desk: Desk, slot: SittingView, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(packages, limit, 1)
    with pytest.raises(PackageFull, match="two sittings") as refused:
        desk.hq.packages.build(slot.id, CODE, BY)
    assert isinstance(refused.value, HqError)
    assert desk.hq.packages.list(slot.id) == []
