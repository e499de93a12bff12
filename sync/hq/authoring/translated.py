"""The texts of an item in other languages, as fields of drafts: ``translations.en.stem``.

A draft has the fields ``stem``, ``stimulus`` and ``options`` of each language (:data:`FIELDS`),
so that each is checked, named and shown like a field of the item itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kiosk.exam.items.item import Item
from sync.hq.problems import Phrase, Problem

LANGUAGES: Mapping[str, Phrase] = MappingProxyType(
    {"zh": Phrase("Chinese"), "en": Phrase("English")}
)
"""Languages of the product's pages, with their names."""

PARTS = ("stem", "stimulus", "options")
TABLE = "translations"


def field_name(language: str, part: str) -> str:
    """Return the name of a field: ``translations.en.stem``."""
    return f"{TABLE}.{language}.{part}"


FIELDS = frozenset(field_name(language, part) for language in LANGUAGES for part in PARTS)


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an item with those of its table ``translations`` as single fields."""
    given = values.get(TABLE)
    if not isinstance(given, Mapping):
        return dict(values)
    found = {name: value for name, value in values.items() if name != TABLE}
    for language, texts in given.items():
        if isinstance(texts, Mapping):
            found |= {field_name(language, part): text for part, text in texts.items()}
        else:
            found[f"{TABLE}.{language}"] = texts
    return found


def of_item(item: Item) -> dict[str, Any]:
    """Return the fields of an item's translations."""
    return flat({TABLE: {other.language: _texts_of(other) for other in item.translations}})


def _texts_of(other: Any) -> Mapping[str, Any]:
    texts = other.model_dump(mode="json", include=set(PARTS))
    return {part: text for part, text in texts.items() if text}


def is_field(name: str) -> bool:
    """Return whether a name is that of a translation's field, known or not."""
    return name.partition(".")[0] == TABLE


def in_languages(item: Item) -> Iterator[tuple[str, Item]]:
    """Yield the item in each other language, after the beginning of its fields' names."""
    for other in item.translations:
        yield field_name(other.language, ""), item.in_language(other.language)


def documents(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the translations as an item's ``translations`` has them, options in its order."""
    own = _ids(values.get("options"))
    return [
        {
            "language": language,
            **{
                part: sorted(text, key=lambda option: _place(option, own))
                if part == "options" and isinstance(text, (list, tuple))
                else text
                for part, text in texts.items()
            },
        }
        for language, texts in _given(values)
    ]


def place(at: Sequence[int | str], values: Mapping[str, Any]) -> Sequence[int | str]:
    """Return a place in an item's ``translations`` with the language instead of its number."""
    if at[:1] != (TABLE,) or len(at) < 2 or not isinstance(at[1], int):
        return at
    return (TABLE, documents(values)[at[1]]["language"], *at[2:])


def check(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Check that each translation is whole and in a known language."""
    unknown = map(_unknown, (name for name in values if is_field(name) and name not in FIELDS))
    yield from {problem.column: problem for problem in unknown}.values()
    for language, texts in _given(values):
        yield from _check(language, texts, values)


def _given(values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for language in LANGUAGES:
        texts = {part: values.get(field_name(language, part)) for part in PARTS}
        if found := {part: text for part, text in texts.items() if text}:
            yield language, found


def _unknown(name: str) -> Problem:
    _, _, rest = name.partition(".")
    language, _, part = rest.partition(".")
    if language and language not in LANGUAGES:
        known = ", ".join(f"{code} {phrase.text}" for code, phrase in LANGUAGES.items())
        params = {"value": language[:40], "known": known}
        return Problem("language_unknown", column=f"{TABLE}.{language}", params=params)
    if part:
        return Problem("unknown_column", column=name)
    return Problem("translation_form", column=name)


def _check(language: str, texts: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Problem]:
    named: dict[str, object] = {"language": LANGUAGES[language]}
    if "stem" not in texts:
        yield Problem("translation_stem", column=field_name(language, "stem"), params=named)
    if bool(values.get("stimulus")) != ("stimulus" in texts):
        code = "translation_stimulus" if values.get("stimulus") else "translation_no_stimulus"
        yield Problem(code, column=field_name(language, "stimulus"), params=named)
    own, others = _ids(values.get("options")), _ids(texts.get("options"))
    column = field_name(language, "options")
    for code, surplus in (
        ("translation_options", [name for name in own if name not in others]),
        ("translation_surplus", [name for name in others if name not in own]),
        ("translation_twice", [n for at, n in enumerate(others) if n in others[:at]]),
    ):
        if surplus:
            shown = ", ".join(str(name) for name in surplus)[:60]
            yield Problem(code, column=column, params={**named, "value": shown})


def _ids(options: object) -> Sequence[object]:
    """Return the ids of options; whatever is no option has none."""
    if not isinstance(options, (list, tuple)):
        return []
    return [option.get("id") for option in options if isinstance(option, Mapping)]


def _place(option: object, own: Sequence[object]) -> int:
    name = option.get("id") if isinstance(option, Mapping) else None
    return own.index(name) if name in own else len(own)
