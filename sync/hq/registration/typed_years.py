"""Years of work and class hours as offices type them: 5年, 五年以上, 1年6个月, 18个月, 36.5学时."""

import re
import unicodedata
from decimal import ROUND_DOWN, Decimal

from kiosk.exam.programme.work import years_of

_NOTHING = frozenset(
    {"无", "没有", "暂无", "未", "零", "none", "no", "nil", "-", "--", "—", "——", "/", "\\"}
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE = re.compile("[零〇一二两三四五六七八九十]+")
_BEFORE = re.compile(
    r"^(?:从事|相关|工作|累计|连续|共计|合计|总计|共|已|满|达到|达|至少|超过|大于|[>≥]=?)+"
)
_AFTER = re.compile(r"(?:\(含\)|工作经验|工作年限|经验|及以上|或以上|以上|\+|多|余|整)+$")
_YEARS = re.compile(
    r"(?:(?P<years>\d+(?:\.\d+)?)(?:[余多]?)个?周?(?:年|years?|yrs?|y)(?:多|余)?(?P<half>半)?)?"
    r"(?:零|又|and|,)?(?:(?P<months>\d+)个?(?:月|months?|mos?|m))?"
)
_MAY_BE_A_DATE = re.compile(r"\d\d年\d{1,2}月")
"""18年9月 is September 2018 or a length; 18年9个月 is a length."""
_APART = re.compile(r"\d\s+\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HOURS = re.compile(
    r"(?P<hours>\d+(?:\.\d+)?)个?(?:学时|课时|小时|学分时|h|hrs?|hours?|classhours?)?"
)


def years_typed(text: str) -> Decimal | None:
    """Return years, with months rounded down to hundredths of a year; None if it says none."""
    plain = _plain(text)
    if plain in _NOTHING:
        return Decimal(0)
    if plain in ("半年", "半"):
        return Decimal("0.5")
    if _NUMBER.fullmatch(plain):
        return Decimal(plain)
    found = _YEARS.fullmatch(plain)
    if not plain or found is None or _MAY_BE_A_DATE.fullmatch(plain):
        return None
    months = int(found["months"] or 0) + (6 if found["half"] else 0)
    years = Decimal(found["years"] or 0)
    if years == int(years):
        return years_of(int(years) * 12 + months)
    return (years + Decimal(months) / 12).quantize(Decimal("0.01"), ROUND_DOWN)


def hours_typed(text: str) -> Decimal | None:
    """Return class hours, with or without their unit; None if the text says none."""
    plain = _plain(text)
    if plain in _NOTHING:
        return Decimal(0)
    found = _HOURS.fullmatch(plain)
    return Decimal(found["hours"]) if found else None


def _plain(text: str) -> str:
    """Return the text without blanks and words around the number, in Arabic digits."""
    typed = unicodedata.normalize("NFKC", text).casefold()
    if _APART.search(typed):
        return typed  # two numbers, or one that has lost its point
    shown = "".join(typed.split())
    if shown in _NOTHING:
        return shown
    return _CHINESE.sub(_arabic, _AFTER.sub("", _BEFORE.sub("", shown)))


def _arabic(found: re.Match[str]) -> str:
    """Return a Chinese number up to 99 in Arabic digits; leave others as they are."""
    text = found[0]
    if set(text) <= {"零", "〇"}:
        return text  # as in 2年零3个月
    lead = re.match("[零〇]*", text)
    number = text[lead.end() if lead else 0 :]
    tens, ten, ones = number.rpartition("十")
    parts = (tens, ones) if ten else ("", number)
    if any(part and part not in _DIGITS for part in parts):
        return text
    many = (_DIGITS[tens] if tens else 1) * 10 if ten else 0
    return str(many + (_DIGITS[ones] if ones else 0))
