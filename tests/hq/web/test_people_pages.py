"""A file of candidates is previewed; a person has a page; changes are shown and undone."""

import io

import pytest
from flask.testing import FlaskClient

from tests.hq.applicants import JPEG, SOUND, archive, number
from tests.hq.desk import BY, Desk
from tests.hq.web.test_console import Staff


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def csv(*rows: dict[str, str]) -> bytes:
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]).encode()


def brought(staff: Staff, *rows: dict[str, str]) -> str:
    return staff.import_file("candidates", "c.csv", csv(*rows), sitting=staff.desk.sitting)


def test_names_and_empty_cells_are_asked_about_before_anything_is_stored(staff: Staff) -> None:
    base = {"姓名": "考生", "证件号码": number(1)}
    brought(staff, {**base, **SOUND})
    assert "1 incomplete" in staff.store()
    page = brought(staff, {**base, "姓名": "考 生甲", "培训学时": ""})
    assert "registered as 考生" in page
    assert "Class hours (1)" in page
    told = staff.told(f"{staff.upload}/store")
    assert "Decide first which names are right" in told
    page = staff.waited(
        staff.post(f"{staff.upload}/candidates/clear", clear="class_hours").headers["Location"]
    )
    assert "36" in page
    staff.post(f"{staff.upload}/candidates/choices", action="keep")
    staff.store()
    (one,) = staff.desk.hq.applications.list(staff.desk.sitting)
    assert (one.name, int(one.hours_missing)) == ("考生", 36)


def test_pictures_of_nobody_are_listed_before_anything_is_stored(staff: Staff) -> None:
    row = {"姓名": "考生", "证件号码": number(1), **SOUND}
    portraits = (io.BytesIO(archive({"cat.jpg": JPEG})), "p.zip")
    page = staff.import_file(
        "candidates", "c.csv", csv(row), sitting=staff.desk.sitting, portraits=portraits
    )
    assert "cat.jpg" in page


def test_what_was_changed_after_the_preview_is_not_overwritten(staff: Staff) -> None:
    base, hq, sitting = {"姓名": "考生", "证件号码": number(1)}, staff.desk.hq, staff.desk.sitting
    brought(staff, {**base, **SOUND})
    staff.store()
    brought(staff, {**base, "培训学时": "40"})
    (one,) = hq.applications.list(sitting)
    hq.lives.correct_application(sitting, one.candidate_id, {"class_hours": "39"}, "x", BY)
    assert "were changed after the preview" in staff.store()


def test_a_person_is_corrected_moved_and_withdrawn_on_one_page(staff: Staff) -> None:
    hq, sitting = staff.desk.hq, staff.desk.sitting
    (seat,) = hq.registration.seats(sitting)
    page = staff.get(f"/candidates/{seat.candidate_id}?lang=en").text
    assert "考生一" in page
    assert "Roster imported" in page
    who = {"name": "考生二", "identity_no": "A1234567", "reason": "passport shown"}
    assert "考生二" in staff.told(f"/candidates/{seat.candidate_id}/correct", **who)
    act = f"/sittings/{sitting}/candidates/{seat.candidate_id}/act"
    staff.told(act, act="grant", minutes="20", needs="reader", reason="letter of a doctor")
    staff.told(act, act="move", seat="09", centre=seat.centre_code, room="1", reason="draught")
    (moved,) = hq.registration.seats(sitting)
    assert (moved.seat, moved.extra_minutes, moved.needs) == ("09", 20, "reader")
    told = staff.told(act, act="withdraw", reason="ill")
    assert "Candidate withdrawn" in told
    assert hq.registration.seats(sitting) == []
    page = staff.get(f"/sittings/{sitting}/changes").text
    assert "No candidate has a seat there any more" in page
    newest = hq.history.of_sitting(sitting)[0].id
    assert "1 entries become as before" in staff.get(f"/changes/{newest}").text
    told = staff.told(f"/changes/{newest}/undo", reason="came after all")
    assert "1 entries are as before; 0 stay." in told
    assert len(hq.registration.seats(sitting)) == 1
