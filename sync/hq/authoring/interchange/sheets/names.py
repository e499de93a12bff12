"""Names of types, difficulties and the programme's parts, as cells have them."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kiosk.exam.items.item import Difficulty, ItemType
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import DIFFICULTIES, TYPES
from sync.hq.authoring.interchange.sheets.headings import simplified
from sync.hq.authoring.interchange.sheets.keys import wide

Names = Mapping[str, Mapping[str, str]]

ANY_CHOICE = "choice"
"""A choice item whose name does not say whether several options are right."""
UNDECIDED = "uncertain"
"""不定项选择题: the key alone says how many options are right."""

_MULTIPLE = (
    r"多项?选择?题?|多项选择题?|多项题?|复选题?|X型(?:选择)?题?|checkboxe?s?"
    r"|multiple\s*(?:answers?|select|response)|multi-?select"
)
_SINGLE = (
    r"单项?选择?题?|单项选择题?|单项题?|单选题?|A[12]型?(?:单选|选择)?题|A[12]型"
    r"|single\s*(?:choice|answer|select)?|radio"
)
_TRUE_FALSE = (
    r"判断(?:正误|对错|改错)?题?|是非题?|对错题?|正误题?"
    r"|true\s*(?:/|or|-)?\s*false|t/?f|boolean|yes/no"
)
_TYPES = (
    (UNDECIDED, r"不定项选?择?题?"),
    (ItemType.MULTIPLE_CHOICE.value, _MULTIPLE),
    (ItemType.SINGLE_CHOICE.value, _SINGLE),
    (ItemType.TRUE_FALSE.value, _TRUE_FALSE),
    (ItemType.SHORT_ANSWER.value, r"简答题?|简述题?|问答题?|short[\s-]*answer"),
    (ItemType.ESSAY.value, r"论述题?|essay"),
    (ANY_CHOICE, r"选择题?|multiple[\s-]*choice|mcq|choice"),
)
_OTHERS = (
    r"(填空题?|完形填空|连线题?|匹配题?|排序题?|名词解释|计算题?|fill[\s-]*in.*|matching|ordering)"
)
_CASE = (
    r"(?:材料|案例|综合案例|背景材料)(?:分析|选择|单选|阅读)?题?|综合分析题?|阅读(?:理解|材料)题?"
    r"|(?:共用题干|组合|复合|套|题组)题|共用题干|题组|父题|主题干|case(?: study)?|passage"
)
_CASE_NAME = re.compile(_CASE, re.IGNORECASE)
_FRAME = re.compile(r"[(（\[【〔「]([^()（）\[\]【】〔〕「」]*)[)）\]】〕」](.*)", re.DOTALL)
"""A name in brackets: ``【单选】``."""
_NUMERAL = r"(?:第?[一二三四五六七八九十\dIVX]+(?:部分|大题|章|节)?\s*[、.．:：,，)）]?\s*)?"
_TITLE = re.compile(
    rf"{_NUMERAL}(?:一般|普通|常规|基础|标准)?"
    rf"(?:{'|'.join(f'(?P<t{n}>{names})' for n, (_, names) in enumerate(_TYPES))}"
    rf"|(?P<other>{_OTHERS}|{_CASE}))"
    r"\s*(?:题库|部分)?\s*(?:\d+|[(（\[【].*[)）\]】])?\s*(?:[:：。,，;；\s].{0,80})?",
    re.IGNORECASE,
)
_STEPS = {
    Difficulty.VERY_EASY: "很易 很容易 非常简单 很简单 veryeasy 极易 1",
    Difficulty.EASY: "易 较易 容易 简单 低 基础 初级 easy 较容易 较简单 2 l",
    Difficulty.MEDIUM: "中 中等 一般 适中 普通 medium moderate normal 中级 中等难度 3 m",
    Difficulty.DIFFICULT: "难 较难 困难 高 hard difficult 偏难 4 h",
    Difficulty.VERY_DIFFICULT: "很难 非常难 极难 veryhard verydifficult 很困难 5",
}
_DIFFICULTIES = {name: step.value for step, names in _STEPS.items() for name in names.split()}
_FACILITY = (
    ("0.85", Difficulty.VERY_EASY),
    ("0.7", Difficulty.EASY),
    ("0.4", Difficulty.MEDIUM),
    ("0.2", Difficulty.DIFFICULT),
    ("0", Difficulty.VERY_DIFFICULT),
)
"""Least share of right answers for each step."""


def listed(programme: Programme) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the ids of each listed column, with their names in both languages."""
    named: dict[str, dict[str, tuple[str, str]]] = {
        "type": {kind.value: names for kind, names in TYPES.items()},
        "difficulty": {step.value: names for step, names in DIFFICULTIES.items()},
    }
    for field, entries in (
        ("subject", programme.subjects),
        ("domain", programme.domains),
        ("trade", programme.trades),
        ("level", programme.levels),
    ):
        named[field] = {entry.id: (entry.name.zh, entry.name.en) for entry in entries}
    return named


def known_names(programme: Programme) -> Names:
    """Return the ids by everything that a cell may call them."""
    return {
        field: {_plain(name): id_ for id_, both in ids.items() for name in (id_, *both)}
        for field, ids in listed(programme).items()
    }


def id_of(known: Names, field: str, text: str) -> str:
    """Return the id that a cell names, or an empty text."""
    return known[field].get(_plain(text), "")


def type_of(text: str) -> tuple[str, bool]:
    """Return the type that a cell, a sheet's title or a section's heading names.

    The type is one of :class:`ItemType`, :data:`ANY_CHOICE`, :data:`UNDECIDED`, the name of an
    unsupported one, or empty; the second value says whether it is supported.
    """
    shown = simplified(wide(text))
    found = _TITLE.fullmatch(shown)
    if found is None and (framed := _FRAME.fullmatch(shown)):
        found = _TITLE.fullmatch(f"{framed[1]}{framed[2]}".strip())
    if found is None:
        return "", True
    if found["other"]:
        return found["other"], False
    return next(name for n, (name, _) in enumerate(_TYPES) if found[f"t{n}"]), True


def is_case(text: str) -> bool:
    """Return whether a cell names the type of a text that the next questions are about."""
    return _CASE_NAME.fullmatch(simplified(wide(text)).strip("[]【】()（） ")) is not None


def type_in_title(title: str) -> tuple[str, bool]:
    """Return the same for a sheet's title, which may say more: ``题库-单选题``."""
    whole = type_of(title)
    parts = {type_of(part) for part in re.split(r"[\s\-—_（）()]+", title)} - {("", True)}
    return whole if whole[0] or len(parts) != 1 else parts.pop()


def difficulty_of(text: str) -> str:
    """Return a difficulty's id, or an empty text."""
    return _DIFFICULTIES.get("".join(simplified(wide(text)).casefold().split()), "")


def difficulty_from_facility(text: str) -> str:
    """Return the difficulty for a share of right answers from 0 to 1, or an empty text."""
    try:
        share = Decimal(wide(text))
    except InvalidOperation:
        return difficulty_of(text)
    if not share.is_finite() or not 0 <= share <= 1:
        return ""
    return next(step.value for least, step in _FACILITY if share >= Decimal(least))


def _plain(text: str) -> str:
    return " ".join(wide(text).casefold().split())
