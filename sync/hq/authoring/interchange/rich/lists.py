"""Numbers and signs of list entries."""

from dataclasses import dataclass

from sync.hq.authoring.interchange.rich.dom import Element

_BULLETS = "•◦▪"
_TYPES = {
    "a": "a", "A": "A", "i": "i", "I": "I", "1": "1", "lower-alpha": "a", "upper-alpha": "A",
    "lower-latin": "a", "upper-latin": "A", "lower-roman": "i", "upper-roman": "I",
    "decimal": "1", "none": "", "cjk-ideographic": "一", "simp-chinese-informal": "一",
}  # fmt: skip
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_FURTHEST = 3999
"""Largest number that is written in letters."""


@dataclass
class Listing:
    """A list that is being read: how its entries are numbered, and the next number."""

    kind: str
    next: int = 1
    step: int = 1

    def marker(self, entry: Element, level: int) -> str:
        """Return the number or sign of the next entry; ``level`` is 1 outside of other lists."""
        indent = "\u3000" * (level - 1)
        kind = _kind(entry, self.kind)
        if kind == "bullet":
            return f"{indent}{_BULLETS[min(level, len(_BULLETS)) - 1]} "
        self.next = _number(entry.attributes.get("value"), self.next)
        shown = _numeral(self.next, kind)
        self.next += self.step
        return f"{indent}{shown}" if kind in ("", "一") else f"{indent}{shown}. "


def listing(element: Element) -> Listing:
    """Return how the entries of a ``ul``, ``ol`` or ``menu`` are numbered."""
    kind = _kind(element, "1" if element.name == "ol" else "bullet")
    back = "reversed" in element.attributes and element.name == "ol"
    entries = sum(child.name == "li" for child in element.elements())
    first = _number(element.attributes.get("start"), entries if back else 1)
    return Listing(kind, first, -1 if back else 1)


def _kind(element: Element, otherwise: str) -> str:
    style = element.attributes.get("style", "").lower()
    for name, kind in _TYPES.items():
        if f"list-style-type:{name}" in style.replace(" ", "") and len(name) > 1:
            return kind
    return _TYPES.get(element.attributes.get("type", ""), otherwise)


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(text or "") if len(text or "") < 9 else otherwise
    except ValueError:
        return otherwise


def _numeral(number: int, kind: str) -> str:
    if kind == "":
        return ""
    if not 0 < number <= _FURTHEST or kind == "1":
        return f"{number}"
    if kind == "一":
        return f"{_chinese(number)}、"
    text = _roman(number) if kind in "iI" else _letters(number)
    return text.upper() if kind in "AI" else text


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for worth, sign in _ROMAN:
        count, number = divmod(number, worth)
        text += sign * count
    return text


def _chinese(number: int) -> str:
    if number >= 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones or not tens else "")
