"""Letters and numbers before the texts of options, which the sheet's columns have already."""

import re
from collections.abc import Mapping

from kiosk.exam.items.item import TRUE_FALSE
from sync.hq.authoring.interchange.sheets import keys
from sync.hq.authoring.interchange.sheets.headings import OPTIONS
from sync.hq.problems import Problem

_LETTER = re.compile(r"[(（【\[]?([A-ZＡ-Ｚ])(?:[)）】\]][.．、:：]?|[.．、:：])[ \u3000]*(?=\S)")
_PLACE = re.compile(r"[(（]?(\d{1,2})(?:[)）]|[.．、](?!\d)|[:：])[ \u3000]*(?=\S)")
_JOINED = re.compile(r"[A-Z](?:[、,，:：/\s和与及]*[A-Z])*")
"""What follows in ``A、B``, which is no label before a text."""
_ANY = re.compile(
    r"[(（【\[]?(?:(?P<letter>[A-Za-zＡ-Ｚ])|(?P<number>\d{1,2})|(?P<circled>[①-⑳]))"
    r"(?(circled)[.．、:：]?(?![①-⑳])|(?:[)）】\]][.．、:：]?|[.．、:：](?!\d)|"
    r"(?(letter)[ \u3000]+(?=[\u3400-\u9fff]))))\s*(?P<text>\S.*)",
    re.DOTALL,
)

Options = Mapping[str, str]


def settled(options: Options, *, own: bool, numbered: bool) -> tuple[dict[str, str], list[Problem]]:
    """Remove the labels of options if they are those of the columns; name other ones.

    ``own``: the sheet is our template, whose texts stay as they are.
    """
    if numbered and not own:
        options = without_places(options)
    found = labels(options)
    given = ", ".join(letter for letter, _ in found.values())
    by_label = dict(sorted(found.values()))
    if len(found) == len(options) and by_label.keys() == options.keys() and are_truths(by_label):
        return by_label, []
    if are_swapped(options, found):
        return dict(options), [_problem("options_letters", value=given)]
    if given := _scrambled(options):
        return dict(options), [_problem("options_letters", value=given)]
    return (dict(options), []) if own else _removed(options, found)


def _removed(
    options: Options, found: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, str], list[Problem]]:
    if len(found) > 1 and all(letter == at for at, (letter, _) in found.items()):
        shorter = {at: found[at][1] if at in found else text for at, text in options.items()}
        some = len(found) < len(options)
        return shorter, [_problem("labels_removed", is_error=False)] if some else []
    if any(letter in options for letter, _ in found.values()):
        given = ", ".join(letter for letter, _ in found.values())
        return dict(options), [_problem("letters_kept", is_error=False, value=given)]
    return dict(options), []


def _scrambled(options: Options) -> str:
    """Return the labels of any kind before all texts, if their order is another one."""
    found = [_ANY.fullmatch(text) for text in options.values()]
    marks = [match for match in found if match]
    if len(marks) < max(2, len(options)) or len({match["text"] for match in marks}) == 1:
        return ""
    if any(_JOINED.fullmatch(match["text"]) for match in marks):
        return ""
    places = [_place(match) for match in marks]
    if places == sorted(places) or sorted(places) != list(range(len(options))):
        return ""
    return ", ".join(match["letter"] or match["number"] or match["circled"] for match in marks)


def _place(match: re.Match[str]) -> int:
    if match["letter"]:
        return OPTIONS.index(plain_letter(match["letter"]))
    if match["circled"]:
        return ord(match["circled"]) - ord("①")
    return int(match["number"]) - 1


def are_truths(options: Options) -> bool:
    """Return whether options are true and false."""
    said = [keys.truth(text) for text in options.values()]
    return sorted(said) == sorted(TRUE_FALSE)


def _problem(code: str, *, is_error: bool = True, **params: object) -> Problem:
    return Problem(code, column="options", params=params, is_error=is_error)


def without_letters(options: Mapping[str, str]) -> dict[str, str]:
    """Remove ``A.`` before the text of option A, if every option has its own letter."""
    found = labels(options)
    if len(options) < 2 or {at: letter for at, (letter, _) in found.items()} != {
        letter: letter for letter in options
    }:
        return dict(options)
    return {letter: text for letter, (_, text) in found.items()}


def without_places(options: Mapping[str, str]) -> dict[str, str]:
    """Remove ``1.`` before the text of the first option, if every option has its own number."""
    found = [_PLACE.match(text) for text in options.values()]
    numbers = [int(match[1]) for match in found if match]
    if len(options) < 2 or numbers != list(range(1, len(options) + 1)):
        return dict(options)
    return {letter: _PLACE.sub("", text, count=1) for letter, text in options.items()}


def labels(options: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return the letter before the text of each option that has one, and the text behind it."""
    found = ((at, text, _LETTER.match(text)) for at, text in options.items())
    return {
        at: (plain_letter(match[1]), text[match.end() :])
        for at, text, match in found
        if match
        and not (match[0].strip()[-1] in "、:：" and _JOINED.fullmatch(text[match.end() :]))
    }


def are_swapped(options: Mapping[str, str], found: Mapping[str, tuple[str, str]]) -> bool:
    """Return whether the letters of :func:`labels` are meant as such and are other ones."""
    given = [letter for letter, _ in found.values()]
    if len(found) < 2 or all(letter == at for at, (letter, _) in found.items()):
        return False
    # C. elegans, D. melanogaster
    names = all(text[:1].isascii() and text[:1].islower() for _, text in found.values())
    return not names or sorted(set(given)) == sorted(options) or len(set(given)) < len(given)


def plain_letter(letter: str) -> str:
    """Return a letter as a capital of common width."""
    code = ord(letter)
    return (chr(code - 0xFEE0) if code >= 0xFF21 else letter).upper()
