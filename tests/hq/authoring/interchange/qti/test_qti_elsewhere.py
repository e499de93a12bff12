"""Another producer's reader finds the same in the packages that are written here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from citolab_qti_json_schema_converters.converter import convert_qti_zip_to_exam_document

from kiosk.exam.items.item import ItemType
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.interchange import formats
from tests.hq.items import PROGRAMME, starter

TRUTHS = [("true", "正确 / True"), ("false", "错误 / False")]


def test_another_reader_finds_questions_options_and_keys(tmp_path: Path) -> None:
    bank = starter()
    path = tmp_path / "items.zip"
    path.write_bytes(formats.write("qti3.0", bank, {}, PROGRAMME)[1])
    found = convert_qti_zip_to_exam_document(path).items
    assert len(found) == len(bank)
    for item, entry in zip(found, bank, strict=True):
        assert _seen(item.to_dict()) == _written(entry)


def _seen(item: Mapping[str, Any]) -> tuple[object, ...]:
    """Identifier, question without its layout, options and key, as the other reader has them."""
    options = [(option["id"], _plain(option["value"])) for option in item["question_options"]]
    return item["item_identifier"], _plain(item["question"]), options, item["answer"]


def _written(entry: BankItem) -> tuple[object, ...]:
    item = entry.item
    options = [(option.id, _plain(option.text)) for option in item.options]
    if item.type is ItemType.TRUE_FALSE:
        options = [(name, _plain(text)) for name, text in TRUTHS]
    return item.id, _plain(item.stem), options, "#".join(entry.scheme.key)


def _plain(text: str) -> str:
    return "".join(text.replace("\\", "").split())
