"""What is wrong with an item is said once."""

import pytest

from sync.hq.authoring.interchange import formats
from tests.hq.authoring.imports import preview
from tests.hq.desk import PROGRAMME, Desk
from tests.hq.qti import choice, item

MATCHING = (
    '<quiz><question type="match"><questiontext><text>Q</text></questiontext></question></quiz>'
)
PICTURE = '[html]题<img src\\="图 1.png">{=甲 ~乙}'

LANGUAGES = "id,题型,题干,选项,答案,题干（英文）,选项（英文）\n1,单选题,题,甲乙,A,Which?,a;b\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xml", item('<p><img src="no.png" alt="x"/></p>' + choice()), ["picture_missing"]),
        ("a.gift", PICTURE.encode(), ["picture_missing"]),
        ("a.csv", "id,题型,题干,A,B,答案\n1,单选题,题![图](图 1.png),甲,乙,A\n".encode(),
         ["picture_missing"]),
        ("a.csv", LANGUAGES.encode(), ["options_one_cell"]),
        ("a.xml", MATCHING.encode(), ["unsupported"]),
        ("a.gift", b"Which? {=a ~b", ["gift_open"]),
        ("a.gift", b"::Which? {=a ~b}", ["gift_title"]),
        ("a.xml", item(choice(inner="")), ["missing", "options_few"]),
    ],
)  # fmt: skip
def test_a_fault_is_said_once(desk: Desk, name: str, data: bytes, said: list[str]) -> None:
    programme = desk.hq.programmes.get(PROGRAMME)
    parsed = formats.read(name, data, programme)
    (row,) = preview(desk, parsed, name).rows
    aside = {"subject", "domain"}
    assert sorted(p.code for p in row.problems if p.is_error and p.column not in aside) == said
