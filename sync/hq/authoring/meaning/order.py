"""Options whose place matters: "all of the above", "A and B", letters in front of the texts."""

import re
from collections.abc import Sequence
from typing import TypeVar

from kiosk.exam.items.item import Item, Option, OptionText, Translation
from kiosk.exam.items.markup import all_spans
from sync.hq.authoring import translated
from sync.hq.problems import Problem

_HOLDS = (
    "(?:都|均|皆|全|全都|全部|无一?|没有?)(?:不|非|未)?"
    "(?:是|对|正确|准确|错|错误|可以?|包括|包含|属于|符合|能|行|要|需要?|选|成立|适用|必要|合理|有)?的?"
)
_ABOVE = re.compile(
    rf"(?:以上|上述|上列|前述|以上所述).{{0,6}}?{_HOLDS}|"
    r"(?:以上|上述)(?:全部|所有|各|[两二三四五六])(?:选项|各?项|者|种|个|点|内容|情况|说法)?|"
    r"(?:都|均|皆|全|全都|全部)(?:不|非)?(?:是|对|正确|可以?|包括|选)|"
    r"(?:没有|无)(?:一[个项])?正确(?:的)?(?:答案|选项)?|"
    r"(?i:(?:all|none|both|neither|any|either|each|some|more than one|two or more)"
    r" (?:of )?(?:the |these |those )?(?:answers? |options? |choices? |statements? )?"
    r"(?:above|these|those|others?|preceding|foregoing|listed)\b.{0,40}|"
    r"no correct (?:answer|option).{0,20}|"
    r"(?:todas|ninguna) (?:de )?las anteriores|(?:todas|nenhuma) (?:das )?anteriores|"
    r"toutes (?:ces|les) réponses.{0,20}|aucune (?:de ces|des) réponses.{0,20}|"
    r"(?:alle|keine)r? (?:der |die )?(?:genannten|obigen).{0,30})"
)
_LETTER = r"(?<![A-Za-z])[A-Z](?![A-Za-z])"
_NAMED = r"(?:选项|(?i:options?|answers?|choices?))\s*"
_WORDS = r"(?:以上|只有|仅有?|同时|(?i:both|only|either|neither)\s)\s*"
_JOINT = r"\s*(?:和|与|及|或|以及|、|,|，|/|&|\+|(?i:and|or|nor)\b)\s*"
_TAIL = (
    rf"\s*[两二三四五]?(?:项|者|个|选项|点)?\s*(?:同时)?(?:{_HOLDS}|正确|错误|不正确)?"
    r"(?:\s*\b(?i:only|both|above|are|is|correct|true|false|wrong|right|together))*"
)
_JOINED = re.compile(
    rf"(?:{_WORDS})?(?:{_NAMED})?{_LETTER}(?:{_JOINT}(?:{_NAMED})?{_LETTER})+{_TAIL}|"
    rf"(?:以上|只有|仅)?[A-Z]{{2,}}[两二三四五]?(?:项|者)?{_HOLDS}|"
    rf"(?:只有|仅有?|(?i:only )){_LETTER}{_TAIL}|前[两二三四][项者个].{{0,8}}"
)
_BY_LETTER = re.compile(rf"{_NAMED}{_LETTER}|{_LETTER}\s*(?:选项|项(?!目))")
_EDGES = " \n\u3000。.!！；;，,（）()"
_LABEL = re.compile(r"\s*[(（]?([A-Za-z])\s*[)）.．、:：]\s*(?=\S)")


AnyOption = TypeVar("AnyOption", Option, OptionText)


def adjusted(item: Item) -> tuple[Item, Sequence[Problem]]:
    """Return the item with its options in the order that its texts need, and notes of changes."""
    if not item.options:
        return item, ()
    item, notes = _without_labels(item)
    if not item.shuffle:
        return item, notes
    if found := _refers_to_letters(item):
        return _unshuffled(item, found, notes)
    closing = [any(map(_is_closing, texts)) for texts in _texts_by_option(item)]
    last = len(closing) - closing.count(True)
    if not any(closing):
        return item, notes
    if any(closing[:last]):
        texts = _texts_by_option(item)[closing.index(True)]
        return _unshuffled(item, _plain(next(filter(_is_closing, texts))), notes)
    return _fixed(item, last, notes)


def _is_closing(text: str) -> bool:
    return bool(_ABOVE.fullmatch(_plain(text)))


def _texts_by_option(item: Item) -> list[list[str]]:
    """Return the texts of each option in all languages."""
    languages = [item, *(other for _, other in translated.in_languages(item))]
    return [[other.options[at].text for other in languages] for at in range(len(item.options))]


def _without_labels(item: Item) -> tuple[Item, list[Problem]]:
    """Remove the letters in front of options: after shuffling, they would be other ones."""
    options, removed = _bare(item.options)
    notes = [Problem("labels_removed", column="options", is_error=False)] if removed else []
    others: list[Translation] = []
    for other in item.translations:
        texts, removed = _bare(other.options)
        others.append(other.model_copy(update={"options": texts}))
        if removed:
            column = translated.field_name(other.language, "options")
            notes.append(Problem("labels_removed", column=column, is_error=False))
    changed = {"options": options, "translations": tuple(others)}
    return (item.model_copy(update=changed) if notes else item), notes


def _bare(options: tuple[AnyOption, ...]) -> tuple[tuple[AnyOption, ...], bool]:
    """Return options without their letters, and whether they had any."""
    labels = [_LABEL.match(option.text) for option in options]
    if [found and found[1].upper() for found in labels] != [option.id for option in options]:
        return options, False
    bare = (
        option.model_copy(update={"text": option.text[found.end() :]})
        for option, found in zip(options, labels, strict=True)
        if found
    )
    return tuple(bare), bool(options)


def _refers_to_letters(item: Item) -> str:
    """Return the text that names options by their letters, or an empty one."""
    languages = (item, *(other for _, other in translated.in_languages(item)))
    return next(filter(None, map(_naming_letters, languages)), "")


def _naming_letters(item: Item) -> str:
    for option in item.options:
        text = _plain(option.text)
        if _JOINED.fullmatch(text) and _letters(text) <= set(item.option_ids):
            return text
    for text in (item.stem, *(option.text for option in item.options)):
        if (found := _BY_LETTER.search(_plain(text))) and _letters(found[0]) <= set(
            item.option_ids
        ):
            return found[0]
    return ""


def _letters(text: str) -> set[str]:
    return set(re.findall("[A-Z](?![a-z])", text))


def _unshuffled(item: Item, found: str, notes: list[Problem]) -> tuple[Item, Sequence[Problem]]:
    note = Problem("not_shuffled", column="options", params={"value": found[:40]}, is_error=False)
    return item.model_copy(update={"shuffle": False}), [*notes, note]


def _fixed(item: Item, start: int, notes: list[Problem]) -> tuple[Item, Sequence[Problem]]:
    options: list[Option] = []
    for number, option in enumerate(item.options):
        if number < start or option.fixed:
            options.append(option)
            continue
        options.append(option.model_copy(update={"fixed": True}))
        params = {"value": _plain(option.text)[:40]}
        notes.append(Problem("fixed_last", column="options", params=params, is_error=False))
    return item.model_copy(update={"options": tuple(options)}), notes


def _plain(text: str) -> str:
    return "".join(span.text for span in all_spans(text)).strip(_EDGES)
