"""Items as their candidates will see them, with the key; two versions with their differences."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from markupsafe import Markup

from kiosk.exam.items.item import Item
from kiosk.exam.items.markup import STYLES
from sync.hq.authoring.entry import BankItem
from sync.hq.web.console.rich import rich

_STYLES = "|".join(STYLES)
_TOKEN = re.compile(
    r"(?:^\|.*\|[ \t]*$\n?)+"  # a table
    rf"|<({_STYLES})>.*?</\1>"
    r"|\$[^$\n]+\$|!\[[^\]\n]*\]\([^)\s]*\)|\\.|[A-Za-z0-9]+|.",
    re.MULTILINE | re.DOTALL,
)
_MOST_TOKENS = 3000
"""Longer texts are marked as a whole: comparing takes time that grows with the square."""

Mark = Callable[[str, str], Markup]
"""Shows a text with what differs from the other version's."""


@dataclass(frozen=True)
class OptionView:
    """An option of a choice item. A ``fixed`` one keeps its place."""

    id: str
    text: Markup
    is_key: bool
    fixed: bool


@dataclass(frozen=True)
class TextsView:
    """The texts that candidates read, in one language."""

    language: str
    stimulus: Markup
    stem: Markup
    options: Sequence[OptionView]


@dataclass(frozen=True)
class PointView:
    """A mark point."""

    marks: Decimal
    text: Markup
    keywords: Sequence[str]


@dataclass(frozen=True)
class ItemView:
    """An item with everything that belongs to it; texts are HTML.

    ``differing``: names of fields that differ from the other version and are shown as words.
    """

    entry: BankItem
    stimulus: Markup
    stem: Markup
    options: Sequence[OptionView]
    points: Sequence[PointView]
    model_answer: Markup
    rationale: Markup
    differing: frozenset[str]
    translations: Sequence[TextsView]


def item_view(entry: BankItem) -> ItemView:
    """Return an item."""
    return _view(entry, entry, lambda text, _: rich(text))


def compared_views(old: BankItem, new: BankItem) -> tuple[ItemView, ItemView]:
    """Return two versions of an item, their differences marked with ``<del>`` and ``<ins>``."""
    return (
        _view(old, new, lambda text, other: marked(text, other)[0]),
        _view(new, old, lambda text, other: marked(other, text)[1]),
    )


def marked(old: str, new: str) -> tuple[Markup, Markup]:
    """Return two texts as HTML with what was removed, and what was inserted, marked."""
    if old == new:
        return rich(old), rich(new)
    before, after = ([found[0] for found in _TOKEN.finditer(text)] for text in (old, new))
    if max(len(before), len(after)) > _MOST_TOKENS:
        return _removed(old), _inserted(new)
    sides: tuple[list[Markup], list[Markup]] = ([], [])
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        removed, inserted = "".join(before[start:end]), "".join(after[new_start:new_end])
        sides[0].append(_shown(removed) if kind == "equal" else _removed(removed))
        sides[1].append(_shown(inserted) if kind == "equal" else _inserted(inserted))
    return Markup("").join(sides[0]), Markup("").join(sides[1])


def _view(entry: BankItem, other: BankItem, mark: Mark) -> ItemView:
    item, scheme = entry.item, entry.scheme
    points = [point.text for point in other.scheme.points]
    points += [""] * (len(scheme.points) - len(points))
    return ItemView(
        entry,
        mark(item.stimulus, other.item.stimulus),
        mark(item.stem, other.item.stem),
        _option_views(entry, item, other.item, mark),
        [
            PointView(point.marks, mark(point.text, text), point.keywords)
            for point, text in zip(scheme.points, points, strict=False)
        ],
        mark(scheme.model_answer, other.scheme.model_answer),
        mark(scheme.rationale, other.scheme.rationale),
        _differing(entry, other),
        [_texts_view(entry, texts.language, other, mark) for texts in item.translations],
    )


def _option_views(entry: BankItem, item: Item, other: Item, mark: Mark) -> list[OptionView]:
    texts = {option.id: option.text for option in other.options}
    return [
        OptionView(
            option.id,
            mark(option.text, texts.get(option.id, "")),
            option.id in entry.scheme.key,
            option.fixed,
        )
        for option in item.options
    ]


def _texts_view(entry: BankItem, language: str, other: BankItem, mark: Mark) -> TextsView:
    """Return an item's texts in a language, compared with the other's if that has them."""
    item, compared = entry.item.in_language(language), other.item.in_language(language)
    if all(texts.language != language for texts in other.item.translations):
        return TextsView(
            language,
            mark(item.stimulus, ""),
            mark(item.stem, ""),
            _option_views(entry, item, compared.model_copy(update={"options": ()}), mark),
        )
    return TextsView(
        language,
        mark(item.stimulus, compared.stimulus),
        mark(item.stem, compared.stem),
        _option_views(entry, item, compared, mark),
    )


def _differing(entry: BankItem, other: BankItem) -> frozenset[str]:
    names = ("type", "subject", "domain", "trade", "level", "shuffle", "group")
    found = {name for name in names if getattr(entry.item, name) != getattr(other.item, name)}
    if entry.difficulty != other.difficulty:
        found.add("difficulty")
    if set(entry.scheme.key) != set(other.scheme.key):
        found.add("key")
    return frozenset(found)


def _removed(text: str) -> Markup:
    return Markup("<del>{}</del>").format(_shown(text)) if text else Markup("")


def _inserted(text: str) -> Markup:
    return Markup("<ins>{}</ins>").format(_shown(text)) if text else Markup("")


def _shown(text: str) -> Markup:
    # Blank text between two changes: there is nothing in it to render.
    return rich(text) if text.strip() else Markup("<br>").join(text.split("\n"))
