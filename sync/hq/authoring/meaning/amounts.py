r"""Dollar signs that were meant as such and are read as a formula: ``$5 与 $6``."""

import re
from collections.abc import Iterator

from kiosk.exam.items.formulas import LONGEST
from kiosk.exam.items.markup import PICTURE_NAME

_FORMULA = re.compile(
    rf"\\\$|!\[[^\]\n]*\]\({PICTURE_NAME}\)|"
    r"(?P<whole>\$(?=\s*[^$\s])(?P<text>[^$\n]+)\$)(?P<next>[\w({]?)",
    re.ASCII,
)
"""Formulas as :mod:`kiosk.exam.items.markup` finds them, with a letter or digit after them."""

_WORDS = re.compile(r"\\(?:text\w*|mathrm|mathit|mathbf|mbox|operatorname)\*?\s*\{[^{}]*\}")
_MATHS = re.compile(r"[\\=^_{}]")
_HAN = "\u3400-\u9fff"
_PROSE = (
    # 5 与, 100 元，税
    re.compile(rf"\s*\d.*(?:[与和或至到及]|[{_HAN}][、，。；：？！\s])"),
    # a 和, x 的值为, HOME and: words between two signs
    re.compile(r"\S.*[与和或至到及、，。；：]\s*$"),
    re.compile(rf"\w+.*[{_HAN}]\s+$", re.ASCII),
    re.compile(r"(?=\S.*\s$).*\b(?:and|or|to|from|for|per|plus|versus|vs|is|in|at|of)\b"),
    re.compile(r".*\s(?:and|or|to|versus|vs)\s+\S"),
)
_BEHIND = re.compile(rf"[\s/~–—{_HAN}-][^\\=^_{{}}]{{0,80}}\d\s*")
"""Between two amounts whose sign is behind them: 5$/t 到 6$."""
_OPERATOR = re.compile(r"(?<![\^_{])[+*/:;,(&|]\s*$")


def misread(text: str) -> Iterator[str]:
    """Yield what is read as a formula and looks like amounts, variables or prose."""
    for found in _FORMULA.finditer(text):
        if not found["whole"]:
            continue
        behind = text[max(0, found.start() - 1) : found.start()].isdigit() and _BEHIND.fullmatch(
            found["text"]
        )
        if behind or _is_misread(found["text"], found["next"]):
            yield found["whole"]


def _is_misread(formula: str, following: str) -> bool:
    if len(formula) > LONGEST:
        return False  # not a valid formula either
    bare = _WORDS.sub("", formula)
    if _MATHS.search(bare):
        return False
    if following.isdigit() and re.match(r"\s*\d", bare):
        return True  # $100-$200: the second sign opens the next amount
    if following and (formula[-1:].isspace() != formula[:1].isspace() or _OPERATOR.search(bare)):
        return True  # $HOME/bin:$PATH
    return any(pattern.match(bare) for pattern in _PROSE)
