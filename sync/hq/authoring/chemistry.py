r"""Chemical formulas of TeX's package mhchem, as ``\ce{CO2 + C -> 2 CO}``, in plain LaTeX.

Only what has exactly one meaning is converted: elements, groups in brackets, counts, charges,
states, ``+`` and simple arrows. The rest stays as it is, and no such formula is valid.
"""

import re
from collections.abc import Iterator

_FORMULA = re.compile(r"(?<!\\)\$(?=\s*[^$\s])([^$\n]+)\$")
_CE = re.compile(r"\\ce\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ARROWS = {"->": r"\rightarrow", "<-": r"\leftarrow", "<->": r"\leftrightarrow",
           "<=>": r"\rightleftharpoons", "+": "+", "=": "="}  # fmt: skip
_MARKS = {"^": r"\uparrow", "v": r"\downarrow"}
"""Gas that leaves and solid that falls, after the blank behind a substance."""
_STATE = r"\((?:aq|s|l|g)\)"
_TERM = re.compile(
    rf"(?P<count>\d+(?:/\d+)?)?(?P<body>(?:[A-Z][a-z]?\d*|(?:\((?!(?:aq|s|l|g)\))|\[)|[)\]]\d*)+|e)"
    rf"(?P<charge>\^\{{\d*[+-]\}}|\^\d*[+-]|[+-])?(?P<state>{_STATE})?"
)
_PART = re.compile(r"(?P<letters>(?:[A-Z][a-z]?)+)|(?P<number>\d+)|(?P<bracket>[()\[\]])|(?P<e>e)")
_PAIRS = {"(": ")", "[": "]"}
_NAMES = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br"
    " Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho"
    " Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es"
    " Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og"
)
_SYMBOLS = frozenset(_NAMES.split())


def converted(text: str) -> str:
    """Return markup with the chemical formulas that are understood in plain LaTeX."""
    if "\\ce" not in text:
        return text
    return _FORMULA.sub(lambda found: f"${_CE.sub(_plain, found[1])}$", text)


def _plain(found: re.Match[str]) -> str:
    try:
        return " ".join(_parts(found[1].split()))
    except ValueError:
        return found[0]


def _parts(words: list[str]) -> Iterator[str]:
    """Yield the LaTeX of each part of an equation.

    Raises:
        ValueError: one of them is not understood, or there is none.
    """
    if not words:
        raise ValueError("nothing")
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else "+"
        if word in _ARROWS:
            yield _ARROWS[word]
        elif at and word in _MARKS:
            yield _MARKS[word]
        elif re.fullmatch(_STATE, word) and at:
            yield rf"\text{{{word}}}"
        elif re.fullmatch(r"\d+(?:/\d+)?", word) and _TERM.fullmatch(following):
            yield _count(word)
        else:
            yield _term(word)


def _term(word: str) -> str:
    found = _TERM.fullmatch(word)
    if found is None or (found["body"] == "e" and not found["charge"]):
        raise ValueError(word)
    count = _count(found["count"]) if found["count"] else ""
    charge = (found["charge"] or "").strip("^{}")
    state = rf"\,\text{{{found['state']}}}" if found["state"] else ""
    return count + "".join(_body(found["body"])) + (f"^{{{charge}}}" if charge else "") + state


def _count(number: str) -> str:
    above, _, below = number.partition("/")
    return (rf"\frac{{{above}}}{{{below}}}" if below else above) + r"\,"


def _body(body: str) -> Iterator[str]:
    opened: list[str] = []
    for part in _PART.finditer(body):
        if part["number"]:
            yield f"_{{{part[0]}}}"
        elif part["bracket"]:
            if part[0] in _PAIRS:
                opened.append(_PAIRS[part[0]])
            elif not opened or opened.pop() != part[0]:
                raise ValueError(body)
            yield part[0]
        else:
            if part["letters"] and not _SYMBOLS.issuperset(re.findall("[A-Z][a-z]?", part[0])):
                raise ValueError(body)
            yield rf"\text{{{part[0]}}}"
    if opened:
        raise ValueError(body)
