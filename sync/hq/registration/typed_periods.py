"""Periods of work as offices type them: 2018.07-2021.06; 2021年7月至今 某公司."""

import re
import unicodedata
from calendar import monthrange
from datetime import date

from kiosk.exam.programme.work import Period

_DATE = (
    r"(?P<{0}_year>(?:19|20)\d\d)(?:"
    r"\s*[-./年]\s*(?P<{0}_month>\d{{1,2}})(?!\d)"
    r"(?:\s*[-./月]\s*(?P<{0}_day>\d{{1,2}})(?!\d)\s*[日号]?|\s*月份?)?"
    r"|(?P<{0}_mm>\d\d)(?P<{0}_dd>\d\d)?(?!\d))"
)
_GOES_ON = (
    r"(?:[至到]\s*(?:今|现)|今(?![日年天])|现(?![代场])|(?:[至到]\s*)?(?:目前|当前)|迄今"
    r"|(?:仍|尚)?在[职岗任]|未离职|present|now|today|date)"
)
_TO = r"\s*(?:[-—–―−~〜→_>]+\s*[至到]?|起?[至到]|起|to|until|till)\s*"
_PERIOD = re.compile(
    _DATE.format("start")
    + rf"(?:{_TO}(?:{_DATE.format('end')}|{_GOES_ON})|\s*{_GOES_ON}|\s*(?:起|以来|开始))",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"(?:since|from)\s+{_DATE.format('start')}\s*$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d")
_NOTHING = frozenset({"无", "没有", "暂无", "none", "-", "--", "—", "——", "/", "\\"})
_NO_WORK = re.compile(
    "[不非未没]\\s*相关|无关|不对口|待业|失业|未就业|无业|就读|在读|在校|读书|上学|求学|学习经历|教育经历"
    "|休学|(?:大学|学院|学校|中学)\\s*(?:本科|专科|大专|硕士|博士|研究生|学生|学习)"
)
_MOST_AHEAD = 366
"""Days by which a period may end after today: contracts say when, a later year is mistyped."""
_ONLY_YEARS = re.compile(r"(?:19|20)\d\d\s*年?\s*(?:[-—–―−~至到]|to)+\s*(?:(?:19|20)\d\d|至?今)")


class NotAPeriod(Exception):
    """A part of the text is no period. ``code``: that of the problem."""

    def __init__(self, code: str, text: str) -> None:
        self.code, self.text = code, text
        super().__init__(code, text)


def names_dates(text: str) -> bool:
    """Return whether a text names calendar years, as periods do and numbers of years do not."""
    return _YEAR.search(unicodedata.normalize("NFKC", text)) is not None


def periods_typed(text: str, today: date) -> tuple[Period, ...]:
    """Return the periods of a text; other words beside them are ignored.

    A month without a day is all of that month. Words for none are no period.

    Raises:
        NotAPeriod: a part names a year that belongs to no period, or an impossible period.
    """
    plain = unicodedata.normalize("NFKC", text)
    if plain.strip().casefold() in _NOTHING:
        return ()
    parts = [part.strip() for part in re.split(r"[;,、\n]", plain)]
    found = [one for part in parts for one in _periods(part, today)]
    if not found and plain.strip():
        raise NotAPeriod("period", text)
    return tuple(dict.fromkeys(found))


def _periods(part: str, today: date) -> list[Period]:
    matches = list(_PERIOD.finditer(part)) or list(_SINCE.finditer(part))
    rest = part
    for match in reversed(matches):
        rest = rest[: match.start()] + " " + rest[match.end() :]
    if _YEAR.search(rest):
        raise NotAPeriod("period_months" if _ONLY_YEARS.search(rest) else "period", part)
    if matches and _NO_WORK.search(rest):
        raise NotAPeriod("period_no_work", part)
    return [_period(match, today) for match in matches]


def _period(match: re.Match[str], today: date) -> Period:
    parts = match.groupdict()
    try:
        start, end = _day(parts, "start", last=False), _day(parts, "end", last=True)
    except ValueError as error:
        raise NotAPeriod("period", match[0]) from error
    if start is None or (end is not None and start > end):
        raise NotAPeriod("period_order", match[0])
    if start > today:
        raise NotAPeriod("period_future", match[0])
    if end is not None and (end - today).days > _MOST_AHEAD:
        raise NotAPeriod("period_ahead", match[0])
    return Period(start, end)


def _day(parts: dict[str, str | None], which: str, *, last: bool) -> date | None:
    """Return the day that ``which`` names; a month alone is its first or its last day.

    Raises:
        ValueError: there is no such day.
    """
    year = parts.get(f"{which}_year")
    if year is None:
        return None
    month = int(parts[f"{which}_month"] or parts[f"{which}_mm"] or 0)
    first = date(int(year), month, 1)
    day = parts[f"{which}_day"] or parts[f"{which}_dd"]
    if day is not None:
        return first.replace(day=int(day))
    return first.replace(day=monthrange(int(year), month)[1]) if last else first
