"""Every kind of event has a name in both languages, and so have those of rules."""

from kiosk.exam.event_kinds import EventKind, advised, rule_began, rule_over
from kiosk.exam.proctoring.rules import CAMERA_RULES
from kiosk.web.labels.events import NAMES, event_name
from kiosk.web.texts import catalogue

KINDS: list[str] = [
    *EventKind,
    *(make(rule) for rule in CAMERA_RULES for make in (rule_began, rule_over, advised)),
]


def test_every_kind_has_a_name_in_both_languages(request_context: None) -> None:
    unnamed = [kind for kind in KINDS if event_name(kind) == kind]
    chinese = catalogue("zh")
    found = {kind: chinese.get(NAMES[kind]._args[0]) for kind in KINDS}
    untranslated = [kind for kind, text in found.items() if text is None or not text.string]
    assert (unnamed, untranslated) == ([], [])


def test_a_kind_of_a_later_version_is_shown_as_it_is(request_context: None) -> None:
    assert event_name("something_new") == "something_new"
