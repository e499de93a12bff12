"""What leaves in a format comes back from it, the same; what we do not have is named."""

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kiosk.exam.items.markup import escaped
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats, rich, scheme_text
from sync.hq.authoring.parsed import Parsed
from sync.hq.errors import BadImport
from sync.hq.problems import Problem
from tests.exam.programmes import shipped
from tests.hq.items import PICTURE, PICTURES, PROGRAMME, png, special, starter

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
    assert found == bank
    assert parsed.problems == []


@pytest.mark.parametrize("format_name", formats.WRITTEN)
def test_formulas_pictures_and_special_characters_come_back(format_name: str) -> None:
    found, parsed = there_and_back(format_name, special(), PICTURES)
    assert found == special()
    assert parsed.pictures == PICTURES
    assert [problem for problem in parsed.problems if problem.is_error] == []


def test_an_english_sheet_is_read_as_well_as_a_chinese_one() -> None:
    assert there_and_back("xlsx", starter(), {}, "en")[0] == starter()


@given(TEXT)
def test_html_gives_back_every_text(text: str) -> None:
    markup = escaped(" ".join(text.split(" ")))
    for mathml in (False, True):
        html = rich.to_html(markup, lambda name: name, mathml=mathml)
        found = rich.from_html(html, lambda address: address)
        assert (found.text, found.lost, found.dropped) == (markup, [], [])


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


def test_what_moodle_has_and_we_do_not_is_named() -> None:
    quiz = b"""<quiz>
      <question type="category"><category><text>x</text></category></question>
      <question type="matching"><name><text>pairs</text></name></question>
      <question type="multichoice"><name><text>Q1</text></name>
        <questiontext format="html"><text>&lt;b&gt;Which?&lt;/b&gt;</text></questiontext>
        <single>true</single>
        <answer fraction="100"><text>one</text><feedback><text>good</text></feedback></answer>
        <answer fraction="50"><text>two</text></answer>
      </question>
      <question type="essay"><name><text>Q2</text></name>
        <questiontext format="html"><text>&lt;table&gt;&lt;/table&gt;</text></questiontext>
      </question></quiz>"""
    parsed = formats.read("quiz.xml", quiz, PROGRAMME)
    assert [draft.values["id"] for draft in parsed.drafts] == ["Q1"]
    found = {(p.at, str(p.params["name"]), p.is_error) for p in parsed.problems}
    assert found == {
        ("1 (pairs)", "question type matching", True),
        ("2 (Q1)", "bold", False),
        ("2 (Q1)", "feedback to A", False),
        ("2 (Q1)", "50 % for B", False),
        ("3 (Q2)", "table", True),
    }


def test_what_gift_has_and_we_do_not_is_named_by_its_line() -> None:
    text = (
        "// a comment\n::N::How many? {#3:1}\n\nMatch {=a -> b =c -> d}\n\nJust words.\n\n"
        "Who? {=Ann =Anna}\n\nCapital of France? {~London =Paris ~Rome}\n"
    )
    parsed = formats.read("q.gift", text.encode(), PROGRAMME)
    assert [(p.at, str(p.params["name"])) for p in parsed.problems] == [
        ("2", "numerical answer"),
        ("4", "matching"),
        ("6", "description without an answer"),
        ("8", "short answer that is marked by its exact words"),
    ]
    (draft,) = parsed.drafts
    assert (draft.values["type"], draft.values["key"]) == ("single_choice", ["B"])


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
    assert [(p.code, p.at) for p in parsed.problems] == [("picture_surplus", "extra.png")]


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


def test_a_file_that_a_question_of_moodle_needs_is_not_dropped_in_silence() -> None:
    quiz = b"""<quiz><question type="truefalse"><name><text>Q1</text></name>
      <questiontext format="html">
      <text>&lt;a href="@@PLUGINFILE@@/hello.mp3"&gt;Listen&lt;/a&gt;</text>
      <file name="hello.mp3" encoding="base64">AAAA</file></questiontext>
      <answer fraction="100"><text>true</text></answer></question></quiz>"""
    parsed = formats.read("quiz.xml", quiz, PROGRAMME)
    assert parsed.drafts == []
    assert "attached file hello.mp3" in {str(problem.params["name"]) for problem in parsed.problems}


def test_the_picture_of_an_old_question_of_moodle_is_kept() -> None:
    picture = base64.b64encode(png()).decode()
    quiz = f"""<quiz><question type="truefalse"><name><text>Q1</text></name>
      <questiontext><text>Red?</text></questiontext><image>a.png</image>
      <image_base64>{picture}</image_base64>
      <answer fraction="100"><text>true</text></answer></question></quiz>"""
    parsed = formats.read("quiz.xml", quiz.encode(), PROGRAMME)
    assert parsed.drafts[0].values["stem"] == f"Red?\n![]({PICTURE})"
    assert parsed.pictures == PICTURES


def test_feedback_in_gift_is_named() -> None:
    parsed = formats.read("q.gift", b"Sky? {=blue#yes ~red#no}\n\nSun? {T#no#yes}\n", PROGRAMME)
    assert [str(p.params["name"]) for p in parsed.problems] == ["feedback to candidates"] * 2
    assert [option["text"] for option in parsed.drafts[0].values["options"]] == ["blue", "red"]


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
