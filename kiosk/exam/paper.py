"""From item bank to paper, and from paper to each candidate's own form.

Drawing and shuffling are pure: a seed in, the same order out, on any machine and version.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from kiosk.exam.errors import BankTooSmall
from kiosk.exam.item import Item, ItemType
from kiosk.exam.programme import Programme

T = TypeVar("T")


class Paper(BaseModel):
    """The items of one paper, section by section in blueprint order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    programme_id: str
    items: tuple[Item, ...]

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or None."""
        return next((item for item in self.items if item.id == item_id), None)


class FormItem(BaseModel):
    """One item's place in a form, with its options in this candidate's order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item_id: str
    options: tuple[str, ...]


class Form(BaseModel):
    """A candidate's own order of a paper; answers name item and option ids, never positions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: str
    items: tuple[FormItem, ...]


def shuffled(values: Sequence[T], seed: bytes, label: str) -> list[T]:
    """A permutation that depends on nothing but ``seed`` and ``label``.

    Sorts by SHA-256 of seed, label and position, so that no library's generator can change it.
    """

    def rank(position: int) -> bytes:
        return hashlib.sha256(b"%s|%s|%d" % (seed, label.encode(), position)).digest()

    return [values[position] for position in sorted(range(len(values)), key=rank)]


def assemble(bank: Sequence[Item], programme: Programme, paper_id: str, seed: bytes) -> Paper:
    """Draw a paper that fills the programme's blueprint; raise BankTooSmall if it cannot."""
    items: list[Item] = []
    for section in programme.blueprint:
        for domain in programme.domains:
            items += _draw(bank, section.type, domain.id, section.per_domain, seed)
    return Paper(id=paper_id, programme_id=programme.id, items=tuple(items))


def _draw(
    bank: Sequence[Item], item_type: ItemType, domain: str, count: int, seed: bytes
) -> list[Item]:
    pool = sorted(
        (item for item in bank if item.type is item_type and item.domain == domain),
        key=lambda item: item.id,
    )
    if len(pool) < count:
        raise BankTooSmall(have=len(pool), need=count, what=f"{item_type} / {domain}")
    return shuffled(pool, seed, f"{item_type}/{domain}")[:count]


def make_form(paper: Paper, seed: bytes) -> Form:
    """One candidate's order: items shuffled within their section, options within their item."""
    sections = dict.fromkeys(item.type for item in paper.items)
    ordered = [
        item
        for section in sections
        for item in shuffled(
            [item for item in paper.items if item.type is section], seed, f"section/{section}"
        )
    ]
    return Form(seed=seed.hex(), items=tuple(_form_item(item, seed) for item in ordered))


def _form_item(item: Item, seed: bytes) -> FormItem:
    options: Sequence[str] = item.option_ids
    if item.type in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
        options = shuffled(options, seed, f"options/{item.id}")
    return FormItem(item_id=item.id, options=tuple(options))
