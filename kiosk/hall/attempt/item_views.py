"""One item as a candidate's page shows it."""

from collections.abc import Sequence
from string import ascii_uppercase

from kiosk.exam.items.item import Item, Translation
from kiosk.exam.items.shown import shown
from kiosk.hall.views.attempt import ItemView, OptionView, TranslationView


def item_view(
    item: Item, order: Sequence[str], number: int, group: int | None, points: str
) -> ItemView:
    """Return an item for a page.

    Args:
        item: what is asked.
        order: ids of its options, in the order in which they are shown.
        number: its place in the paper, from 1.
        group: number of the first item with the same stimulus, or None.
        points: what it is worth.
    """
    texts = {option.id: option.text for option in item.options}
    return ItemView(
        id=item.id,
        type=item.type,
        number=number,
        group=group,
        stimulus=shown(item.stimulus),
        stem=shown(item.stem),
        options=[
            OptionView(option_id, ascii_uppercase[position], shown(texts.get(option_id, "")))
            for position, option_id in enumerate(order)
        ],
        points=points,
        translations={other.language: _translation_view(other) for other in item.translations},
    )


def _translation_view(other: Translation) -> TranslationView:
    options = {option.id: shown(option.text) for option in other.options}
    return TranslationView(shown(other.stimulus), shown(other.stem), options)
