"""Classification of an item as tags for other systems: ``domain:policy`` and so on."""

from collections.abc import Iterable, Mapping

from kiosk.exam.items.item import ItemType
from sync.hq.authoring.entry import BankItem

TAGGED = ("type", "subject", "domain", "trade", "level", "difficulty")


def write_tags(entry: BankItem) -> list[str]:
    values = {**vars(entry.item), "difficulty": entry.difficulty}
    return [f"{name}:{values[name]}" for name in TAGGED if values.get(name)]


def read_tags(tags: Iterable[str]) -> Mapping[str, str]:
    """Return the fields that the tags name; other tags are ignored."""
    pairs = (tag.strip().partition(":") for tag in tags)
    return {name: value.strip() for name, colon, value in pairs if colon and name in TAGGED}


def written_type(tagged: Mapping[str, str]) -> str:
    """Return short answer or essay, for formats with a single written type."""
    short = tagged.get("type") == ItemType.SHORT_ANSWER
    return (ItemType.SHORT_ANSWER if short else ItemType.ESSAY).value
