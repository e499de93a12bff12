"""A package names the lowest version that shows and shuffles its paper as it is meant."""

from collections.abc import Callable
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.item import Item
from kiosk.exam.items.markup import escaped
from kiosk.exam.papers.paper import Paper, PaperSection
from kiosk.exam.programme.blueprint import Quota
from kiosk.exam.programme.programme import Programme
from sync.wire.errors import SoftwareTooOld
from sync.wire.packages.package import OpenedPackage, PackageContents, build_package, open_package
from sync.wire.packages.software import needed_software
from sync.wire.sealing.keys import KeyPair
from tests.exam.programmes import shipped
from tests.wire.conftest import ANY, NOW, QUICK, choice, stream

MANAGER = shipped("carbon-manager")
TABLE = "排放源：\n| 年份 | 排放量 |\n| --- | --- |\n| 2025 | 12 |"
Opened = Callable[[PackageContents, str], OpenedPackage]


def _item(**changes: Any) -> Item:
    return Item.model_validate({**choice("I1").model_dump(), **changes})


def _options(count: int, last: str = "最后一项", **fields: object) -> list[dict[str, object]]:
    options: list[dict[str, object]] = [{"id": id_, "text": id_} for id_ in ascii_uppercase[:count]]
    options[-1] |= {"text": last, **fields}
    return options


def _paper(contents: PackageContents, item: Item) -> Paper:
    return contents.paper.paper.model_copy(update={"items": (item, choice("I2"))})


@pytest.fixture
def reopened(hq: KeyPair, centre: KeyPair, code: str) -> Opened:
    """Builds a package and opens it with software of a version."""

    def build_and_open(contents: PackageContents, software: str) -> OpenedPackage:
        data = build_package(contents, hq, centre.public, code, stream("p"), NOW, limits=QUICK)
        return open_package(data, centre, hq.public, "BJ-001", NOW, bounds=ANY, software=software)

    return build_and_open


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"stem": "由 $x^2$ 得 \\$5，见 ![图](flow.png)"},
        {"stem": "若 a<b 且 b>c，则 |x| > 0 \\ 取 <p>"},
        {"stem": "只有一个 <b> 的标记"},
        {"stem": "| 年份 | 排放量 |"},
        {"options": _options(16)},
        {"options": _options(4, "以上都是")},
    ],
)
def test_an_ordinary_paper_needs_no_newer_centre(
    contents: PackageContents, changes: dict[str, Any]
) -> None:
    assert needed_software(contents.programme, _paper(contents, _item(**changes))) == "0.2.0"


@pytest.mark.parametrize(
    "changes",
    [
        {"shuffle": False},
        {"group": "case", "stimulus": "某企业……"},
        {"options": _options(4, fixed=True)},
        {"options": _options(17)},
        {"stem": TABLE},
        {"stem": "CO<sub>2</sub>"},
        {"stem": "标签 \\<b> 表示加粗"},
        {"stem": "不是表格：\n\\| --- |"},
        {"options": _options(4, "10<sup>3</sup>")},
        {"options": _options(4, TABLE)},
    ],
)
def test_a_paper_that_0_2_0_would_show_otherwise_needs_0_3_0(
    contents: PackageContents, changes: dict[str, Any]
) -> None:
    paper = _paper(contents, _item(**changes))
    assert needed_software(contents.programme, paper) == "0.3.0"


def test_a_programme_with_a_quota_by_trade_needs_0_3_0(contents: PackageContents) -> None:
    def quoted(**counted: str) -> Programme:
        first, *others = MANAGER.examinations
        quotas = (Quota(items=(1, 9), **counted),)
        examinations = (first.model_copy(update={"quotas": quotas}), *others)
        return MANAGER.model_copy(update={"examinations": examinations})

    paper = contents.paper.paper
    assert needed_software(quoted(trade="own"), paper) == "0.3.0"
    assert needed_software(quoted(difficulty="easy"), paper) == "0.2.0"


@given(st.text(st.sampled_from("ab1 $\\<>/|*.\n年"), min_size=1, max_size=40))
def test_plain_text_needs_0_3_0_only_for_an_escape_that_0_2_0_would_show(text: str) -> None:
    stem = escaped(text)
    section = PaperSection(part="only", number=0, items=("I1",))
    paper = Paper(id="P", programme_id="x", items=(_item(stem=stem),), sections=(section,))
    assert needed_software(MANAGER, paper) == "0.2.0" or "\\<" in stem or "\\|" in stem


def test_a_centre_of_0_2_0_names_the_version_that_it_needs(
    contents: PackageContents, reopened: Opened
) -> None:
    paper = _paper(contents, _item(group="case", stimulus="某企业……"))
    rich = replace(contents, paper=contents.paper.model_copy(update={"paper": paper}))
    with pytest.raises(SoftwareTooOld) as refused:
        reopened(rich, "0.2.0")
    assert refused.value.params == {"needed": "0.3.0", "installed": "0.2.0"}
    assert reopened(rich, "0.3.0").manifest.min_software == "0.3.0"


def test_a_centre_of_0_2_0_opens_an_ordinary_package(
    contents: PackageContents, reopened: Opened
) -> None:
    assert reopened(contents, "0.2.0").manifest.min_software == "0.2.0"


def test_both_sides_make_the_same_form_of_a_paper_with_new_fields(
    contents: PackageContents, reopened: Opened, centre: KeyPair, code: str
) -> None:
    paper = _paper(contents, _item(options=_options(15, "以上都是", fixed=True)))
    rich = replace(contents, paper=contents.paper.model_copy(update={"paper": paper}))
    there = reopened(rich, "0.3.0")
    unlocked = there.paper(there.unlock(code, centre))
    for candidate in ("C0", "C1", "C2"):
        form = unlocked.form_for(candidate)
        assert form == rich.paper.form_for(candidate)
        assert next(place for place in form.items if place.item_id == "I1").options[-1] == "O"
