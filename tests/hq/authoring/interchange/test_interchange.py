"""What leaves in a format comes back from it, the same; what we do not have is named."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kiosk.exam.items.markup import escaped
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats, scheme_text
from sync.hq.authoring.parsed import Parsed
from sync.hq.errors import BadImport
from sync.hq.problems import Problem
from tests.exam.programmes import shipped
from tests.hq.items import PICTURE, PICTURES, PROGRAMME, in_own_language, png, special, starter

TEXT = st.text(
    alphabet=st.sampled_from("ab中文 $\\{}~=#:/[]!()<>&\"'.,;|%*_^-\u3000€√"), max_size=40
).map(str.strip)


def entries_of(parsed: Parsed) -> list[BankItem]:
    read = [read_entry(draft.values, PROGRAMME) for draft in parsed.drafts]
    assert [found for _, problems in read for found in problems if found.is_error] == []
    return [entry for entry, _ in read if entry is not None]


def there_and_back(
    format_name: str,
    entries: Sequence[BankItem],
    pictures: Mapping[str, bytes],
    language: str = "zh",
) -> tuple[list[BankItem], Parsed]:
    name, data = formats.write(format_name, entries, pictures, PROGRAMME, language)
    parsed = formats.read(name, data, PROGRAMME)
    return entries_of(parsed), parsed


@pytest.mark.parametrize("format_name", formats.WRITTEN)
def test_the_whole_starter_bank_comes_back_the_same(format_name: str) -> None:
    bank = starter()
    found, parsed = there_and_back(format_name, bank, {})
    kept = format_name in formats.WITH_TRANSLATIONS
    assert found == (bank if kept else list(map(in_own_language, bank)))
    assert parsed.problems == []


@pytest.mark.parametrize("format_name", formats.WRITTEN)
def test_formulas_pictures_and_special_characters_come_back(format_name: str) -> None:
    found, parsed = there_and_back(format_name, special(), PICTURES)
    assert found == special()
    assert parsed.pictures == PICTURES
    assert [problem for problem in parsed.problems if problem.is_error] == []


def test_an_english_sheet_is_read_as_well_as_a_chinese_one() -> None:
    assert there_and_back("xlsx", starter(), {}, "en")[0] == starter()


AWKWARD = st.text(
    alphabet=st.sampled_from("ab中 \n\t$\\{}~=#:/[]!()<>&\"'.,;|%*_^-\u3000€√\u00a0"),
    min_size=1,
    max_size=30,
).filter(str.strip)


@settings(max_examples=50)
@example(stem=r"\(a\)", options=[r"\[:\]", "$$a$$"], rationale=r"\\(b\)", several=True)
@given(AWKWARD, st.lists(AWKWARD, min_size=2, max_size=4), AWKWARD, st.booleans())
def test_every_format_gives_back_every_text(
    stem: str, options: list[str], rationale: str, several: bool
) -> None:
    # About code, so that escapes and tags are meant to be shown.
    listed = [*map(escaped, options), "代码"]
    values = {
        "id": "Q1",
        "type": "multiple_choice" if several else "single_choice",
        "subject": "theory",
        "domain": "policy",
        "stem": escaped(stem),
        "options": [{"id": "ABCDE"[n], "text": text} for n, text in enumerate(listed)],
        "key": ["A", "B"] if several else ["A"],
        "rationale": escaped(rationale),
    }
    written, problems = read_entry(values, PROGRAMME)
    assume(written is not None)
    assert written is not None, problems
    for format_name in formats.WRITTEN:
        found, _ = there_and_back(format_name, [written], {})
        assert found == [written], format_name


@given(st.sampled_from(["1", "2.5"]), TEXT.filter(lambda t: bool(t.strip("| "))))
def test_mark_points_are_lines(marks: str, text: str) -> None:
    point = {"marks": marks, "text": text.replace("|", " "), "keywords": ["边界", "x"]}
    line = f"{marks} | {point['text']} | 边界, x"
    found, problems = scheme_text.read_points(line)
    assert problems == []
    assert found == [{**point, "text": str(point["text"]).strip()}]


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_picture_that_is_missing_or_too_many_is_named() -> None:
    toml = b"""programme = "carbon-manager"
[[items]]
id = "P1"
stem = "![a](here.png) ![b](gone.png)"
"""
    parsed = formats.read(
        "x.zip",
        zipped({"i/items.toml": toml, "i/here.png": png(), "i/extra.png": png("blue")}),
        PROGRAMME,
    )
    (draft,) = parsed.drafts
    assert draft.values["stem"] == f"![a]({PICTURE}) ![b](gone.png)"
    assert [(p.code, p.at) for p in parsed.problems] == [("picture_surplus", "i/extra.png")]


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE q [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>',
        b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
        b"<quiz><question>",
        b"\x00\x01\x02",
        b"",
    ],
)
def test_hostile_and_broken_files_are_refused(data: bytes) -> None:
    with pytest.raises(BadImport) as refused:
        formats.read("quiz.xml", data, PROGRAMME)
    assert all(isinstance(problem, Problem) for problem in refused.value.problems)


@pytest.mark.parametrize("format_name", formats.WRITTEN)
def test_trade_level_and_essays_come_back(format_name: str) -> None:
    skills = shipped("carbon-skills")
    values = {
        "id": "E1",
        "type": "essay",
        "subject": skills.subjects[-1].id,
        "domain": skills.domains[0].id,
        "trade": "trading",
        "level": "senior",
        "difficulty": "very_difficult",
        "stem": "论述碳市场的作用。",
        "points": [{"text": "价格发现", "marks": "30", "keywords": ["价格"]}],
        "model_answer": "第一段\n第二段",
    }
    points = next(
        section.points
        for examination in skills.examinations
        for section in examination.sections
        if section.type == "essay"
    )
    values["points"][0]["marks"] = str(points)  # type: ignore[index]
    written, problems = read_entry(values, skills)
    assert written is not None, problems
    name, data = formats.write(format_name, [written], {}, skills)
    (draft,) = formats.read(name, data, skills).drafts
    assert read_entry(draft.values, skills)[0] == written
