"""What the address of a sitting's page says about its list of seats."""

from collections.abc import Mapping
from typing import Any

from flask import request

from sync.hq.registration.seat_list import PAGE, PAGE_SIZES, PortraitFilter, SeatOrder, SeatsWanted
from sync.hq.web.console.listed import known_word, typed_words
from sync.hq.web.replies import small_number


def seats_wanted() -> SeatsWanted:
    """Return what the request wants; what is not known counts as not said."""
    given = request.args
    size = given.get("size", PAGE, type=small_number)
    return SeatsWanted(
        text=typed_words(),
        portrait=known_word(PortraitFilter, "portrait", PortraitFilter.ALL),
        order=known_word(SeatOrder, "order", SeatOrder.SEAT),
        descending=given.get("down") == "1",
        page=given.get("page", 1, type=small_number),
        size=size if size in PAGE_SIZES else PAGE,
    )


def as_address(wanted: SeatsWanted, **changed: Any) -> Mapping[str, Any]:
    """Return the fields of an address with the same list but for what is changed."""
    fields = {
        "words": wanted.text,
        "portrait": wanted.portrait.value,
        "order": wanted.order.value,
        "down": "1" if wanted.descending else "",
        "size": wanted.size,
    }
    return {name: value for name, value in (fields | changed).items() if value}
