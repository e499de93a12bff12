"""The practice paper: questions about the tools of the answer page, of each type.

It belongs to no exam. Nothing of it is scored, stored or sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk.exam.items.item import (
    LANGUAGES,
    Item,
    ItemType,
    Language,
    Option,
    OptionText,
    Translation,
)
from kiosk.hall.attempt.item_views import item_view
from kiosk.hall.views.attempt import ItemView, SectionView
from kiosk.webpages.languages import language

MINUTES = 20
"""What the clock of the practice begins with; it begins again when it is at zero."""

POINTS = "1"
FORMULA = r"$E = AD \times EF$"
TABLE_ROWS = (("A1", "120", "2.5"), ("A2", "80", "3.25"))
FORMULA_OPTIONS = (
    r"$\frac{AD}{EF}$",
    r"$AD \times EF$",
    r"$AD + EF^{2}$",
    r"$\sqrt{AD \cdot EF}$",
)


def practice_items(*, calculator: bool) -> list[ItemView]:
    """Return the questions in the reader's language, with their texts in the other one.

    Args:
        calculator: whether the answer page has one; if not, no question asks for it.
    """
    other = next(name for name in LANGUAGES if name != language())
    with force_locale(other):
        translations = [_translation(other, item) for item in _items(calculator)]
    items = [
        item.model_copy(update={"translations": (translation,)})
        for item, translation in zip(_items(calculator), translations, strict=True)
    ]
    first = next(number for number, item in enumerate(items, start=1) if item.group)
    return [
        item_view(item, item.option_ids, number, first if item.group else None, POINTS)
        for number, item in enumerate(items, start=1)
    ]


def practice_sections(items: Sequence[ItemView]) -> list[SectionView]:
    """Return the one section that has all questions."""
    title = {"zh": "练习", "en": "Practice"}
    return [SectionView("practice", title, 1, len(items), str(len(items)), title, "")]


def _items(calculator: bool) -> list[Item]:
    return [_single(), _multiple(), _true_false(), *_with_table(calculator), _short(), _essay()]


def _translation(into: Language, item: Item) -> Translation:
    options = tuple(OptionText(id=option.id, text=option.text) for option in item.options)
    return Translation(language=into, stem=item.stem, stimulus=item.stimulus, options=options)


def _item(item_type: ItemType, name: str, stem: str, *options: str, stimulus: str = "") -> Item:
    return Item(
        id=f"practice-{name}",
        type=item_type,
        subject="practice",
        domain="practice",
        stem=stem,
        options=tuple(
            Option(id=letter, text=text) for letter, text in zip("abcdef", options, strict=False)
        ),
        group="practice" if stimulus else None,
        stimulus=stimulus,
    )


def _single() -> Item:
    stem = _("How can you choose an option? Try each way, and take your choice back once.")
    options = (
        _("Click on it"),
        _("Press its number on the keyboard"),
        _("Press its letter on the keyboard"),
        _("In each of these ways"),
    )
    return _item(ItemType.SINGLE_CHOICE, "single", stem, *options)


def _multiple() -> Item:
    stem = _(
        "What does this page show you? Choose everything that is right. Strike out what you rule"
        " out: with the button beside an option, or with Shift and its letter."
    )
    options = (
        _("How much time is left"),
        _("Which questions you have answered"),
        _("Which answers are right"),
        _("Which questions you have flagged"),
    )
    return _item(ItemType.MULTIPLE_CHOICE, "multiple", stem, *options)


def _true_false() -> Item:
    stem = _(
        "Flag this question and find it in the list of questions. A flag is for yourself and"
        " changes no score."
    )
    return _item(ItemType.TRUE_FALSE, "true-false", stem)


def _with_table(calculator: bool) -> tuple[Item, ...]:
    headings = (_("Plant"), _("Activity data (t)"), _("Emission factor (t CO₂/t)"))
    lines = ("|".join(("", *row, "")) for row in (headings, ("---",) * 3, *TABLE_ROWS))
    about = _("Some questions share material. It stays here while you move between them.")
    stimulus = f"{about} {FORMULA}\n\n" + "\n".join(lines)
    which = _("Which formula is the one beside the table? Make the text larger if you need to.")
    formula = _item(ItemType.SINGLE_CHOICE, "formula", which, *FORMULA_OPTIONS, stimulus=stimulus)
    if not calculator:
        return (formula,)
    emissions = _("What are the emissions of plant A2? Use the calculator.")
    options = ("26 t CO₂", "260 t CO₂", "300 t CO₂", "24.6 t CO₂")
    counted = _item(ItemType.SINGLE_CHOICE, "calculator", emissions, *options, stimulus=stimulus)
    return formula, counted


def _short() -> Item:
    stem = _(
        "Type one sentence with the input method that you will use in the exam. Then clear it and"
        " bring it back."
    )
    return _item(ItemType.SHORT_ANSWER, "short", stem)


def _essay() -> Item:
    stem = _(
        "Write two short paragraphs. Make a word bold, and lower the 2 in CO2 with the button x₂."
    )
    return _item(ItemType.ESSAY, "essay", stem)
