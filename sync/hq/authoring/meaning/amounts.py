r"""Dollar signs that were meant as such and would be read as a formula: ``$5 与 $6``, ``$A$1``."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.exam.items.formulas import LONGEST
from kiosk.exam.items.markup import PICTURE_NAME

_FORMULA = re.compile(
    rf"\\\$|!\[[^\]\n]*\]\({PICTURE_NAME}\)|"
    r"(?P<whole>\$(?=\s*[^$\s])(?P<text>[^$\n]+)\$)(?P<next>[\w({]?)",
    re.ASCII,
)
"""Formulas as :mod:`kiosk.exam.items.markup` finds them, with a letter or digit after them."""

_LONE = re.compile(r"(?<!\\)\$")
_TEXTS = frozenset({"stem", "stimulus", "options", "rationale", "model_answer", "points", "text"})
"""Fields that are shown, and those of options and mark points."""

_WORDS = re.compile(r"\\(?:text\w*|mathrm|mathit|mathbf|mbox|operatorname)\*?\s*\{[^{}]*\}")
_TEX = re.compile(r"[\\^_{}]")
_MATHS = re.compile(r"[\\=^_{}]")
_BEFORE_DIGIT = re.compile(r"\s*\d|[A-Z]{1,3}$")
_HAN = "\u3400-\u9fff"
_HAN_SIGN = re.compile(f"[{_HAN}]")
_PROSE = (
    # 5 与, 100 元，税
    re.compile(rf"\s*\d.*(?:[与和或至到及]|[{_HAN}][、，。；：？！\s])"),
    # 40万元, 碳价
    re.compile(rf"(?!.*[+\-*/×÷·<>≤≥]).*?[{_HAN}]{{2}}"),
    # a 和, x 的值为, HOME and: words between two signs
    re.compile(r"\S.*[与和或至到及、，。；：]\s*$"),
    re.compile(rf"\w+.*[{_HAN}]\s+$", re.ASCII),
    re.compile(r"(?=\S.*\s$).*\b(?:and|or|to|from|for|per|plus|versus|vs|is|in|at|of)\b"),
    # )与港币(HK
    re.compile(rf"[)）,，、。；;：:].*[{_HAN}]"),
)
_UNCLEAR = re.compile(r".*\s(?:and|or|to|versus|vs)\s+\S")
"""``$x and y$``: one formula that is badly written, or prose."""
_BEHIND = re.compile(rf"[\s/~–—{_HAN}-][^\\=^_{{}}]{{0,80}}\d\s*")
"""Between two amounts whose sign is behind them: 5$/t 到 6$."""
_OPERATOR = re.compile(r"(?<![\^_{])[+*/:;,(&|]\s*$")


def unclear(text: str) -> Iterator[str]:
    """Yield what is read as a formula and may be prose."""
    for found in _FORMULA.finditer(text):
        bare = _WORDS.sub("", found["text"] or "")
        if not _MATHS.search(bare) and len(bare) <= LONGEST and _UNCLEAR.match(bare):
            yield found["whole"]


def plain(text: str) -> tuple[str, str]:
    """Escape the dollar signs of a text that begin no formula; return the first such place."""
    parts: list[tuple[str, bool]] = []
    first, at = "", 0
    while found := _FORMULA.search(text, at):
        parts.append((text[at : found.start()], True))
        misread = bool(found["whole"]) and (
            _is_behind(text[max(0, found.start() - 1) : found.start()], found["text"])
            or _is_plain(found["text"], found["next"])
        )
        # If it is none, its second sign may begin a formula.
        end = found.end("text") if misread else found.end("whole")
        at = end if found["whole"] else found.end()
        parts.append((text[found.start() : at], misread))
        first = first or (found["whole"] if misread else "")
    if not first:
        return text, ""
    parts.append((text[at:], True))
    return "".join(_LONE.sub(r"\$", part) if bare else part for part, bare in parts), first


def in_fields(values: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Do the same in all texts of an item; return the first such place of each field."""
    places: dict[str, str] = {}
    return {
        name: _in(value, name.rpartition(".")[2], name, places) for name, value in values.items()
    }, places


def _in(value: Any, name: str, column: str, places: dict[str, str]) -> Any:
    if isinstance(value, str):
        text, found = plain(value) if name in _TEXTS and "$" in value else (value, "")
        if found:
            places.setdefault(column, found)
        return text
    if isinstance(value, Mapping):
        return {key: _in(part, key, column, places) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in(part, name, column, places) for part in value]
    return value


def _is_behind(before: str, formula: str) -> bool:
    return before.isdigit() and _BEHIND.fullmatch(formula) is not None


def _is_plain(formula: str, following: str) -> bool:
    if len(formula) > LONGEST:
        return False  # not a valid formula either
    bare = _WORDS.sub("", formula)
    if following == "{" and bare.startswith("{"):
        return True  # ${a} and ${b}
    # $100-$200: the second sign opens the next amount; $A$1 is a cell of a sheet
    if following.isdigit() and not _TEX.search(bare) and _BEFORE_DIGIT.match(bare):
        return True
    if _MATHS.search(bare):
        return False
    if following and (formula[-1:].isspace() != formula[:1].isspace() or _OPERATOR.search(bare)):
        return True  # $HOME/bin:$PATH
    if following and _HAN_SIGN.search(bare):
        return True  # $name是$age
    return any(pattern.match(bare) for pattern in _PROSE)
