"""Pictures leave the centre by hand only chosen, sealed, on a ground, and with a record."""

import json
from collections.abc import Mapping
from io import BytesIO

import pytest

from kiosk.hall.delivery.handed_pictures import HandOver, PictureHandOver
from kiosk.hall.errors import NotFound, PicturesStay, ReasonMissing
from kiosk.hall.packages import OpenedPackages
from kiosk.store.exam import events, incidents
from kiosk.store.exam.incidents import EvidenceRow, Incident
from sync.wire.delivery.evidence import open_evidence
from sync.wire.exchange.container import ZipContainer, zip_parts
from sync.wire.exchange.handed_pictures import peek_centre, read_list, read_pictures
from tests.centres import CENTRE
from tests.hall.conftest import BY, SITTING, Room

PHONE, FACE = b"\xff\xd8 a phone \xff\xd9", b"\xff\xd8 a face at check-in \xff\xd9"


def sat(room: Room, *, leave: bool = False) -> str:
    """An attempt with a picture of an incident and one of the check-in."""
    (attempt_id,) = room.begin(1, rules={"privacy": {"pictures_to_headquarters": leave}})
    now = room.clock.now()
    incident = Incident("I1", attempt_id, "phone", now, now, 0.9, 0.6)
    room.store.write(lambda db: incidents.open_incident(db, incident))
    _picture(room, attempt_id, PHONE, "I1", "frame")
    _picture(room, attempt_id, FACE, None, "check_in")
    return attempt_id


def _picture(room: Room, attempt_id: str, data: bytes, of: str | None, kind: str) -> None:
    name = room.hall.event_logs._context.keep_sealed(SITTING, "pictures", data)
    row = EvidenceRow(name, attempt_id, of, kind, room.clock.now(), len(data))
    room.store.write(lambda db: incidents.add_evidence(db, row))


def service(room: Room) -> PictureHandOver:
    centre = room.hall.event_logs._context
    return PictureHandOver(centre, OpenedPackages(centre))


def asked(attempt_id: str, **more: object) -> HandOver:
    values: Mapping[str, object] = {"reason": "second review", "carrier": "Li Wen", **more}
    return HandOver(attempt_id, **values)  # type: ignore[arg-type]


def brought(room: Room, asked: HandOver) -> list[tuple[str | None, bytes]]:
    """What headquarters opens of a file: incident and picture."""
    files = service(room).files(asked, BY)
    container = ZipContainer(BytesIO(b"".join(zip_parts(files))))
    code, data = peek_centre(container)
    keys = room.hall.event_logs._context.keys.public
    listed = read_list(data, keys, code)
    return [
        (picture.incident_id, open_evidence(sealed, room.site.hq, keys, CENTRE)[1])
        for picture, sealed in read_pictures(container, listed)
    ]


def test_without_permission_of_the_programme_a_ground_with_its_paper_is_needed(room: Room) -> None:
    attempt_id = sat(room)
    for ground, reference in ((None, ""), ("consent", " "), ("case", ""), ("programme", "x")):
        with pytest.raises(PicturesStay):
            service(room).files(asked(attempt_id, ground=ground, reference=reference), BY)
    assert "pictures_handed_over" not in room.kinds()


def test_in_a_case_only_pictures_of_incidents_leave(room: Room) -> None:
    attempt_id = sat(room)
    case = asked(attempt_id, ground="case", reference="2026-0007")
    assert brought(room, case) == [("I1", PHONE)]


def test_with_the_candidates_consent_or_the_programmes_all_may_leave(room: Room) -> None:
    consent = asked(sat(room), ground="consent", reference="folder 3")
    assert {data for _, data in brought(room, consent)} == {PHONE, FACE}


def test_a_programme_that_lets_pictures_leave_needs_no_other_ground(room: Room) -> None:
    attempt_id = sat(room, leave=True)
    assert {data for _, data in brought(room, asked(attempt_id))} == {PHONE, FACE}
    chosen = asked(attempt_id, incident_ids=["I1"])
    assert brought(room, chosen) == [("I1", PHONE)]


def test_who_took_them_and_why_is_in_the_event_log(room: Room) -> None:
    attempt_id = sat(room)
    brought(room, asked(attempt_id, ground="case", reference="2026-0007"))
    (event,) = [
        event
        for event in events.after(room.store.read(), SITTING, 0, 1000)
        if event.kind == "pictures_handed_over"
    ]
    assert (event.who, event.attempt_id) == (BY, attempt_id)
    told = json.dumps(event.data)
    assert all(word in told for word in ("Li Wen", "second review", "2026-0007", "case"))


def test_unknown_attempts_incidents_and_empty_reasons_are_refused(room: Room) -> None:
    attempt_id = sat(room, leave=True)
    hand_over = service(room)
    with pytest.raises(NotFound):
        hand_over.files(asked("nobody"), BY)
    with pytest.raises(NotFound):
        hand_over.files(asked(attempt_id, incident_ids=["I1", "I2"]), BY)
    for missing in ("reason", "carrier"):
        with pytest.raises(ReasonMissing):
            hand_over.files(asked(attempt_id, **{missing: " "}), BY)


def test_the_list_names_attempt_incident_and_rule(room: Room) -> None:
    attempt_id = sat(room)
    found = service(room).of_candidate("2026T0001")
    assert {(view.attempt_id, view.incident_id, view.rule, view.kind) for view in found} == {
        (attempt_id, "I1", "phone", "frame"),
        (attempt_id, None, None, "check_in"),
    }
    assert service(room).of_candidate("2026T0009") == []
