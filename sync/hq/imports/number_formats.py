"""Numbers as a sheet shows them in their number format; None where that is not certain.

A closed part of the format language of ECMA-376 (18.8.31): what lies outside it is never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that a workbook names by number only. Those that depend on the computer are left out."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<apm>AM/PM|A/P|上午/下午)|(?P<second>ss?\.0+|s+)"
    r"|(?P<exp>E[+-]0+)|(?P<date>y+|m+|d+|h+|a{3,}|e+|b+|g+)|(?P<digits>[0#?.,/]+)"
    r"|(?P<at>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOURS = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|黑色?|蓝色?|青色?|绿色?|洋红|红色?|白色?"
    r"|黄色?|color ?\d+|颜色 ?\d+)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_PLAIN = frozenset(
    " -+()$¥￥€£%:/.,!&'~{}<>=^、，。；：（）％‰°℃×－—元吨个次年月日时分秒万亿千百十件人"
)
_CORE = re.compile(r"(?P<whole>[#0?,]*?)(?P<part>\.[#0?]*)?(?P<scale>,*)")
_FRACTION = re.compile(r"(?:(?P<whole>[#0?]+)\s+)?[?#]+\s*/\s*(?P<below>[?#]{1,4})")
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_ZH_DAYS = "一二三四五六日"
_MOST_DIGITS = 11
"""General shows no more characters of a number, whatever the width of its column."""
_LATEST = 2_958_466  # 10000-01-01


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True)
class _Section:
    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None = None
    certain: bool = True

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


def is_date(code: str) -> bool:
    """Return whether numbers in this format are dates or times."""
    return _sections(code)[0].has("date", "second", "apm", "elapsed")


def shown_text(code: str, text: str) -> str | None:
    """Return a text as a sheet shows it."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) > 3 and not section.tokens:
        return None
    if not section.has("at"):
        return text if len(sections) < 4 else None
    parts = [text if token.kind == "at" else token.text for token in section.tokens]
    return "".join(parts) if section.certain else None


def shown_number(code: str, digits: str, epoch: datetime) -> str | None:
    """Return a number, given by the digits that the file has, as a sheet shows it.

    ``epoch``: day 0 of the workbook's dates.
    """
    number = Decimal(f"{float(digits):.15g}")
    section, number = _chosen(_sections(code), number)
    if section is None or not section.certain or section.has("unknown"):
        return None
    if section.has("date", "second", "apm", "elapsed"):
        return _shown_date(section, float(digits), epoch)
    if section.has("general"):
        return _joined(section, general(number))
    if section.has("at"):
        return _joined(section, general(number))
    return _shown_decimal(section, number)


def general(number: Decimal) -> str | None:
    """Return a number in the format General, or None if its column's width decides."""
    text = f"{number.normalize():f}"
    return text if len(text.lstrip("-")) <= _MOST_DIGITS else None


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    found: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            found.append([])
        else:
            found[-1].append(match)
    return tuple(_section(matches) for matches in found)


def _section(matches: list[re.Match[str]]) -> _Section:
    tokens: list[_Token] = []
    condition, certain = None, True
    for match in matches:
        inside = match["bracket"]
        if inside is None:
            tokens += _token(match)
        elif stated := _CONDITION.fullmatch(inside):
            condition = (stated[1], Decimal(stated[2]))
        elif inside.startswith("$"):
            sign, _, place = inside[1:].partition("-")
            tokens.append(_Token("text", sign))
            certain = certain and (len(place) <= 4 and not place.upper().startswith("F"))
        elif _ELAPSED.fullmatch(inside):
            tokens.append(_Token("elapsed", inside.lower()))
        elif not _COLOURS.fullmatch(inside):
            certain = False
    return _Section(tuple(tokens), condition, certain)


def _token(match: re.Match[str]) -> Iterator[_Token]:
    kind, text = match.lastgroup, match[0]
    if kind in ("quoted", "escaped"):
        yield _Token("text", match[kind])
    elif kind is None:
        # "_x" leaves the width of x free, "*x" fills the cell.
        yield _Token("text", " " if text.startswith("_") else "")
    elif kind == "other":
        known = text in _PLAIN or ord(text) > 0x2E7F
        yield _Token("percent" if text == "%" else "text" if known else "unknown", text)
    else:
        yield _Token(kind, text)


def _chosen(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section | None, Decimal]:
    """Return the section for a number, and the number as the section shows it."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _holds(section.condition, number):
                # Excel writes no sign of its own in a section for negative numbers only.
                return (section, number) if number >= 0 else (None, number)
        return None, number
    if number < 0 and len(numeric) > 1:
        return numeric[1], -number
    if number == 0 and len(numeric) > 2:
        return numeric[2], number
    return numeric[0], number


def _holds(condition: tuple[str, Decimal], number: Decimal) -> bool:
    sign, limit = condition
    return {
        "<": number < limit, ">": number > limit, "=": number == limit,
        "<=": number <= limit, ">=": number >= limit, "<>": number != limit,
    }[sign]  # fmt: skip


def _joined(section: _Section, number: str | None) -> str | None:
    if number is None or section.has("digits", "exp", "percent"):
        return None
    parts = [token.text if token.kind == "text" else number for token in section.tokens]
    return "".join(parts).strip()


def _shown_decimal(section: _Section, number: Decimal) -> str | None:
    core = [n for n, token in enumerate(section.tokens) if token.kind in ("digits", "exp")]
    before = section.tokens[: core[0]] if core else section.tokens
    after = section.tokens[core[-1] + 1 :] if core else ()
    number *= 100 ** sum(token.kind == "percent" for token in section.tokens)
    middle = "" if not core else _core(section.tokens[core[0] : core[-1] + 1], number)
    if middle is None:
        return None
    sign = "-" if number < 0 and re.search("[1-9]", middle or "1") else ""
    head, tail = ("".join(token.text for token in part) for part in (before, after))
    return f"{sign}{head}{middle}{tail}".strip()


def _core(tokens: tuple[_Token, ...], number: Decimal) -> str | None:
    text = "".join(token.text for token in tokens)
    if "/" in text:
        return _shown_fraction(text, number)
    if tokens[-1].kind == "exp" and len(tokens) == 2:
        return _shown_power(tokens[0].text, tokens[1].text, number)
    if len(tokens) > 1:
        return None
    return _shown_digits(text, number)


def _shown_digits(text: str, number: Decimal) -> str | None:
    core = _CORE.fullmatch(text)
    if core is None:
        return None
    whole, part = core["whole"], (core["part"] or "")
    places = len(part.removeprefix("."))
    value = abs(number) / Decimal(1000) ** len(core["scale"])
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    left, _, right = f"{rounded:f}".partition(".")
    left = _padded(left.lstrip("0"), whole)
    optional = len(part) - len(part.rstrip("#?"))
    while optional and right.endswith("0"):
        right, optional = right[:-1], optional - 1
    # Excel leaves the point of "0.##" without digits, other programs do not.
    return None if part and not right else f"{left}.{right}" if part else left


def _padded(digits: str, whole: str) -> str:
    digits = digits.rjust(whole.count("0"), "0")
    if "," not in whole:
        return digits
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)


def _shown_power(mantissa: str, exponent: str, number: Decimal) -> str | None:
    if not re.fullmatch(r"0(?:\.0*)?", mantissa):
        return None
    places = mantissa.count("0") - 1
    power = number.adjusted() if number else 0
    digits = abs(number).scaleb(-power).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if digits >= 10:
        return None
    sign = "-" if power < 0 else "+" if exponent[1] == "+" else ""
    return f"{digits}E{sign}{str(abs(power)).rjust(len(exponent) - 2, '0')}"


def _shown_fraction(text: str, number: Decimal) -> str | None:
    core = _FRACTION.fullmatch(text)
    if core is None:
        return None
    whole, value = core["whole"], abs(Fraction(number))
    near = value.limit_denominator(10 ** len(core["below"]) - 1)
    if abs(near - value) > Fraction(1, 10**9):
        return None
    full, rest = divmod(near, 1)
    if not rest:
        return str(full) if whole else None
    if not whole:
        return f"{near.numerator}/{near.denominator}"
    return f"{full} {rest.numerator}/{rest.denominator}" if full else str(rest)


def _shown_date(section: _Section, days: float, epoch: datetime) -> str | None:
    tokens = section.tokens
    if not 0 <= days < _LATEST:
        return None
    # Excel's February of 1900 has a 29th, and its January a 0th.
    if days < 61 and any(_is_day(tokens, at) for at in range(len(tokens))):
        return None
    if section.has("digits") and not all(
        token.text in (".", "/", ",") for token in tokens if token.kind == "digits"
    ):
        return None
    exact = epoch + timedelta(seconds=round(days * 86400))
    half = section.has("apm")
    parts = [
        _date_part(token, exact, days, half, _is_minute(tokens, at))
        for at, token in enumerate(tokens)
    ]
    return None if None in parts else "".join(part or "" for part in parts).strip()


def _is_day(tokens: tuple[_Token, ...], at: int) -> bool:
    """Return whether a token is part of a date and not of a time."""
    text = tokens[at].text.lower()
    return tokens[at].kind == "date" and not (text.startswith("h") or _is_minute(tokens, at))


def _is_minute(tokens: tuple[_Token, ...], at: int) -> bool:
    """Return whether "m" means minutes: beside hours or seconds."""
    timed = [n for n, token in enumerate(tokens) if token.kind in ("date", "second", "elapsed")]
    place = timed.index(at) if at in timed else -1
    before = tokens[timed[place - 1]] if place > 0 else None
    after = tokens[timed[place + 1]] if 0 <= place < len(timed) - 1 else None
    return (before is not None and before.text.lower().startswith("h")) or (
        after is not None and after.kind == "second"
    )


def _date_part(
    token: _Token, moment: datetime, days: float, half: bool, minute: bool
) -> str | None:
    text = token.text.lower()
    if token.kind in ("text", "digits"):
        return token.text
    if token.kind == "elapsed":
        seconds = round(days * 86400)
        return str(seconds // {"h": 3600, "m": 60, "s": 1}[text[0]]).rjust(len(text), "0")
    if token.kind == "apm":
        names = {"am/pm": ("AM", "PM"), "上午/下午": ("上午", "下午")}.get(text)
        return names[moment.hour >= 12] if names else None
    if token.kind == "second":
        return f"{moment.second:0{len(text)}d}" if len(text) <= 2 else None
    hour = (moment.hour % 12 or 12) if half else moment.hour
    english = f"{_MONTHS} ".split(" ")[moment.month - 1]
    weekday = moment.weekday()
    known = {
        "yyyy": f"{moment.year}", "yy": f"{moment.year % 100:02d}", "e": f"{moment.year}",
        "m": f"{moment.minute if minute else moment.month}",
        "mm": f"{moment.minute if minute else moment.month:02d}",
        "mmm": english[:3], "mmmm": english, "d": f"{moment.day}", "dd": f"{moment.day:02d}",
        "ddd": _DAYS.split(" ")[weekday][:3], "dddd": _DAYS.split(" ")[weekday],
        "aaa": _ZH_DAYS[weekday], "aaaa": f"星期{_ZH_DAYS[weekday]}",
        "h": f"{hour}", "hh": f"{hour:02d}",
    }  # fmt: skip
    return known.get(text)
