"""Classification of an item as tags for other systems: ``domain:policy`` and so on."""

from collections.abc import Iterable, Mapping
from typing import Any

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


def is_foreign(tag: str) -> bool:
    """Return whether a tag is none of ours."""
    return tag.partition(":")[0] not in (*TAGGED, "group", "shuffle", "fixed")


def written_type(tagged: Mapping[str, str]) -> str:
    """Return short answer or essay, for formats with a single written type."""
    short = tagged.get("type") == ItemType.SHORT_ANSWER
    return (ItemType.SHORT_ANSWER if short else ItemType.ESSAY).value


def write_layout(entry: BankItem) -> list[str]:
    """Return the item's group, and how its options may be shuffled, as tags."""
    item = entry.item
    group = [f"group:{item.group}"] if item.group else []
    order = [] if item.shuffle else ["shuffle:false"]
    return [*group, *order, *(f"fixed:{option.id}" for option in item.options if option.fixed)]


def read_layout(tags: Iterable[str], values: dict[str, Any]) -> None:
    """Add what :func:`write_layout` wrote to the fields of an item."""
    for name, _, value in (tag.strip().partition(":") for tag in tags):
        if name == "group" and values.get("stimulus"):
            values["group"] = value
        elif (name, value) == ("shuffle", "false"):
            values["shuffle"] = False
        elif name == "fixed":
            for option in values.get("options", ()):
                if option["id"] == value:
                    option["fixed"] = True
