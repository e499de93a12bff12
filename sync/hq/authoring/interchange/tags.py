"""What an item is and belongs to, as tags for other systems: ``domain:policy`` and so on."""

from collections.abc import Iterable, Mapping

from kiosk.exam.items.item import ItemType
from sync.hq.authoring.entry import BankItem

TAGGED = ("type", "subject", "domain", "trade", "level", "difficulty")


def write_tags(entry: BankItem) -> list[str]:
    """The tags of an item."""
    values = {**vars(entry.item), "difficulty": entry.difficulty}
    return [f"{name}:{values[name]}" for name in TAGGED if values.get(name)]


def read_tags(tags: Iterable[str]) -> Mapping[str, str]:
    """The fields that the tags name; others are no concern of ours."""
    pairs = (tag.strip().partition(":") for tag in tags)
    return {name: value.strip() for name, colon, value in pairs if colon and name in TAGGED}


def written_type(tagged: Mapping[str, str]) -> str:
    """Short answer or essay, for formats that have one written type for both."""
    short = tagged.get("type") == ItemType.SHORT_ANSWER
    return (ItemType.SHORT_ANSWER if short else ItemType.ESSAY).value
