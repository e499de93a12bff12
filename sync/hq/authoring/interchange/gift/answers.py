"""What stands between the braces of a GIFT question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SIGN = re.compile(r"\\.|(~=|[=~])", re.DOTALL)
# Moodle reads "~=" as an empty answer, which it skips, and a right one.
_FIRST_SIGN = re.compile(r"^[ \t]*([=~])", re.MULTILINE)
_HASH = re.compile(r"\\.|(#)", re.DOTALL)
_GENERAL = re.compile(r"\\.|(####)", re.DOTALL)
_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:[.,]\d*)?)\s*%")
_FULL = re.compile(r"\s*%100(?:[.,]0*)?%")


@dataclass(frozen=True)
class Answer:
    """An answer: its sign ``=`` or ``~``, share in percent, text and feedback as in the source.

    ``at``: the place of its sign.
    """

    sign: str
    share: float
    text: str
    feedback: str
    at: int


def split_feedback(inner: str) -> tuple[str, str]:
    """Return the answers and the general feedback after the last ``####``."""
    places = [found.start(1) for found in _GENERAL.finditer(inner) if found[1]]
    return (inner[: places[-1]], inner[places[-1] + 4 :]) if places else (inner, "")


def without_feedback(text: str) -> tuple[str, str]:
    """Return a text and the feedback after its first ``#``."""
    found = next((found for found in _HASH.finditer(text) if found[1]), None)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def split_answers(inner: str) -> Sequence[Answer]:
    """Return the answers of a choice or short-answer question, in order."""
    signs = _signs(inner)
    choice = any(inner[at] == "~" for at in signs)
    ends = [*signs[1:], len(inner)] if signs else []
    return [_answer(inner[at:end], at, choice=choice) for at, end in zip(signs, ends, strict=True)]


def stray_text(inner: str) -> bool:
    """Return whether there is text before the first answer."""
    signs = _signs(inner)
    return bool(signs) and bool(inner[: signs[0]].strip())


def misread_signs(inner: str) -> Iterator[int]:
    """Yield the places of ``=`` and ``~`` that begin an answer, but look like a part of one.

    Where answers are on lines of their own, that is a sign within a line; otherwise one without
    a blank before it, if others have one.
    """
    signs = _signs(inner)
    starts = {found.start(1) for found in _FIRST_SIGN.finditer(inner)}
    if len(starts) > 1:
        yield from (at for at in signs if at not in starts)
        return
    joined = [at for at in signs[1:] if not inner[at - 1].isspace()]
    if len(joined) < len(signs) - 1:
        yield from joined


def _signs(inner: str) -> list[int]:
    return [found.start() for found in _SIGN.finditer(inner) if found[1]]


def _answer(source: str, at: int, *, choice: bool) -> Answer:
    sign = "=" if source.startswith(("=", "~=")) else "~"
    source = source.removeprefix("~").removeprefix("=") if sign == "=" else source[1:]
    # After "=" of a choice question Moodle reads no weight; some programs write one.
    found = (_FULL if sign == "=" and choice else _WEIGHT).match(source)
    weight = _WEIGHT.match(source) if found else None
    share = 100.0 if sign == "=" else 0.0
    if weight:
        share = float(weight[1].replace(",", "."))
        source = source[weight.end() :]
    text, feedback = without_feedback(source)
    return Answer(sign, share, text.strip(), feedback.strip(), at)
