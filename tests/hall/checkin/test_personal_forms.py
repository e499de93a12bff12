"""The personal data form is confirmed at check-in and travels with the result (R14)."""

from collections.abc import Mapping
from typing import Any

import pytest

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.programme.personal_form import PersonalField
from kiosk.hall.errors import FormClosed, NotFound, ReasonMissing
from kiosk.hall.views.check_in import NewGuest
from kiosk.store.sqlite.database import DATABASE
from sync.wire.delivery.bundle import open_bundle
from sync.wire.delivery.result import ResultBundle
from tests.centres import CENTRE, candidates
from tests.hall.conftest import BY, SITTING, Room

F = PersonalField
FORM: dict[str, dict[str, Any]] = {"personal_form": {}}
REGISTERED = {
    F.SEX: "female", F.IDENTITY_TYPE: "other", F.BIRTH_DATE: "1990-01-01", F.SCHOOLING: "bachelor",
    F.EMPLOYER: "Old employer",
}  # fmt: skip


@pytest.fixture
def attempt(room: Room) -> str:
    """A candidate who has signed in and whom staff have compared, where a form is asked."""
    first, *others = candidates()
    registered = first.model_copy(update={"personal": REGISTERED})
    room.unlock(rules=FORM, roster=(registered, *others))
    return room.ready()


def shown(room: Room, attempt_id: str) -> Mapping[PersonalField, str]:
    view = room.hall.personal_forms.view(attempt_id)
    return {field.name: field.value for field in view.fields if field.value}


def confirm(room: Room, attempt_id: str, **typed: str) -> list[str]:
    """Change some fields and confirm; returns the fields that are wrong."""
    values = {**shown(room, attempt_id), **{PersonalField(k): v for k, v in typed.items()}}
    reply = room.hall.personal_forms.save(attempt_id, values, final=True)
    assert reply.done is not bool(reply.faults)
    return [fault.field for fault in reply.faults]


def state(room: Room, attempt_id: str) -> str:
    return room.hall.attempts.view(attempt_id).state


def result(room: Room, attempt_id: str) -> ResultBundle:
    room.hall.attendance.end(attempt_id, EndReason.WITHDRAWN, "went home", BY)
    name = room.hall.results.bundle(attempt_id)
    data = (room.site.data / "outbox" / name).read_bytes()
    return open_bundle(data, room.site.hq, room.site.centre.public, CENTRE)[0]


def test_it_is_filled_from_the_registration_with_the_number_masked(
    room: Room, attempt: str
) -> None:
    found = shown(room, attempt)
    assert (found[F.NAME], found[F.EMPLOYER]) == ("考生1", "Old employer")
    assert found[F.IDENTITY_NO] == "990***********001X"


def test_nobody_is_ready_before_it_is_confirmed(room: Room, attempt: str) -> None:
    assert (state(room, attempt), room.hall.attempts.view(attempt).form_open) == (
        "checked_in",
        True,
    )
    assert confirm(room, attempt) == []
    assert (state(room, attempt), room.hall.attempts.view(attempt).form_open) == ("ready", False)


def test_what_is_wrong_is_kept_but_does_not_confirm(room: Room, attempt: str) -> None:
    assert confirm(room, attempt, birth_date="soon", work_years="3") == ["birth_date"]
    found = shown(room, attempt)
    assert (found[F.BIRTH_DATE], found[F.WORK_YEARS]) == ("soon", "3")
    assert state(room, attempt) == "checked_in"


def test_a_draft_outlives_a_change_of_the_terminal(room: Room, attempt: str) -> None:
    room.hall.personal_forms.save(attempt, {F.SCHOOL: "Tsinghua"}, final=False)
    room.hall.checkin.release_terminal(attempt, "broken keyboard", BY)
    assert shown(room, attempt)[F.SCHOOL] == "Tsinghua"
    assert room.hall.personal_forms.view(attempt).state == "draft"


def test_another_person_does_not_see_what_was_entered(room: Room, attempt: str) -> None:
    room.hall.personal_forms.save(attempt, {F.SCHOOL: "Tsinghua"}, final=False)
    room.hall.attendance.undo_sign_in(attempt, "wrong person", BY)
    assert F.SCHOOL not in shown(room, attempt)


def test_staff_see_what_was_changed(room: Room, attempt: str) -> None:
    confirm(room, attempt, employer="New employer", major="Ecology", identity_no="1")
    form = room.hall.personal_forms.compared(attempt)
    assert form is not None
    changed = {
        field.name: (field.registered, field.given) for field in form.fields if field.differs
    }
    assert changed == {F.MAJOR: ("", "Ecology"), F.EMPLOYER: ("Old employer", "New employer")}
    (row,) = [row for row in rows(room) if row.attempt_id == attempt]
    assert (row.form, row.form_changed) == ("confirmed", [F.MAJOR, F.EMPLOYER])


def rows(room: Room) -> list[Any]:
    return list(room.hall.rooms.room(SITTING, room.hall.sync.view()).rows)


def test_it_is_sealed_into_the_result(room: Room, attempt: str) -> None:
    confirm(room, attempt, employer="New employer")
    form = result(room, attempt).personal_form
    assert form is not None
    assert (form.state, form.changed) == ("confirmed", (F.EMPLOYER,))
    assert form.values[F.EMPLOYER] == "New employer"
    assert form.values[F.IDENTITY_NO] == "99000119900101001X"


def test_nothing_of_it_is_in_the_clear_in_database_or_event_log(room: Room, attempt: str) -> None:
    confirm(room, attempt, employer="Unmistakable Works", school="University of Nowhere")
    files = list(room.site.data.glob(f"{DATABASE}*"))
    stored = b"".join(path.read_bytes() for path in files)
    for text in ("Unmistakable Works", "University of Nowhere"):
        assert text.encode() not in stored
    assert "form_confirmed" in room.kinds()


def test_staff_let_somebody_go_on_without_it_and_say_why(room: Room, attempt: str) -> None:
    room.hall.personal_forms.save(attempt, {F.SCHOOL: "Tsinghua"}, final=False)
    with pytest.raises(ReasonMissing):
        room.hall.personal_forms.skip(attempt, " ", BY)
    room.hall.personal_forms.skip(attempt, "broken hand", BY)
    assert state(room, attempt) == "ready"
    form = result(room, attempt).personal_form
    assert form is not None
    assert (form.state, form.by, form.reason) == ("skipped", BY, "broken hand")
    assert form.values[F.SCHOOL] == "Tsinghua"


def test_a_confirmed_form_is_closed(room: Room, attempt: str) -> None:
    confirm(room, attempt)
    with pytest.raises(FormClosed):
        room.hall.personal_forms.save(attempt, {}, final=False)
    with pytest.raises(FormClosed):
        room.hall.personal_forms.skip(attempt, "too late", BY)


def test_a_guest_fills_it_in_from_name_and_number(room: Room, attempt: str) -> None:
    guest = NewGuest("访客", "330106198802296634", "1", "G1", "1")
    number = room.hall.guests.admit(SITTING, guest, "paid on the spot", BY)
    session = room.hall.checkin.sign_in(
        room.terminal(), number, guest.identity_no, False, "127.0.0.1"
    )
    found = shown(room, session.attempt_id)
    assert set(found) <= {F.NAME, F.SEX, F.IDENTITY_TYPE, F.IDENTITY_NO, F.BIRTH_DATE}
    assert F.SCHOOLING in confirm(room, session.attempt_id)


def test_a_programme_without_it_asks_nothing(room: Room) -> None:
    room.unlock()
    attempt = room.ready()
    assert state(room, attempt) == "ready"
    assert room.hall.personal_forms.compared(attempt) is None
    with pytest.raises(NotFound):
        room.hall.personal_forms.view(attempt)
