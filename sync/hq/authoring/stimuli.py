"""The text that items of a group share, in all languages that they have it in.

Items of a group agree if no language has two texts. So the items of a group can be translated
one by one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.exam.items.item import Item

OWN = ""
"""Stands for the item's own text; others stand under their language."""

Stimuli = Mapping[str, str]


def stimuli_of(item: Item) -> Stimuli:
    """Return the stimulus of an item by language."""
    return of_document(item.model_dump(mode="json"))


def of_document(item: Mapping[str, Any]) -> Stimuli:
    """Return the same of an item as the database has it."""
    others = {other["language"]: other["stimulus"] for other in item.get("translations", ())}
    return {OWN: item.get("stimulus", ""), **others}


def agree(first: Stimuli, second: Stimuli) -> bool:
    """Return whether two items can be in one group."""
    return all(first[language] == second[language] for language in first.keys() & second.keys())


def all_agree(stimuli: Stimuli, others: Iterable[Stimuli]) -> bool:
    """Return whether an item can be in the group of others."""
    return all(agree(stimuli, other) for other in others)


def with_stimuli(item: Item, stimuli: Stimuli) -> Item:
    """Return an item with these texts, in the languages that it has."""
    others = tuple(
        other.model_copy(update={"stimulus": stimuli.get(other.language, other.stimulus)})
        for other in item.translations
    )
    return item.model_copy(update={"stimulus": stimuli[OWN], "translations": others})
