"""Which format an XML file has, by its outermost element alone."""

import codecs

import pytest

from sync.hq.authoring.interchange import formats
from sync.hq.errors import BadImport
from tests.hq.items import PROGRAMME
from tests.hq.qti import item, read, zipped

QUESTION = (
    '<question type="truefalse"><name><text>q</text></name><questiontext format="html">'
    "<text>排放</text></questiontext>"
    '<answer fraction="100"><text>true</text></answer></question>'
)
QUIZ = f"<quiz>{QUESTION}</quiz>"
PREFIXED = QUIZ.replace("</", "</m:").replace("<", "<m:").replace("<m:/m:", "</m:")
CANVAS = '<quiz identifier="g" xmlns="http://canvas.instructure.com/xsd/cccv1p0"><title/></quiz>'


@pytest.mark.parametrize(
    "data",
    [
        QUIZ.encode(),
        codecs.BOM_UTF8 + QUIZ.encode(),
        f'<?xml version="1.0" encoding="UTF-16"?>\n{QUIZ}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="gb2312"?><!-- 题 -->{QUIZ}'.encode("gbk"),
        f"<!-- {'x' * 100_000} > -->{QUIZ}".encode(),
        f'<?xml version="1.0"?><?x <assessmentItem> ?><!DOCTYPE quiz [ ]>{QUIZ}'.encode(),
        PREFIXED.replace("<m:quiz>", '<m:quiz xmlns:m="urn:m">', 1).encode(),
    ],
)  # fmt: skip
def test_a_quiz_is_known_by_its_outermost_element(data: bytes) -> None:
    (draft,) = read(data, "q.xml").drafts
    assert (draft.values["type"], draft.values["stem"]) == ("true_false", "排放")
    (draft,) = read(zipped({"a/q.xml": data}), "q.zip").drafts
    assert draft.values["stem"] == "排放"


def test_a_qti_item_about_a_quiz_is_a_qti_item() -> None:
    data = item().replace(b"Which?", b"<![CDATA[What is <quiz>?]]>")
    (draft,) = read(data, "q.xml").drafts
    assert draft.values["stem"] == "What is <quiz>?"
    (draft,) = read(zipped({"q.xml": data}), "q.zip").drafts
    assert draft.values["key"] == ["B"]


def test_settings_of_canvas_are_no_quiz_of_moodle() -> None:
    parsed = read(zipped({"g/assessment_meta.xml": CANVAS, "g/g.xml": item()}), "q.zip")
    assert [draft.values["key"] for draft in parsed.drafts] == [["B"]]


@pytest.mark.parametrize(
    "data",
    [
        "<rss><item><title>x</title></item></rss>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        CANVAS,
        "<a><quiz/></a>",
    ],
)
def test_other_xml_is_an_unknown_format(data: str) -> None:
    with pytest.raises(BadImport) as caught:
        formats.read("x.xml", data.encode(), PROGRAMME)
    assert [problem.code for problem in caught.value.problems] == ["unknown_format"]


def test_a_prologue_without_an_end_is_looked_at_in_bounded_time() -> None:
    for data in (b"<!--" + b"<quiz>" * 200_000, b"<!DOCTYPE q [" + b"<!--x-->'" * 100_000):
        with pytest.raises(BadImport):
            formats.read("x.xml", data, PROGRAMME)
