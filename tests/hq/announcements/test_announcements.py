"""Announcements: who gets them, what centres fetch and confirm, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.system import entropy
from sync.hq.announcements.announcements import MOST_A_DAY
from sync.hq.announcements.drafts import Draft, Target, digest_of, split_codes
from sync.hq.announcements.errors import (
    AnnouncementCentresChanged,
    AnnouncementCentresUnknown,
    AnnouncementEnded,
    AnnouncementForNobody,
    AnnouncementTextMissing,
    AnnouncementTextTooLong,
    TooManyAnnouncements,
)
from sync.hq.announcements.listing import Reached, Wanted
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import NotFound
from sync.wire import canonical
from sync.wire.exchange.announcements import (
    Announcement,
    AnnouncementPage,
    AnnouncementReport,
    Held,
    mark_of,
    open_announcement,
)
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, NOW, OTHER, Desk

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
BEIJING = Scope(frozenset({Grant(Role.REGISTRAR, branch="北京")}))
BOTH = frozenset({CODE, OTHER})
DRAFT = Draft("停电预案", "如遇停电，请先看墙上的应急卡。", candidate_text="请保持安静，等待通知。")
PATH = "/sync/v1/announcements"
READ = datetime(2026, 4, 25, 6, 30, tzinfo=UTC)


@pytest.fixture
def other(desk: Desk) -> KeyPair:
    """A second centre, in another province."""
    desk.enrol(OTHER, keys := KeyPair.generate(entropy))
    desk.hq.branches.set(CODE, "北京/海淀", BY)
    desk.hq.branches.set(OTHER, "上海", BY)
    return keys


def send(desk: Desk, draft: Draft = DRAFT, name: str = "A1") -> str:
    """Send an announcement as the preview shows it."""
    codes = desk.hq.announcements.recipients(draft, BOTH)
    desk.hq.announcements.send(name, draft, BOTH, digest_of(codes), BY)
    return name


def say(
    desk: Desk, client: FlaskClient, *held: Held, code: str = CODE, keys: KeyPair | None = None
) -> TestResponse:
    """Report what a centre has."""
    body = canonical.dump_model(AnnouncementReport(centre_code=code, held=held))
    return desk.signed(client, "POST", PATH, body, centre=(code, keys or desk.keys))


def fetched(desk: Desk, reply: TestResponse, code: str = CODE) -> list[Announcement]:
    page = AnnouncementPage.model_validate_json(reply.data)
    return [open_announcement(signed, desk.hq.public_keys, code) for signed in page.signed]


def reached(desk: Desk, name: str = "A1") -> dict[str, Reached]:
    rows = desk.hq.announcement_lists.centres(name, EVERYTHING, Wanted()).rows
    return {row.code: row.reached for row in rows}


def test_a_centre_fetches_confirms_and_headquarters_sees_by_whom(
    desk: Desk, client: FlaskClient, other: KeyPair
) -> None:
    send(desk)
    assert reached(desk) == {CODE: Reached.WAITING, OTHER: Reached.WAITING}
    (found,) = fetched(desk, say(desk, client))
    assert (found.title, found.text, found.state) == (DRAFT.title, DRAFT.text, "valid")
    assert reached(desk)[CODE] is Reached.WAITING  # sent is not delivered
    assert fetched(desk, say(desk, client, Held(announcement_id="A1", revision=1))) == []
    assert reached(desk) == {CODE: Reached.DELIVERED, OTHER: Reached.WAITING}
    say(desk, client, Held(announcement_id="A1", revision=1, read_by="li", read_at=READ))
    row = desk.hq.announcement_lists.centres("A1", EVERYTHING, Wanted(words="li")).rows[0]
    assert (row.code, row.reached, row.read_by, row.read_at) == (CODE, Reached.READ, "li", READ)


def test_a_digest_says_whether_anything_changed(desk: Desk, client: FlaskClient) -> None:
    def changed(*held: Held) -> bool:
        reply = desk.signed(client, "GET", f"{PATH}?mark={mark_of(held)}")
        assert reply.status_code in (200, 204)
        return bool(reply.data)

    assert not changed()
    send(desk)
    assert changed()
    held = Held(announcement_id="A1", revision=1)
    say(desk, client, held)
    assert not changed(held)
    assert changed()  # the centre was restored from a backup
    assert changed(held.model_copy(update={"read_by": "li", "read_at": READ}))
    desk.hq.announcements.withdraw("A1", "发错了", BOTH, BY)
    assert changed(held)


def test_a_restored_centre_gets_everything_again(desk: Desk, client: FlaskClient) -> None:
    send(desk)
    say(desk, client, Held(announcement_id="A1", revision=1, read_by="li", read_at=READ))
    assert [found.announcement_id for found in fetched(desk, say(desk, client))] == ["A1"]
    assert reached(desk) == {CODE: Reached.READ}  # it was read


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        ({"target": Target.ALL}, (CODE, OTHER)),
        ({"target": Target.BRANCH, "branch": "北京"}, (CODE,)),
        ({"target": Target.BRANCH, "branch": "北京/海淀"}, (CODE,)),
        ({"target": Target.CHOSEN, "codes": (OTHER,)}, (OTHER,)),
    ],
)
def test_an_announcement_goes_to_all_a_branch_or_chosen_centres(
    desk: Desk, other: KeyPair, target: dict[str, object], codes: tuple[str, ...]
) -> None:
    draft = replace(DRAFT, **target)  # type: ignore[arg-type]
    assert desk.hq.announcements.recipients(draft, BOTH) == codes


def test_of_a_sitting_only_centres_with_candidates_get_it(desk: Desk, other: KeyPair) -> None:
    draft = replace(DRAFT, sitting_id=desk.sitting)
    assert desk.hq.announcements.recipients(draft, BOTH) == (CODE,)
    with pytest.raises(AnnouncementForNobody):
        desk.hq.announcements.recipients(draft, {OTHER})


def test_codes_that_are_not_the_account_s_are_refused(desk: Desk, other: KeyPair) -> None:
    draft = replace(DRAFT, target=Target.CHOSEN, codes=(CODE, OTHER, "XX99"))
    with pytest.raises(AnnouncementCentresUnknown, match="SH01, XX99"):
        desk.hq.announcements.recipients(draft, {CODE})
    assert split_codes("bj01，SH01\n bj01;") == (CODE, OTHER)


def test_nothing_is_sent_to_other_centres_than_the_preview_showed(
    desk: Desk, other: KeyPair
) -> None:
    with pytest.raises(AnnouncementCentresChanged):
        desk.hq.announcements.send("A1", DRAFT, BOTH, digest_of([CODE]), BY)
    with pytest.raises(NotFound):
        desk.hq.announcement_lists.get("A1", EVERYTHING)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": " "}, AnnouncementTextMissing),
        ({"text": "\n"}, AnnouncementTextMissing),
        ({"title": "长" * 121}, AnnouncementTextTooLong),
        ({"text": "长" * 2001}, AnnouncementTextTooLong),
        ({"candidate_text": "长" * 501}, AnnouncementTextTooLong),
    ],
)
def test_texts_are_bounded(change: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        replace(DRAFT, **change).checked()  # type: ignore[arg-type]


def test_a_double_click_sends_once_and_a_day_has_a_limit(desk: Desk) -> None:
    send(desk)
    send(desk)
    for number in range(2, MOST_A_DAY + 1):
        send(desk, name=f"A{number}")
    with pytest.raises(TooManyAnnouncements):
        send(desk, name="B")
    desk.clock.pass_time(24 * 3600)
    send(desk, name="B")
    found = desk.hq.announcement_lists.page(EVERYTHING, Wanted())
    assert (found.total, len(found.rows), found.pages) == (MOST_A_DAY + 1, 25, 5)


def test_withdrawing_reaches_the_centre_as_a_newer_revision(
    desk: Desk, client: FlaskClient
) -> None:
    send(desk)
    held = Held(announcement_id="A1", revision=1)
    say(desk, client, held)
    desk.hq.announcements.withdraw("A1", "发错了", BOTH, BY)
    (found,) = fetched(desk, say(desk, client, held))
    assert (found.revision, found.state, found.reason) == (2, "withdrawn", "发错了")
    with pytest.raises(AnnouncementEnded):
        desk.hq.announcements.withdraw("A1", "再次", BOTH, BY)
    with pytest.raises(AnnouncementTextMissing):
        desk.hq.announcements.withdraw("A1", " ", BOTH, BY)


def test_a_new_one_replaces_an_old_one(desk: Desk, client: FlaskClient) -> None:
    send(desk)
    desk.clock.pass_time(60)
    send(desk, replace(DRAFT, title="新预案", replaces="A1"), "A2")
    found = {each.announcement_id: each.state for each in fetched(desk, say(desk, client))}
    assert found == {"A1": "superseded", "A2": "valid"}
    with pytest.raises(AnnouncementEnded):
        desk.hq.announcements.recipients(replace(DRAFT, replaces="A1"), BOTH)


def test_nobody_ends_what_went_to_centres_of_others(desk: Desk, other: KeyPair) -> None:
    send(desk)
    with pytest.raises(RoleMissing):
        desk.hq.announcements.withdraw("A1", "发错了", {CODE}, BY)
    with pytest.raises(RoleMissing):
        desk.hq.announcements.recipients(replace(DRAFT, replaces="A1"), {CODE})


def test_lists_count_and_show_covered_centres_only(
    desk: Desk, client: FlaskClient, other: KeyPair
) -> None:
    send(desk)
    send(desk, replace(DRAFT, target=Target.CHOSEN, codes=(OTHER,)), "A2")
    say(desk, client, Held(announcement_id="A1", revision=1), code=OTHER, keys=other)
    row = desk.hq.announcement_lists.get("A1", BEIJING)
    assert (row.centres, row.delivered) == (1, 0)
    assert [found.id for found in desk.hq.announcement_lists.page(BEIJING, Wanted()).rows] == ["A1"]
    assert desk.hq.announcement_lists.centres("A1", BEIJING, Wanted()).total == 1
    with pytest.raises(NotFound):
        desk.hq.announcement_lists.get("A2", BEIJING)


@pytest.mark.parametrize("wanted", [
    Wanted(order="title", descending=True), Wanted(order="unread"), Wanted(words="停电 应急卡"),
    Wanted(words="%_\\'"), Wanted(only="withdrawn"), Wanted(order="read", descending=True),
    Wanted(order="centre"), Wanted(page=99), Wanted(only="waiting"),
])  # fmt: skip
def test_lists_are_searched_and_sorted(desk: Desk, other: KeyPair, wanted: Wanted) -> None:
    send(desk)
    shown = desk.hq.announcement_lists.page(EVERYTHING, wanted)
    assert shown.total == (0 if wanted.only or "%" in wanted.words else 1)
    rows = desk.hq.announcement_lists.centres("A1", EVERYTHING, wanted)
    assert rows.total == (0 if wanted.words or wanted.only == "withdrawn" else 2)


def test_nobody_reports_for_another_centre(desk: Desk, client: FlaskClient, other: KeyPair) -> None:
    send(desk)
    body = canonical.dump_model(
        AnnouncementReport(centre_code=CODE, held=(Held(announcement_id="A1", revision=1),))
    )
    assert desk.signed(client, "POST", PATH, body, centre=(OTHER, other)).status_code >= 400
    assert reached(desk)[CODE] is Reached.WAITING


@pytest.mark.parametrize(
    "held",
    [
        {"announcement_id": "A1", "revision": 0},
        {"announcement_id": "../x", "revision": 1},
        {"announcement_id": "A1", "revision": 1, "read_by": "a\0b"},
        {"announcement_id": "A1", "revision": 1, "read_by": "x" * 101},
        {"announcement_id": "A1", "revision": 1, "read_at": "0001-01-01T00:00:00+14:00"},
        {"announcement_id": "A1", "revision": 1, "read_at": 7},
    ],
)
def test_bad_reports_are_refused(desk: Desk, client: FlaskClient, held: dict[str, object]) -> None:
    body = {"format": "announcement-report/1", "centre_code": CODE, "held": [held]}
    assert desk.signed(client, "POST", PATH, canonical.dumps(body)).status_code in (400, 422)


def test_what_a_centre_says_of_others_or_of_the_future_changes_nothing(
    desk: Desk, client: FlaskClient, other: KeyPair
) -> None:
    send(desk, replace(DRAFT, target=Target.CHOSEN, codes=(OTHER,)))
    say(desk, client, Held(announcement_id="A1", revision=1), Held(announcement_id="X", revision=9))
    assert reached(desk) == {OTHER: Reached.WAITING}
    held = Held(announcement_id="A1", revision=999)
    say(desk, client, held, code=OTHER, keys=other)
    desk.hq.announcements.withdraw("A1", "发错了", BOTH, BY)
    reply = say(desk, client, Held(announcement_id="A1", revision=1), code=OTHER, keys=other)
    assert [found.state for found in fetched(desk, reply, OTHER)] == ["withdrawn"]


def test_acts_are_in_the_audit_log(desk: Desk) -> None:
    send(desk)
    desk.hq.announcements.withdraw("A1", "发错了", BOTH, BY)
    kinds = [event.kind for event in desk.hq.audit_log.newest(2)]
    assert kinds == ["announcement_withdrawn", "announcement_sent"]
    assert desk.hq.announcement_lists.get("A1", EVERYTHING).issued_at - NOW < timedelta(seconds=1)
