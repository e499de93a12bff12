"""Items as they were asked: what a ruling can be about, and which attempts had them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.items.item import Item, ItemType, MarkScheme
from kiosk.exam.papers.rulings import RulingKind
from sync.hq.core.counted import AttemptKey
from sync.hq.core.rulings import Ruling
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.problems import Phrase
from sync.hq.rulings.errors import ItemNotSat, KeyUnusable

BY_KEY = (RulingKind.NEW_KEY, RulingKind.ALSO_ACCEPT)


@dataclass(frozen=True)
class AskedItem:
    """An item with its scheme and version as a drawn paper has it."""

    item: Item
    scheme: MarkScheme
    version: int
    sitting_id: str


def asked(
    connection: Connection, programme_id: str, item_id: str, sitting_id: str = ""
) -> Sequence[AskedItem]:
    """Return an item as papers asked it, each version once, newest first.

    It may have been edited or retired since. ``sitting_id``: only in papers of that sitting.

    Raises:
        ItemNotSat: no paper has it.
    """
    papers, uses = tables.papers, tables.item_uses
    query = (
        select(papers.c.paper, papers.c.schemes, uses.c.version, papers.c.sitting_id)
        .join(uses, uses.c.paper_id == papers.c.id)
        .where(uses.c.programme_id == programme_id, uses.c.item_id == item_id)
        .order_by(uses.c.version.desc(), papers.c.created_at.desc())
    )
    if sitting_id:
        query = query.where(papers.c.sitting_id == sitting_id)
    found: dict[int, AskedItem] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["version"], _asked(row, item_id))
    if not found:
        raise ItemNotSat(item=item_id)
    return list(found.values())


def attempts_of(connection: Connection, ruling: Ruling) -> Sequence[AttemptKey]:
    """Return the attempts whose paper has a ruling's item."""
    bundles, packed, uses = tables.bundles, tables.package_papers, tables.item_uses
    paper = (packed.c.package_id == bundles.c.package_id) & (
        packed.c.sitting_paper == bundles.c.paper
    )
    query = (
        select(results.c.centre_code, results.c.attempt_id)
        .join(bundles, bundles.c.id == results.c.bundle_id)
        .join(packed, paper)
        .join(uses, uses.c.paper_id == packed.c.paper_id)
        .where(uses.c.programme_id == ruling.programme_id, uses.c.item_id == ruling.item_id)
        .order_by(results.c.centre_code, results.c.attempt_id)
    )
    if ruling.sitting_id:
        query = query.where(results.c.sitting_id == ruling.sitting_id)
    if ruling.item_version is not None:
        query = query.where(uses.c.version == ruling.item_version)
    return [AttemptKey(*row) for row in connection.execute(query)]


def require_key(kind: RulingKind, key: Sequence[str], versions: Sequence[AskedItem]) -> None:
    """Require a key that every version of the item can have.

    Raises:
        KeyUnusable: it names options that are not there, or too few or many, or none is needed.
    """
    if kind not in BY_KEY:
        if key:
            raise KeyUnusable(why=Phrase("this ruling needs none"))
        return
    for version in versions:
        item = version.item
        if not item.type.objective:
            raise KeyUnusable(why=Phrase("its answers are marked by people"))
        if set(key) - set(item.option_ids):
            raise KeyUnusable(why=Phrase("it names an option that is not there"))
        several = item.type is ItemType.MULTIPLE_CHOICE
        if len(set(key)) != len(key) or not key or (len(key) > 1 and not several):
            raise KeyUnusable(why=Phrase("it has too few or too many options"))


def _asked(row: RowMapping, item_id: str) -> AskedItem:
    item = next(item for item in row["paper"]["items"] if item["id"] == item_id)
    return AskedItem(
        Item.model_validate(item),
        MarkScheme.model_validate(row["schemes"][item_id]),
        row["version"],
        row["sitting_id"],
    )
