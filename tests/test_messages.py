"""Every message can be filled with what its error carries, in both languages, on both consoles."""

import re

import pytest

from kiosk.exam.errors import ExamError
from kiosk.web import texts as centre_texts
from kiosk.web.http.messages import MESSAGES as CENTRE
from kiosk.webpages.languages import catalogue
from sync.hq.errors import HqError
from sync.hq.web.app import TRANSLATIONS
from sync.hq.web.messages import MESSAGES as HQ
from tests.errors import Raised, error_classes, placeholders, raised

RAISED_THROUGH_A_TABLE = {"StoreLocked"}
NOT_ON_THE_CONSOLE = {
    "hq_already_initialised",
    "hq_bundle_id_wrong",
    "hq_error",
    "hq_marking_error",
    "hq_database_damaged",
    "hq_database_error",
    "hq_database_unsuitable",
    "hq_newer_database",
    "hq_no_account",
    "hq_not_initialised",
    "hq_not_signed_in",
    "hq_older_database",
    "hq_pull_failed",
    "hq_pull_interrupted",
    "hq_token_refused",
    *("hq_token_expired", "hq_scope_missing", "hq_query_refused", "hq_format_unknown"),
    *("hq_cursor_refused", "hq_cursor_ahead", "hq_picture_missing"),
}
"""Read on the command line, or by machines that ask for the code alone."""
BRACES = re.compile(r"\{\w*\}")
HQ_ZH = {str(m.id): str(m.string) for m in catalogue(TRANSLATIONS, "zh") if m.id}
CENTRE_ZH = {str(m.id): str(m.string) for m in centre_texts.catalogue("zh") if m.id}


def english(code: str, console: str) -> str | None:
    """The English text that a console shows for a code."""
    if console == "centre":
        return CENTRE[code][1]._args[0] if code in CENTRE else None
    return HQ[code]._args[0] if code in HQ else None


def chinese(text: str, console: str) -> str:
    """The Chinese of an English text."""
    return CENTRE_ZH[text] if console == "centre" else HQ_ZH[text]


def fill(text: str, place: Raised) -> str:
    """The text with what one place gives; raises KeyError for what it does not give."""
    return text % dict.fromkeys(place.params, "…")


@pytest.mark.parametrize("place", raised(), ids=lambda place: f"{place.place} {place.error.code}")
def test_a_message_is_filled_by_every_place_that_raises_its_error(place: Raised) -> None:
    texts = [place.error.message]
    for console in ("centre", "hq"):
        if text := english(place.error.code, console):
            texts += [text, chinese(text, console)]
    assert [text for text in texts if placeholders(fill(text, place))] == []


def test_every_error_is_raised_or_has_others_below_it() -> None:
    made = {place.error for place in raised()}
    unmade = {
        error.__name__ for error in error_classes() if error not in made and not _below(error)
    }
    assert unmade == RAISED_THROUGH_A_TABLE


def _below(error: type[ExamError]) -> list[type[ExamError]]:
    return error.__subclasses__()


def test_every_error_of_headquarters_has_a_text_on_its_console() -> None:
    codes = {error.code for error in error_classes() if issubclass(error, HqError)}
    assert codes - set(HQ) == NOT_ON_THE_CONSOLE


def test_no_text_of_a_console_belongs_to_an_error_that_is_gone() -> None:
    codes = {error.code for error in error_classes()} | {"exam_error"}
    assert set(HQ) - codes == {"internal_error"}
    assert set(CENTRE) - codes == set()


def test_messages_have_no_placeholders_in_braces() -> None:
    texts = [error.message for error in error_classes()]
    texts += [*CENTRE_ZH, *CENTRE_ZH.values()]
    texts += [*HQ_ZH, *HQ_ZH.values()]
    assert [text for text in texts if BRACES.search(text)] == []
