"""Staff write to candidates; each sees it until it is confirmed, and staff see who has not."""

import pytest

from kiosk.exam.attempt.groups import EVERYBODY, Group
from kiosk.exam.errors import TextUnusable
from kiosk.hall.attempt.messages import LONGEST, MOST_MESSAGES, SHOWN, Recipients
from kiosk.hall.errors import (
    MessageEmpty,
    MessageTooLong,
    NobodyToTell,
    NotFound,
    SittingState,
    TooManyMessages,
)
from kiosk.hall.views.messages import SentMessageView
from kiosk.store.errors import StaleState
from tests.centres import ManualClock, Site, sat, seated
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

ROOMS = (("1", "一号机房"), ("2", "二号机房"))
TEXT = "请检查第 5 题的单位。"


def send(
    room: Room, number: int = 1, text: str = TEXT, group: Group = EVERYBODY, *chosen: str
) -> int:
    to = Recipients(group, frozenset(chosen))
    return room.hall.messages.send(SITTING, f"{number:032x}", text, to, BY)


def texts(room: Room, attempt_id: str) -> list[str]:
    shown = room.hall.attempts.time(attempt_id).messages
    assert shown == room.hall.attempts.view(attempt_id).messages
    return [message.text for message in shown]


def confirm(room: Room, attempt_id: str) -> None:
    for message in room.hall.attempts.time(attempt_id).messages:
        room.hall.messages.confirm(attempt_id, message.id)


def newest(room: Room, *rooms: str) -> SentMessageView:
    return room.hall.messages.sent(SITTING, rooms)[0]


def test_a_message_is_shown_until_it_is_confirmed(room: Room) -> None:
    first, second = room.begin(2)
    assert send(room) == 3  # with one who is not here yet
    assert texts(room, first) == texts(room, second) == [TEXT]
    confirm(room, first)
    assert (texts(room, first), texts(room, second)) == ([], [TEXT])
    shown = newest(room)
    assert (shown.read, shown.total) == (1, 3)
    assert [one.admission_no for one in shown.unread] == ["2026T0002", "2026T0003"]
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    assert [row.unread_messages for row in rows] == [0, 1, 1]
    confirm(room, second)
    assert room.kinds().count("message_read") == 2


def test_who_signs_in_later_sees_it_then(room: Room) -> None:
    room.begin()
    send(room)
    assert texts(room, room.ready(2)) == [TEXT]


def test_text_and_recipients_are_in_the_event_log(room: Room) -> None:
    first, second = room.begin(2)
    send(room)
    send(room, 2, "您的座位换到 B03。", EVERYBODY, first)
    send(room, 3, TEXT, EVERYBODY, first, second)
    found = [e for e in reversed(event_log(room.hall, SITTING)) if e.kind == "message_sent"]
    assert [(event.who, event.admission_no) for event in found] == [
        (BY, ""),
        (BY, "2026T0001"),
        (BY, ""),
    ]
    assert found[0].data == {"message": f"{1:032x}", "text": TEXT, "recipients": 3}
    assert found[1].data["seats"] == ["2026T0001"]
    assert found[2].data["seats"] == ["2026T0001", "2026T0002"]


def test_a_room_gets_its_own_messages_and_its_invigilators_see_no_others(
    room: Room, site: Site
) -> None:
    package = site.package(papers=(sat("a"),), rooms=ROOMS, roster=seated(("1", "a"), ("2", "a")))
    room.hall.sittings.import_package(package.data, BY)
    room.hall.sittings.unlock(SITTING, package.code, BY)
    assert send(room, 1, TEXT, Group(room="2")) == 1
    assert [one.room for one in newest(room).unread] == ["2"]
    assert room.hall.messages.sent(SITTING, {"1"}) == []
    send(room, 2)
    assert (newest(room).total, newest(room, "1").total) == (2, 1)


def test_nobody_whose_exam_is_over_gets_one(room: Room) -> None:
    first, second = room.begin(2)
    room.hall.ends.end_by_staff(first, "went home", BY)
    assert send(room, 1, TEXT, EVERYBODY, first, second) == 1
    with pytest.raises(NobodyToTell):
        send(room, 2, TEXT, EVERYBODY, first)
    room.close()
    with pytest.raises(SittingState):
        send(room, 3)


def test_a_message_sent_twice_is_sent_once(room: Room) -> None:
    first = room.begin()[0]
    assert send(room) == send(room) == 3
    assert texts(room, first) == [TEXT]
    with pytest.raises(StaleState):
        send(room, 1, "另一条通知")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("  请保持安静。 \r\n\r\n谢谢。 ", "请保持安静。\n\n谢谢。"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("one\u202etwo\u200b\x07", "onetwo"),
        ("好" * LONGEST, "好" * LONGEST),
        ("𠮷" * LONGEST, "𠮷" * LONGEST),
    ],
    ids=["lines", "markup is text", "invisible characters", "the longest", "rare characters"],
)
def test_what_is_sent(room: Room, typed: str, sent: str) -> None:
    first = room.begin()[0]
    send(room, 1, typed)
    assert texts(room, first) == [sent]


def test_what_is_no_message_is_refused_with_the_limit(room: Room) -> None:
    room.begin()
    for number, empty in enumerate(("", " \n ", "\u200b")):
        with pytest.raises(MessageEmpty):
            send(room, number, empty)
    with pytest.raises(MessageTooLong) as refused:
        send(room, 4, "长" * 10_000)
    assert refused.value.params == {"limit": 500, "length": 10_000}
    with pytest.raises(TextUnusable):
        send(room, 5, "lost \ufffd")
    assert room.hall.messages.sent(SITTING) == []


def test_messages_of_a_sitting_and_on_a_page_are_bounded(room: Room) -> None:
    first = room.begin()[0]
    for number in range(MOST_MESSAGES):
        send(room, number, f"第 {number} 条")
        room.clock.pass_time(1)
    with pytest.raises(TooManyMessages):
        send(room, MOST_MESSAGES)
    assert texts(room, first) == [f"第 {number} 条" for number in range(SHOWN)]
    confirm(room, first)
    assert texts(room, first)[0] == f"第 {SHOWN} 条"


def test_nobody_confirms_anothers_message(room: Room) -> None:
    first, second = room.begin(2)
    send(room, 1, TEXT, EVERYBODY, first)
    with pytest.raises(NotFound):
        room.hall.messages.confirm(second, f"{1:032x}")
    with pytest.raises(NotFound):
        room.hall.messages.confirm(first, f"{2:032x}")


def test_confirming_again_changes_nothing(room: Room) -> None:
    first = room.begin()[0]
    send(room)
    for _ in range(2):
        room.hall.messages.confirm(first, f"{1:032x}")
    assert room.kinds().count("message_read") == 1


def test_a_message_outlasts_the_servers_end(site: Site, clock: ManualClock) -> None:
    with open_room(site, clock) as room:
        first, second = room.begin(2)
        send(room)
        confirm(room, first)
    with open_room(site, clock) as room:
        assert (texts(room, first), texts(room, second)) == ([], [TEXT])


def test_who_really_sits_there_sees_it_again_after_a_wrong_sign_in(room: Room) -> None:
    room.unlock()
    attempt_id = room.ready()
    send(room)
    confirm(room, attempt_id)
    room.hall.attendance.undo_sign_in(attempt_id, "signed in with another's ticket", BY)
    assert texts(room, room.ready()) == [TEXT]
