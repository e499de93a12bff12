"""Words on paper: Chinese first, whatever language the page is read in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString, force_locale, format_datetime

from kiosk.hall.views.prints import PrintedSitting
from kiosk.printing.documents import Column, Label


@dataclass(frozen=True)
class Occasion:
    """What all documents say: the sitting, the centre, when and by whom it is printed."""

    sitting: PrintedSitting
    centre: str
    at: datetime
    by: str


def both(text: LazyString) -> Label:
    """Return a text in both languages."""
    with force_locale("en"):
        english = str(text)
    return Label(zh=chinese(text), en=english)


def chinese(text: object) -> str:
    """Return a text in Chinese."""
    with force_locale("zh"):
        return str(text)


def sentence(text: LazyString) -> str:
    """Return a sentence in both languages, in one line."""
    label = both(text)
    return f"{label.zh} {label.en}"


def column(text: LazyString, share: float, *, centred: bool = False) -> Column:
    """Return a column with its heading."""
    return Column(head=both(text), share=share, centred=centred)


def facts(pairs: Iterable[tuple[LazyString, object]]) -> tuple[tuple[Label, str], ...]:
    """Return headings and values."""
    return tuple((both(label), str(value)) for label, value in pairs)


def date_and_time(moment: datetime) -> str:
    """Return day and time in words, in the centre's time zone."""
    with force_locale("zh"):
        return str(format_datetime(moment, "y年M月d日 EEEE HH:mm"))


def moment_text(moment: datetime | None) -> str:
    """Return month, day and time to the second; "" for None."""
    if moment is None:
        return ""
    with force_locale("zh"):
        return str(format_datetime(moment, "M月d日 HH:mm:ss"))


def clock(moment: datetime) -> str:
    """Return the time to the second."""
    return str(format_datetime(moment, "HH:mm:ss"))


def titles(named: Iterable[Mapping[str, str]]) -> str:
    """Return Chinese titles in one line, each once."""
    return "、".join(dict.fromkeys(title["zh"] for title in named))
