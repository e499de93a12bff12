"""Items as a candidate sees them, their mark schemes (HQ only), and answers to them (R3, R11)."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal, Self, get_args

from pydantic import ConfigDict, Field, model_validator

from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.items import rich_text
from kiosk.exam.items.markup import pictures
from kiosk.exam.values import Growing

MAX_TEXT = 20_000
"""Longest short answer in characters."""

MAX_ESSAY = 60_000
"""Longest essay in characters, formatting tags included."""

AnswerValue = str | list[str] | None
"""An option id, option ids in the item's order, a written text (an essay as
:mod:`kiosk.exam.items.rich_text`), or None for no answer.
"""

TRUE_FALSE = ("true", "false")


class ItemType(StrEnum):
    """The item types of R11, and the essay of R3."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    ESSAY = "essay"

    @property
    def objective(self) -> bool:
        """Whether the key alone can score it."""
        return self not in (ItemType.SHORT_ANSWER, ItemType.ESSAY)

    @property
    def has_options(self) -> bool:
        """Whether its items define their own options, which are shuffled for each candidate."""
        return self in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)


class Difficulty(StrEnum):
    """How hard an item is, in the five steps of IEEE 1484.12.1 (learning object metadata, 5.8)."""

    VERY_EASY = "very_easy"
    EASY = "easy"
    MEDIUM = "medium"
    DIFFICULT = "difficult"
    VERY_DIFFICULT = "very_difficult"


class _Value(Growing):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Value):
    """One option of a choice item; shuffling does not change its ``id``.

    ``text`` is markup (:mod:`kiosk.exam.items.markup`). A ``fixed`` option keeps its place when
    the others are shuffled.
    """

    younger = frozenset({"fixed"})

    id: str = Field(min_length=1, max_length=8)
    text: str = Field(min_length=1)
    fixed: bool = False


Language = Literal["zh", "en"]
"""A language of the product's pages."""

LANGUAGES: tuple[Language, ...] = get_args(Language)


class OptionText(_Value):
    """The text of an option in another language; ``id`` is that of the option."""

    id: str = Field(min_length=1, max_length=8)
    text: str = Field(min_length=1)


class Translation(_Value):
    """The texts of an item in another language: all of them, so that no page mixes two.

    Pages in its language show these texts, all other pages the item's own.
    """

    language: Language
    stem: str = Field(min_length=1)
    stimulus: str = ""
    options: tuple[OptionText, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text, in the order of the item's own."""
        return self.stimulus, self.stem, *(option.text for option in self.options)


class Item(_Value):
    """The part of an item that a candidate may see: it has no fields for key and mark scheme.

    ``stem`` and ``stimulus`` are markup (:mod:`kiosk.exam.items.markup`). ``trade``: the only
    trade that it is for, or None for all. ``level``: the lowest level that it may be asked at
    (R2). ``shuffle``: whether its options may be shuffled. ``group``: items of a group share
    their ``stimulus``, such as a case or a table, which is shown above each of them.
    ``translations``: the same question in other languages, one for each.
    """

    younger = frozenset({"shuffle", "group", "stimulus", "translations"})

    id: str = Field(min_length=1, max_length=64)
    type: ItemType
    subject: str
    domain: str
    stem: str = Field(min_length=1)
    options: tuple[Option, ...] = ()
    trade: str | None = None
    level: str | None = None
    shuffle: bool = True
    group: str | None = Field(default=None, min_length=1, max_length=64)
    stimulus: str = ""
    translations: tuple[Translation, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Stimulus, stem and options, without translations."""
        return self.stimulus, self.stem, *(option.text for option in self.options)

    @property
    def all_texts(self) -> tuple[str, ...]:
        """The same with those of all translations."""
        return self.texts + tuple(text for other in self.translations for text in other.texts)

    @property
    def pictures(self) -> frozenset[str]:
        """File names of the pictures in all texts."""
        return frozenset().union(*map(pictures, self.all_texts))

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids that an answer may name, in the item's own order."""
        if self.type is ItemType.TRUE_FALSE:
            return TRUE_FALSE
        return tuple(option.id for option in self.options)

    @model_validator(mode="after")
    def _options_fit_type(self) -> Self:
        if self.type.has_options != (len(self.options) >= 2):
            raise ValueError(f"item {self.id}: {self.type} with {len(self.options)} options")
        if len(set(self.option_ids)) != len(self.option_ids):
            raise ValueError(f"item {self.id}: an option id occurs twice")
        return self

    @model_validator(mode="after")
    def _stimulus_with_group(self) -> Self:
        if (self.group is None) != (not self.stimulus):
            raise ValueError(f"item {self.id}: a group needs a stimulus, and a stimulus a group")
        return self

    @model_validator(mode="after")
    def _translations_are_whole(self) -> Self:
        languages = [other.language for other in self.translations]
        if len(set(languages)) != len(languages):
            raise ValueError(f"item {self.id}: a language occurs twice")
        for other in self.translations:
            ids = [option.id for option in other.options]
            if ids != [option.id for option in self.options]:
                raise ValueError(f"item {self.id}: {other.language} has other options")
            if bool(other.stimulus) != bool(self.stimulus):
                raise ValueError(f"item {self.id}: a stimulus is in one language only")
        return self

    def in_language(self, language: str) -> Self:
        """Return the item with its texts in a language: its own where it has no others."""
        for other in self.translations:
            if other.language == language:
                return self._with_texts(other)
        return self

    def _with_texts(self, other: Translation) -> Self:
        texts = {option.id: option.text for option in other.options}
        options = tuple(
            option.model_copy(update={"text": texts[option.id]}) for option in self.options
        )
        changed = {"stem": other.stem, "stimulus": other.stimulus, "options": options}
        return self.model_copy(update=changed)


class MarkPoint(_Value):
    """One thing that a marker looks for in a written answer.

    ``keywords`` hint at where to look in an answer; they never give marks.
    """

    text: str = Field(min_length=1)
    marks: Decimal = Field(gt=0)
    keywords: tuple[str, ...] = ()


class MarkScheme(_Value):
    """How an item is marked. It stays at HQ: no format that travels to a centre can contain it."""

    item_id: str
    key: tuple[str, ...] = ()
    rationale: str = ""
    model_answer: str = ""
    points: tuple[MarkPoint, ...] = ()

    def check(self, item: Item) -> None:
        """Check key and mark points against their item.

        Raises:
            ValueError: they do not fit the item.
        """
        if item.type.objective and not set(self.key) <= set(item.option_ids):
            raise ValueError(f"item {item.id}: the key names an option that is not there")
        if not item.type.objective:
            if self.key or not self.points:
                raise ValueError(f"item {item.id}: a written item needs mark points, not a key")
        elif item.type is ItemType.MULTIPLE_CHOICE:
            if len(set(self.key)) < 2:
                raise ValueError(f"item {item.id}: a multiple choice key needs two options")
        elif len(self.key) != 1:
            raise ValueError(f"item {item.id}: the key must name one option")


def validate_answer(item: Item, value: object) -> AnswerValue:
    """Return ``value`` in canonical form.

    Choice: an option id. Multiple choice: a list of option ids, returned in the item's order.
    Written: text of at most ``MAX_TEXT`` characters, an essay of ``MAX_ESSAY``. ``None`` clears
    any answer.

    Raises:
        InvalidAnswer: the value does not fit the item.
    """
    if value is None:
        return None
    if item.type is ItemType.MULTIPLE_CHOICE:
        return _picked(item, value)
    if not isinstance(value, str):
        raise InvalidAnswer(f"{item.id}: a text was expected")
    if not item.type.objective:
        return _written(item, value)
    if value not in item.option_ids:
        raise InvalidAnswer(f"{item.id}: no such option")
    return value


def _picked(item: Item, value: object) -> AnswerValue:
    if not isinstance(value, list) or not all(isinstance(pick, str) for pick in value):
        raise InvalidAnswer(f"{item.id}: a list of options was expected")
    picks = set(value)
    if not picks <= set(item.option_ids):
        raise InvalidAnswer(f"{item.id}: no such option")
    return [option for option in item.option_ids if option in picks] or None


def is_storable(text: str) -> bool:
    """Whether a text has only characters that the database stores and returns as they are."""
    # Lone surrogates cannot be encoded as UTF-8, and a NUL ends the text in SQLite's functions.
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _written(item: Item, text: str) -> AnswerValue:
    most = MAX_ESSAY if item.type is ItemType.ESSAY else MAX_TEXT
    if len(text) > most:
        raise InvalidAnswer(f"{item.id}: {len(text)} characters, at most {most}")
    if not is_storable(text):
        raise InvalidAnswer(f"{item.id}: characters that cannot be stored")
    if item.type is ItemType.ESSAY:
        return _essay(item, text)
    return text or None


def _essay(item: Item, text: str) -> AnswerValue:
    try:
        rich_text.check(text)
    except ValueError as error:
        raise InvalidAnswer(f"{item.id}: {error}") from error
    return text if rich_text.plain(text) else None
