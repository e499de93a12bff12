"""What the address of a sitting's candidates says about their list."""

from collections.abc import Mapping
from typing import Any

from flask import request

from sync.hq.registration.application_list import (
    PAGE,
    PAGE_SIZES,
    ApplicationFilter,
    ApplicationOrder,
    ApplicationPage,
    ApplicationsWanted,
)
from sync.hq.web.console import targets
from sync.hq.web.console.listed import PART, known_word, typed_words
from sync.hq.web.replies import headquarters, small_number


def applications_wanted() -> ApplicationsWanted:
    """Return what the request wants; what is not known counts as not said."""
    given = request.args
    size = given.get("size", PAGE, type=small_number)
    return ApplicationsWanted(
        text=typed_words(),
        chosen=known_word(ApplicationFilter, "state", ApplicationFilter.ALL),
        order=known_word(ApplicationOrder, "order", ApplicationOrder.NAME),
        descending=given.get("down") == "1",
        page=given.get("page", 1, type=small_number),
        size=size if size in PAGE_SIZES else PAGE,
    )


def unfit_page(sitting_id: str) -> ApplicationPage:
    """Return the first who have a seat and are not admitted, with how many there are."""
    wanted = ApplicationsWanted(chosen=ApplicationFilter.UNFIT, size=PART)
    return headquarters().application_list.page(sitting_id, wanted, targets.scope())


def as_address(wanted: ApplicationsWanted, **changed: Any) -> Mapping[str, Any]:
    """Return the fields of an address with the same list but for what is changed."""
    fields = {
        "words": wanted.text,
        "state": wanted.chosen.value,
        "order": wanted.order.value,
        "down": "1" if wanted.descending else "",
        "size": wanted.size,
    }
    return {name: value for name, value in (fields | changed).items() if value}
