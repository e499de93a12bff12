"""Choice items from options, key and settings, whatever the version of QTI."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from sync.hq.authoring.interchange.notes import Notes
from sync.hq.problems import Problem

_TRUTHS = (
    {"true", "正确", "对", "t", "√", "✓", "✔", "correct", "right", "正确 / true"},
    {"false", "错误", "错", "f", "×", "✗", "✘", "incorrect", "wrong", "错误 / false"},
)
_ANSWERS = ({"yes", "是", "y"}, {"no", "否", "n", "不是"})
"""Words of true/false items only if the options' ids say so: they answer a question."""


@dataclass(frozen=True)
class Choice:
    """One option: its identifier in the source, its text as markup."""

    id: str
    text: str
    fixed: bool = False


@dataclass(frozen=True)
class Settings:
    """How the options are shown and how many may be chosen; 0: any number.

    ``truths``: whether options that mean true and false make a true/false item.
    """

    several: bool
    shuffle: bool
    most: int = 0
    least: int = 0
    truths: bool = True


def choice_values(
    choices: Sequence[Choice], key: Collection[str], settings: Settings, notes: Notes
) -> dict[str, Any]:
    """Return type, options and key of an item, noting what cannot be kept."""
    ids = [choice.id for choice in choices]
    if len(set(ids)) != len(ids):
        notes.lost("options with the same identifier", "options")
    if not key:
        notes.problems.append(Problem("key_missing", column="key"))
    elif len(key) > 1 and not settings.several:
        notes.lost("several right options where only one may be chosen", "key")
    _note_limits(len(choices), len(key), settings, notes)
    if settings.truths and not settings.several and (truths := _truths(choices)):
        return {"type": ItemType.TRUE_FALSE.value, "key": [truths.get(name, name) for name in key]}
    letters = {choice.id: _letter(number) for number, choice in enumerate(choices)}
    single = not settings.several or len(key) == 1
    if settings.several and single:
        notes.problems.append(Problem("one_right", column="key", is_error=False))
    kind = ItemType.SINGLE_CHOICE if single else ItemType.MULTIPLE_CHOICE
    return {
        "type": kind.value,
        "options": [_option(choice, letters[choice.id]) for choice in choices],
        "key": [letters.get(name, name) for name in sorted(key, key=[*ids, *key].index)],
        **({} if settings.shuffle else {"shuffle": False}),
    }


def _option(choice: Choice, letter: str) -> dict[str, Any]:
    fixed = {"fixed": True} if choice.fixed else {}
    return {"id": letter, "text": choice.text, **fixed}


def _letter(number: int) -> str:
    """Return A to Z, then A2, B2 and so on."""
    again, place = divmod(number, len(ascii_uppercase))
    return ascii_uppercase[place] + (str(again + 1) if again else "")


def _truths(choices: Sequence[Choice]) -> dict[str, str]:
    """Return ``true`` and ``false`` by option, if the options mean exactly that."""
    if len(choices) != len(TRUE_FALSE):
        return {}
    texts = [choice.text.strip(" .。").casefold() for choice in choices]
    named = sorted(choice.id.casefold() for choice in choices) == sorted(TRUE_FALSE)
    words = [(_TRUTHS[0], _TRUTHS[1]), *([_ANSWERS] if named else [])]
    for yes, no in words:
        for first, second, names in ((yes, no, TRUE_FALSE), (no, yes, TRUE_FALSE[::-1])):
            if texts[0] in first and texts[1] in second:
                return dict(zip((choice.id for choice in choices), names, strict=True))
    return {}


def _note_limits(size: int, right: int, settings: Settings, notes: Notes) -> None:
    if not settings.several:
        return
    if 0 < settings.most < right:
        notes.lost("more right options than may be chosen", "key")
    elif 0 < settings.most < size:
        notes.dropped("largest number of choices", "options")
    if settings.least > 1:
        notes.dropped("least number of choices", "options")
