"""A paper in two languages: both reach the page, and what is read when is recorded."""

import base64

import pytest

from kiosk.exam.items.item import Item
from kiosk.exam.items.shown import shown
from kiosk.hall.errors import NotFound
from kiosk.hall.inputs import ConductSignal
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room

ENGLISH = {"language": "en", "stem": "Which gas?", "options": [
    {"id": "A", "text": "Methane"}, {"id": "B", "text": "Helium"},
]}  # fmt: skip
ITEM = Item.model_validate({
    "id": "T1", "type": "single_choice", "subject": "theory", "domain": "policy",
    "stem": "哪种气体？", "options": [{"id": "A", "text": "甲烷"}, {"id": "B", "text": "氦"}],
    "translations": [ENGLISH],
})  # fmt: skip


def languages(room: Room) -> list[str]:
    """What the event log says about the page's language, oldest first."""
    events = event_log(room.hall, SITTING, 1000)
    return [event.data["language"] for event in reversed(events) if event.kind == "page_language"]


def test_an_item_brings_its_texts_in_each_language(room: Room) -> None:
    (one,) = room.begin(extra=(ITEM,))
    view = room.hall.attempts.view(one)
    assert view.translated == "some"
    item = next(item for item in view.items if item.id == "T1")
    assert item.stem == shown("哪种气体？")
    english = item.translations["en"]
    assert english.stem == shown("Which gas?")
    assert english.options == {"A": shown("Methane"), "B": shown("Helium")}
    assert {option.id for option in item.options} == {"A", "B"}
    assert not any(other.translations for other in view.items if other.id != "T1")


def test_pictures_of_a_translation_are_served(room: Room) -> None:
    english = {**ENGLISH, "stem": "Which gas? ![Plant](plant.svg)"}
    item = Item.model_validate({**ITEM.model_dump(), "translations": [english]})
    pictures = {"plant.svg": base64.b64encode(b"<svg/>").decode()}
    (one,) = room.begin(extra=(item,), pictures=pictures)
    assert room.hall.attempts.picture(one, "plant.svg") == b"<svg/>"
    with pytest.raises(NotFound):
        room.hall.attempts.picture(one, "other.svg")


def test_before_it_is_unlocked_nobody_learns_of_languages(room: Room) -> None:
    package = room.site.usual_package(extra=(ITEM,))
    room.hall.sittings.import_package(package.data, BY)
    waiting = room.ready()
    assert room.hall.attempts.view(waiting).translated == "none"
    room.hall.sittings.unlock(SITTING, package.code, BY)
    assert room.hall.attempts.view(waiting).translated == "some"
    assert room.hall.attempts.view(waiting).items == []


def test_the_log_says_in_which_language_the_questions_are_read(room: Room) -> None:
    (one,) = room.begin(extra=(ITEM,))
    for language in ("zh", "zh", "en", "en", "zh"):
        reply = room.hall.page_leaves.conduct(one, [ConductSignal("language", language)])
        assert (reply.leaves, reply.warn) == (0, False)
    assert languages(room) == ["zh", "en", "zh"]


def test_the_log_has_at_most_twenty_changes_of_language(room: Room) -> None:
    (one,) = room.begin(extra=(ITEM,))
    for _ in range(40):
        signals = [ConductSignal("language", "en"), ConductSignal("language", "zh")]
        room.hall.page_leaves.conduct(one, signals)
    assert languages(room) == ["en", "zh"] * 10


def test_a_language_that_no_page_has_leaves_no_record(room: Room) -> None:
    (one,) = room.begin(extra=(ITEM,))
    room.hall.page_leaves.conduct(one, [ConductSignal("language", "fr")])
    assert languages(room) == []


def test_a_paper_in_one_language_leaves_no_record(room: Room) -> None:
    (one,) = room.begin()
    room.hall.page_leaves.conduct(one, [ConductSignal("language", "en")])
    assert room.hall.attempts.view(one).translated == "none"
    assert languages(room) == []
