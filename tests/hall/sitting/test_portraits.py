"""Portraits are checked when they arrive, and candidates who look alike are told to staff."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.hall.errors import ReasonMissing
from kiosk.hall.views.sittings import PortraitReport
from kiosk.vision.errors import PortraitUnusable
from kiosk.vision.images import jpeg
from kiosk.vision.samples import frame
from sync.wire.packages.contents import RosterCandidate
from tests.centres import ManualClock, Site, candidates
from tests.faces import live, portrait
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.eyes import seeing_room, sign_in


@pytest.fixture
def hall(site: Site, clock: ManualClock, weights: Path) -> Iterator[Room]:
    """A centre that recognises faces."""
    with seeing_room(site, clock, weights) as room:
        yield room


def roster(*pictures: bytes | None) -> tuple[RosterCandidate, ...]:
    """Candidates with those portraits."""
    return tuple(
        one.model_copy(
            update={"portrait_jpeg_b64": None if p is None else base64.b64encode(p).decode()}
        )
        for one, p in zip(candidates(len(pictures), 0), pictures, strict=True)
    )


def report(hall: Room, *pictures: bytes | None) -> PortraitReport:
    """Import a package with those portraits and let the sweep do its work."""
    package = hall.site.package(roster=roster(*pictures))
    hall.hall.sittings.import_package(package.data, BY)
    for _ in range(5):
        hall.hall.portraits.sweep()
    return hall.hall.portraits.report(SITTING)


def test_good_portraits_of_different_people_need_nobody(hall: Room) -> None:
    found = report(hall, portrait(0), portrait(1), portrait(2))
    assert (found.checked, found.total, found.done) == (3, 3, True)
    assert (found.problems, found.lookalikes) == ([], [])


def test_what_is_wrong_with_a_portrait_is_told_by_candidate(hall: Room) -> None:
    nobody, two, dark = frame(None), frame(0, other=2), (frame(1) * 0.1).astype("uint8")
    found = report(hall, portrait(0), None, jpeg(nobody), jpeg(two), jpeg(dark), b"GIF89a")
    problems = {one.admission_no: one.problems for one in found.problems}
    assert problems["2026T0002"] == ("no_portrait",)
    assert problems["2026T0003"] == ("no_face",)
    assert "several_faces" in problems["2026T0004"]
    assert "too_dark" in problems["2026T0005"]
    assert problems["2026T0006"] == ("not_a_jpeg",)
    assert "2026T0001" not in problems


def test_one_person_with_two_admissions_is_told_to_staff(hall: Room) -> None:
    found = report(hall, portrait(0), portrait(1), live(0, 3))
    (pair,) = found.lookalikes
    assert {pair.first, pair.second} == {"2026T0001", "2026T0003"}
    assert pair.similarity > 0.45
    assert "portraits_checked" in hall.kinds()


def test_the_sweep_does_each_portrait_once(hall: Room) -> None:
    report(hall, portrait(0), portrait(1))
    assert hall.kinds().count("portraits_checked") == 1


def test_a_new_portrait_needs_a_clear_face_and_a_reason(hall: Room) -> None:
    report(hall, None, portrait(1))
    sign_in(hall, 1)
    with pytest.raises(ReasonMissing):
        hall.hall.portraits.enrol(SITTING, "2026T0001", live(0), " ", BY)
    for bad in (jpeg(frame(None)), jpeg(frame(0, other=2))):
        with pytest.raises(PortraitUnusable):
            hall.hall.portraits.enrol(SITTING, "2026T0001", bad, "no portrait", BY)
    hall.hall.portraits.enrol(SITTING, "2026T0001", live(1, 4), "no portrait", BY)
    for _ in range(3):
        hall.hall.portraits.sweep()
    found = hall.hall.portraits.report(SITTING)
    assert found.problems == []
    assert len(found.lookalikes) == 1
