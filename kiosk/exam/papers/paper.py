"""A paper, and each candidate's own form of it.

Shuffling is pure: the same seed gives the same order on any machine and version.
"""

import hashlib
from collections.abc import Sequence
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from kiosk.exam.items.item import Item
from kiosk.exam.programme.blueprint import Examination, Section

T = TypeVar("T")

Translated = Literal["none", "some", "all"]
"""How many items of a paper also have their texts in another language."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PaperSection(_Value):
    """The ids of the items in one section: the ``number``-th (from 0) of its part."""

    part: str
    number: int
    items: tuple[str, ...]

    def rules(self, examination: Examination) -> Section:
        """Return the section's rules from the blueprint.

        Raises:
            KeyError: the examination has no such part.
            IndexError: the part has no such section.
        """
        return examination.part(self.part).sections[self.number]


class Paper(_Value):
    """The items of one paper, section by section in blueprint order."""

    id: str
    programme_id: str
    trade: str | None = None
    level: str | None = None
    items: tuple[Item, ...]
    sections: tuple[PaperSection, ...]

    @model_validator(mode="after")
    def _each_item_in_one_section(self) -> Self:
        placed = [item_id for section in self.sections for item_id in section.items]
        if placed != [item.id for item in self.items] or len(set(placed)) < len(placed):
            raise ValueError("the sections do not hold each item once, in order")
        return self

    @property
    def translated(self) -> Translated:
        """How many of its items also have their texts in another language."""
        found = {bool(item.translations) for item in self.items}
        if True not in found:
            return "none"
        return "some" if False in found else "all"

    @property
    def parts(self) -> frozenset[str]:
        """The parts of the examination that it has: some, where parts are sat separately."""
        return frozenset(section.part for section in self.sections)

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def section_of(self, item_id: str) -> PaperSection:
        """Return the section that contains an item.

        Raises:
            KeyError: no section contains it.
        """
        for section in self.sections:
            if item_id in section.items:
                return section
        raise KeyError(item_id)


class FormItem(_Value):
    """One item of a form, with its options in this candidate's order."""

    item_id: str
    options: tuple[str, ...]


class Form(_Value):
    """A candidate's own order of a paper; answers name item and option ids, never positions."""

    seed: str
    items: tuple[FormItem, ...]


def shuffled(values: Sequence[T], seed: bytes, label: str) -> list[T]:
    """Return a permutation that depends only on ``seed`` and ``label``.

    Sorts by SHA-256 of seed, label and position, so that no library's generator can change it.
    """

    def rank(position: int) -> bytes:
        # Part of the package format: a stored seed must give the same order everywhere, for good.
        return hashlib.sha256(b"%s|%s|%d" % (seed, label.encode(), position)).digest()

    return [values[position] for position in sorted(range(len(values)), key=rank)]


def make_form(paper: Paper, seed: bytes) -> Form:
    """Return one candidate's order: items shuffled within sections, options within items.

    Items of a group stay together, and fixed options in their places.
    """
    by_id = {item.id: item for item in paper.items}
    ordered = [
        item
        for section in paper.sections
        for item in _grouped([by_id[item_id] for item_id in _shuffled_ids(section, seed)])
    ]
    return Form(seed=seed.hex(), items=tuple(_form_item(item, seed) for item in ordered))


def _shuffled_ids(section: PaperSection, seed: bytes) -> list[str]:
    return shuffled(section.items, seed, f"section/{section.part}/{section.number}")


def _grouped(items: Sequence[Item]) -> list[Item]:
    """Move the items of a group together, to the place of its first one."""
    first: dict[str | Item, int] = {}
    for position, item in enumerate(items):
        first.setdefault(item.group or item, position)
    # Stable: within a group the shuffled order stays.
    return sorted(items, key=lambda item: first[item.group or item])


def _form_item(item: Item, seed: bytes) -> FormItem:
    options: Sequence[str] = item.option_ids
    # True/false always shows true first.
    if item.type.has_options and item.shuffle:
        options = _with_fixed(item, shuffled(options, seed, f"options/{item.id}"))
    return FormItem(item_id=item.id, options=tuple(options))


def _with_fixed(item: Item, options: Sequence[str]) -> list[str]:
    """Return the options with the fixed ones in their own places, the others in this order."""
    fixed = {option.id for option in item.options if option.fixed}
    others = iter(option for option in options if option not in fixed)
    return [option.id if option.id in fixed else next(others) for option in item.options]
