"""What the address of a sitting's page says about its list of seats."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import request

from sync.hq.registration.seat_list import PAGE, PAGE_SIZES, PortraitFilter, SeatOrder, SeatsWanted
from sync.hq.web.replies import small_number

_LONGEST = 100
_Word = TypeVar("_Word", bound=StrEnum)


def seats_wanted() -> SeatsWanted:
    """Return what the request wants; what is not known counts as not said."""
    given = request.args
    size = given.get("size", PAGE, type=small_number)
    return SeatsWanted(
        text=given.get("words", "").replace("\0", "").strip()[:_LONGEST],
        portrait=_known(PortraitFilter, given.get("portrait"), PortraitFilter.ALL),
        order=_known(SeatOrder, given.get("order"), SeatOrder.SEAT),
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


def _known(words: type[_Word], given: str | None, otherwise: _Word) -> _Word:
    return next((word for word in words if word.value == given), otherwise)
