"""Items with everything that a format must be able to carry."""

import io
from dataclasses import replace
from decimal import Decimal

from PIL import Image

from kiosk.exam.items.item import Difficulty, Item, ItemType, MarkPoint, MarkScheme, Option
from kiosk.settings import read_toml, resource
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.authoring.pictures import checked
from tests.exam.programmes import shipped

PROGRAMME = shipped("carbon-manager")


def png(colour: str = "red", size: tuple[int, int] = (8, 6), kind: str = "PNG") -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


PICTURE, PICTURE_BYTES = checked(png())
PICTURES = {PICTURE: PICTURE_BYTES}


def starter() -> list[BankItem]:
    """The product's own bank."""
    parsed = read_document(read_toml(resource("config/items/carbon-manager.toml")))[1]
    entries = [read_entry(draft.values, PROGRAMME)[0] for draft in parsed.drafts]
    return [entry for entry in entries if entry is not None]


def in_own_language(entry: BankItem) -> BankItem:
    """An item without its texts in other languages, which some formats cannot contain."""
    return replace(entry, item=entry.item.model_copy(update={"translations": ()}))


def special() -> list[BankItem]:
    """One item of each objective type and two written ones, with all that is awkward in texts."""
    options = (
        Option(id="A", text="a < b & c > d; {x} ~ y = z # 1: \\frac"),
        Option(id="B", text=f"公式 $\\frac{{E}}{{A_{{i}}}} \\times 2$ 与图 ![流程 图]({PICTURE})"),
        Option(id="C", text="每吨 \\$8 至 \\$10，共 100%"),
        Option(id="D", text="第一行\n第二行"),
    )
    stem = (
        f"说明（　　）：$E = AD \\times EF$，见 ![图一]({PICTURE})。\n单价 \\$5；“=A1” // 不是注释"
    )
    return [
        _entry(ItemType.SINGLE_CHOICE, stem, options, ("B",)),
        _entry(ItemType.MULTIPLE_CHOICE, "=1+1 {选} 两项  空格", options, ("A", "C", "D")),
        _entry(ItemType.TRUE_FALSE, "CO₂ 的 GWP 为 1。", (), ("false",)),
        _entry(ItemType.SHORT_ANSWER, "说明 [html] ::标题:: 边界。", (), ()),
    ]


def _entry(
    kind: ItemType, stem: str, options: tuple[Option, ...], key: tuple[str, ...]
) -> BankItem:
    item = Item(
        id=f"X-{kind.value}",
        type=kind,
        subject="theory",
        domain="policy",
        stem=stem,
        options=options,
    )
    written = not kind.objective
    points = (
        MarkPoint(text="核算边界 {完整}", marks=Decimal(5), keywords=("边界", "组织")),
        MarkPoint(text="排放源 = 全部", marks=Decimal(3)),
    )
    scheme = MarkScheme(
        item_id=item.id,
        key=key,
        rationale="因为 $x$ 与 \\$1 ~ 2。\n第二行 = 3",
        model_answer="边界包括 #1 {全部} 排放源。" if written else "",
        points=points if written else (),
    )
    return BankItem(item, scheme, Difficulty.DIFFICULT)
