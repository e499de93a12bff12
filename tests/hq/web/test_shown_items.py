"""Items at the console as candidates see them: emphasis, tables, shared stimuli, fixed options."""

import re
from string import ascii_uppercase
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.exam.items.item import Item
from kiosk.exam.papers.paper import Paper
from sync.hq.persistence import tables
from sync.hq.web.app import create_app
from sync.hq.web.console.rich import plain, rich
from tests.hq.desk import PROGRAMME, Desk
from tests.hq.web.test_console import Staff

TABLE = (
    "数据如下：\n| 气体 | 排放量 |\n| --- | --- |\n| CO<sub>2</sub> | $10^3$ |\n| <s>CH</s> | a<b |"
)
CASE = {"group": "case-1", "stimulus": f"某<b>水泥厂</b>\n{TABLE}"}


@pytest.fixture
def pages(desk: Desk) -> Flask:
    return create_app(desk.hq)


@pytest.fixture
def staff(desk: Desk, pages: Flask) -> Staff:
    return Staff(pages.test_client(), desk)


def _first_choices(paper: Paper) -> list[Item]:
    return [item for item in paper.items if item.type.has_options][:3]


def _change(desk: Desk, changes: list[dict[str, Any]]) -> list[str]:
    """Change the first choice items of the sitting's paper and of the bank; their ids."""
    papers, items = tables.papers, tables.items
    with desk.hq.intake._context.database.write() as connection:
        (stored,) = connection.execute(select(papers.c.paper)).scalars()
        chosen = _first_choices(Paper.model_validate(stored))
        new = {
            item.id: Item.model_validate({**item.model_dump(), "translations": (), **change})
            for item, change in zip(chosen, changes, strict=False)
        }
        texts = {name: item.model_dump(mode="json") for name, item in new.items()}
        paper = {**stored, "items": [texts.get(item["id"], item) for item in stored["items"]]}
        connection.execute(update(papers).values(paper=paper))
        for name, item in texts.items():
            connection.execute(update(items).where(items.c.id == name).values(item=item))
    return list(new)


def _many(count: int) -> list[dict[str, object]]:
    options: list[dict[str, object]] = [
        {"id": id_, "text": f"第 {id_} 项"} for id_ in ascii_uppercase[:count]
    ]
    return [*options[:-1], {**options[-1], "text": "以上都是", "fixed": True}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CO<sub>2</sub>", "CO<sub>2</sub>"),
        ("<b>a<i>c</i></b>", "<b>a</b><b><i>c</i></b>"),
        ("a<b> & <p>", "a&lt;b&gt; &amp; &lt;p&gt;"),
        ("\\<b>", "&lt;b&gt;"),
        ("一\n二", "一<br>二"),
        ("<s><script></s>", "<s>&lt;script&gt;</s>"),
    ],
)
def test_emphasis_is_shown_and_nothing_else_becomes_html(
    pages: Flask, text: str, expected: str
) -> None:
    with pages.test_request_context("/?lang=en"):
        assert rich(text) == expected


def test_a_table_has_headings_for_its_columns(pages: Flask) -> None:
    with pages.test_request_context("/?lang=en"):
        html = rich(TABLE)
    assert html.startswith('数据如下：<div class="table-box" role="group" aria-label="')
    assert '<tr><th scope="col">气体</th><th scope="col">排放量</th></tr>' in html
    assert "<tr><td>CO<sub>2</sub></td><td><math" in html
    assert "<td><s>CH</s></td><td>a&lt;b</td>" in html


def test_a_list_shows_a_text_in_one_line(pages: Flask) -> None:
    with pages.test_request_context("/?lang=en"):
        assert plain(TABLE) == "数据如下： 气体 排放量 CO2 10^3 CH a<b"


def test_an_item_is_shown_with_its_stimulus_and_what_stays_in_place(
    staff: Staff, desk: Desk
) -> None:
    (name,) = _change(desk, [{**CASE, "stem": TABLE, "options": _many(15), "shuffle": False}])
    page = staff.get(f"/items/{PROGRAMME}/{name}").text
    assert 'aria-label="Shared stimulus of group case-1"' in page
    assert "某<b>水泥厂</b>" in page
    assert page.count("<table><thead>") == 2
    assert page.count("fixed place") == 1
    assert "in this order to every candidate" in page


def test_an_item_that_uses_nothing_new_has_no_marks(staff: Staff, desk: Desk) -> None:
    (name,) = _change(desk, [{}])
    page = staff.get(f"/items/{PROGRAMME}/{name}").text
    for mark in ("stimulus", "fixed place", "to every candidate"):
        assert mark not in page.replace("/static/", "")


def test_a_paper_shows_the_stimulus_once_above_the_items_of_its_group(
    staff: Staff, desk: Desk
) -> None:
    _change(desk, [CASE, {"options": _many(15)}, CASE])
    page = staff.get(f"/sittings/{desk.sitting}/papers/1/A").text
    (numbers,) = re.findall(r'aria-label="Material for questions (\d+), (\d+)"', page)
    assert int(numbers[1]) - int(numbers[0]) == 1
    assert page.count("某<b>水泥厂</b>") == 1
    assert re.search(r"<b>O</b><div>以上都是</div><span[^>]*>fixed place", page)


def test_items_of_a_group_with_other_stimuli_are_shown_with_their_own(
    staff: Staff, desk: Desk
) -> None:
    _change(desk, [CASE, {**CASE, "stimulus": "较新的材料"}])
    page = staff.get(f"/sittings/{desk.sitting}/papers/1/A").text
    assert page.count("某<b>水泥厂</b>") == page.count("较新的材料") == 1
    assert page.count('aria-label="Material for question ') == 2


def _translated(item: dict[str, Any]) -> dict[str, Any]:
    options = [{"id": option["id"], "text": f"Choice {option['id']}"} for option in item["options"]]
    return {"translations": [{"language": "en", "stem": "Which gas?", "options": options}]}


def _in_one_language(desk: Desk) -> None:
    """Remove the texts in other languages from the sitting's paper."""
    papers = tables.papers
    with desk.hq.intake._context.database.write() as connection:
        (stored,) = connection.execute(select(papers.c.paper)).scalars()
        items = [{k: v for k, v in item.items() if k != "translations"} for item in stored["items"]]
        connection.execute(update(papers).values(paper={**stored, "items": items}))


FEW = {"options": [{"id": "A", "text": "甲"}, {"id": "B", "text": "乙"}]}


def test_a_paper_is_shown_in_its_other_language(staff: Staff, desk: Desk) -> None:
    _in_one_language(desk)
    (name,) = _change(desk, [{**FEW, **_translated(FEW)}])
    address = f"/sittings/{desk.sitting}/papers/1/A"
    page = staff.get(address).text
    assert "Which gas?" not in page
    assert re.search(r'<option value="en" >English text</option>', page)
    page = staff.get(f"{address}?texts=en").text
    assert "<div>Choice A</div>" in page
    assert "<div>甲</div>" not in page
    assert re.search(r"\d+ of \d+ questions have no text in this language", page)
    assert "Which gas?" in staff.get(f"/items/{PROGRAMME}/{name}").text


def test_a_paper_in_one_language_offers_no_other(staff: Staff, desk: Desk) -> None:
    _in_one_language(desk)
    page = staff.get(f"/sittings/{desk.sitting}/papers/1/A?texts=en").text
    assert 'id="texts"' not in page
    assert "no text in this language" not in page


def test_true_and_false_are_in_the_language_of_the_paper(staff: Staff, desk: Desk) -> None:
    _change(desk, [{**FEW, **_translated(FEW)}])
    address = f"/sittings/{desk.sitting}/papers/1/A"
    assert "</span> 正确</p>" not in staff.get(f"{address}?texts=en").text
    assert "</span> 正确</p>" in staff.get(f"{address}?texts=zh").text


def test_a_paper_with_some_questions_in_another_language_is_named_before_exam_day(
    staff: Staff, desk: Desk
) -> None:
    address = f"/sittings/{desk.sitting}"
    _in_one_language(desk)
    assert "questions have no text in" not in staff.get(address).text
    _change(desk, [{**FEW, **_translated(FEW)}])
    found = re.search(
        r"A: (\d+) of (\d+) questions have no text in English", staff.get(address).text
    )
    assert found is not None
    assert int(found[2]) - int(found[1]) == 1


@pytest.mark.parametrize("address", ["/programmes/{}/items/{}/ruling", "/item-statistics/{}/{}"])
def test_a_question_can_be_unfolded_in_its_other_language(
    staff: Staff, desk: Desk, address: str
) -> None:
    (name,) = _change(desk, [{**FEW, **_translated(FEW)}])
    page = staff.get(address.format(PROGRAMME, name)).text
    assert '<details class="translation"><summary>English text' in page
    assert "Which gas?" in page
