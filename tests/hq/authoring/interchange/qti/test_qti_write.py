"""What leaves as QTI comes back the same, and the packages keep to the standard."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiosk.exam.items.item import Item, ItemType, MarkPoint, MarkScheme, Option
from kiosk.exam.items.markup import Table, escaped, write_table
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.qti.names import file_names, identifier
from sync.hq.authoring.interchange.qti.versions import VERSIONS
from tests.hq.items import PICTURE, PICTURES, PROGRAMME, in_own_language, special, starter
from tests.hq.qti_rules import check_package

TABLE = write_table(Table(("国家", "t CO₂"), (("中国", "<b>1</b>"), ("a | b", "2"))))
FORMATS = [f"qti{name}" for name in VERSIONS]


def there_and_back(format_name: str, entries: Sequence[BankItem]) -> list[BankItem]:
    name, data = formats.write(format_name, entries, PICTURES, PROGRAMME)
    check_package(data, format_name.removeprefix("qti"))
    parsed = formats.read(name, data, PROGRAMME)
    assert [str(problem) for problem in parsed.problems] == []
    found = []
    for draft in parsed.drafts:
        assert [str(problem) for problem in draft.problems if problem.is_error] == []
        entry, problems = read_entry(draft.values, PROGRAMME)
        assert entry is not None, [str(problem) for problem in problems]
        found.append(entry)
    return found


def entry(name: str, stem: str = "Which?", **more: object) -> BankItem:
    values = {
        "id": name,
        "type": ItemType.SINGLE_CHOICE,
        "subject": "theory",
        "domain": "policy",
        "stem": stem,
        "options": (Option(id="A", text="one"), Option(id="B", text="two")),
    }
    item = Item.model_validate({**values, **more})
    return BankItem(item, MarkScheme(item_id=name, key=("A",)))


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_starter_bank_and_awkward_texts_come_back(format_name: str) -> None:
    bank = list(map(in_own_language, starter()))
    assert there_and_back(format_name, bank) == bank
    assert there_and_back(format_name, special()) == special()


NAMES = [
    "政策一", "政策二", "a b", "a_b", "a?b", "Q1", "q1", "CON", "aux.x", "a.", "\u00e9", "e\u0301",
    "1", "*",
]  # fmt: skip


@pytest.mark.parametrize("format_name", FORMATS)
def test_ids_that_look_alike_survive(format_name: str) -> None:
    bank = [entry(name) for name in NAMES]
    assert there_and_back(format_name, bank) == bank


@given(st.lists(st.text(min_size=1, max_size=64), unique=True, max_size=20))
def test_different_ids_have_different_identifiers_and_files(names: list[str]) -> None:
    assert len({identifier(name) for name in names}) == len(names)
    files = file_names("item", [*names, *map(identifier, names)])
    assert len({path.lower() for path in files.values()}) == len(files)
    assert all(path.isascii() and " " not in path for path in files.values())


@pytest.mark.parametrize("format_name", FORMATS)
def test_places_of_options_come_back(format_name: str) -> None:
    kept = (Option(id="A", text="x"), Option(id="B", text="以上都是", fixed=True))
    bank = [entry("a", shuffle=False), entry("b", options=kept), entry("c")]
    assert there_and_back(format_name, bank) == bank


@pytest.mark.parametrize("format_name", FORMATS)
def test_shared_stimuli_come_back(format_name: str) -> None:
    case = f"某企业排放：![图]({PICTURE})\n$E = AD$"
    bank = [
        entry("a", group="案例 1", stimulus=case),
        entry("b", group="案例 1", stimulus=case),
        entry("c", group="案例 2", stimulus="另一案例"),
        entry("d", group="案例_2", stimulus="又一案例"),
    ]
    assert there_and_back(format_name, bank) == bank


@pytest.mark.parametrize("format_name", FORMATS)
def test_tables_and_emphasis_come_back(format_name: str) -> None:
    stem = f"表一：\n{TABLE}\n<u>不</u>属于 <b>CO<sub>2</sub></b> <s>旧</s> <i>e</i><sup>x</sup>？"
    bank = [entry("a", stem), entry("b", group="g", stimulus=TABLE)]
    assert there_and_back(format_name, bank) == bank


@pytest.mark.parametrize("format_name", FORMATS)
def test_schemes_with_pictures_come_back(format_name: str) -> None:
    shown = f"见 ![图]({PICTURE})"
    objective = entry("a")
    rationale = MarkScheme(item_id="a", key=("A",), rationale=f"1 | {shown}")
    item = Item(id="s", type=ItemType.SHORT_ANSWER, subject="theory", domain="policy", stem="?")
    point = MarkPoint(text="要点", marks="5", keywords=("边界",))
    written = MarkScheme(item_id="s", model_answer=shown, rationale="因为", points=(point,))
    bank = [BankItem(objective.item, rationale), BankItem(item, written)]
    found = [read.scheme for read in there_and_back_unmarked(format_name, bank)]
    assert found == [rationale, written]


def there_and_back_unmarked(format_name: str, entries: Sequence[BankItem]) -> list[BankItem]:
    """As :func:`there_and_back`, for schemes whose marks no section gives."""
    name, data = formats.write(format_name, entries, PICTURES, PROGRAMME)
    check_package(data, format_name.removeprefix("qti"))
    parsed = formats.read(name, data, PROGRAMME)
    assert parsed.pictures == PICTURES
    schemes = [
        {k: v for k, v in draft.values.items() if k in MarkScheme.model_fields}
        for draft in parsed.drafts
    ]
    return [
        BankItem(entry.item, MarkScheme.model_validate({"item_id": entry.item.id, **scheme}))
        for entry, scheme in zip(entries, schemes, strict=True)
    ]


WORDS = st.text(
    alphabet=st.sampled_from("ab中文 $\\{}~=#:/[]!()<>&\"'.,;|%*_^-\u3000€√"),
    min_size=1,
    max_size=30,
).map(lambda text: escaped(" ".join(text.split())))
IDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")),
    min_size=1,
    max_size=20,
)


@st.composite
def banks(draw: st.DrawFn) -> list[BankItem]:
    names = draw(st.lists(IDS, unique=True, min_size=1, max_size=4))
    stimuli = draw(st.dictionaries(IDS, WORDS.filter(str.strip), max_size=2))
    bank = []
    for name in names:
        texts = draw(st.lists(WORDS.filter(str.strip), min_size=2, max_size=5))
        options = [
            Option(id="ABCDE"[number], text=text, fixed=draw(st.booleans()))
            for number, text in enumerate(texts)
        ]
        group = draw(st.sampled_from([None, *stimuli]))
        more = {"group": group, "stimulus": stimuli[group]} if group else {}
        stem = draw(WORDS.filter(str.strip))
        shuffle = draw(st.booleans())
        bank.append(entry(name, stem, options=tuple(options), shuffle=shuffle, **more))
    return bank


@settings(max_examples=40, deadline=None)
@given(banks())
def test_every_item_of_any_bank_comes_back(bank: list[BankItem]) -> None:
    read = [read_entry(_values(each), PROGRAMME)[0] for each in bank]
    tidy = [each for each in read if each is not None]
    assume(tidy)
    for format_name in FORMATS:
        assert there_and_back(format_name, tidy) == tidy


def _values(each: BankItem) -> dict[str, object]:
    return {**each.item.model_dump(), "key": list(each.scheme.key)}


@pytest.mark.parametrize("format_name", FORMATS)
def test_pictures_are_listed_as_what_an_item_depends_on(format_name: str) -> None:
    data = formats.write(format_name, special(), PICTURES, PROGRAMME)[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = archive.read("imsmanifest.xml").decode()
    assert manifest.count(f'<dependency identifierref="IMG-{PICTURE}"') == 2
    assert manifest.count(f'href="items/images/{PICTURE}"') == 2
