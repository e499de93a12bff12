"""Packages are read however their producers arrange them; what is missing is named."""

from collections.abc import Mapping

import pytest

from sync.hq.authoring.interchange import xml_in
from sync.hq.errors import BadImport
from tests.hq.items import PICTURE, png
from tests.hq.qti import (
    choice,
    declared,
    errors,
    item,
    manifest,
    notes,
    read,
    read_one,
    resource,
    zipped,
)

FILE = '<file href="items/q.xml"/>'


@pytest.mark.parametrize(
    "members",
    [
        {"imsmanifest.xml": manifest(resource("items/q.xml")), "items/q.xml": item()},
        {"top/imsmanifest.xml": manifest(resource("items/q.xml")), "top/items/q.xml": item()},
        {"IMSManifest.XML": manifest(resource("./Items/Q.xml")), "items/q.XML": item()},
        {"imsmanifest.xml": manifest(resource(r"items\q.xml")), "items/q.xml": item()},
        {
            "imsmanifest.xml": manifest(resource("%E9%A2%98%20%31.xml")),
            "题 1.xml": item(),
        },
        {
            "imsmanifest.xml": manifest(resource("q.xml"), attributes='xml:base="items/"'),
            "items/q.xml": item(),
        },
        {
            "imsmanifest.xml": manifest(f'<resource type="imsqti_item_xmlv2p1">{FILE}</resource>'),
            "items/q.xml": item(),
        },
        {
            "imsmanifest.xml": manifest(resource("q.xml", "imsqti_apipitem_xmlv2p1")),
            "q.xml": item(),
        },
        {
            "imsmanifest.xml": manifest(resource("q.xml"), resource("q.xml")),
            "q.xml": item(),
        },
        {"imsmanifest.xml": manifest(resource("items/q.xml")), r"items\q.xml": item()},
        {"imsmanifest.xml": manifest(), "not-listed.xml": item()},
        {"a/b/q.xml": item()},
        {"q.xml": item(), "__MACOSX/._q.xml": b"\0\5", "._q.xml": b"\0\5", ".DS_Store": b"x"},
        {"package/p.zip": zipped({"q.xml": item()})},
    ],
)
def test_the_item_of_a_package_is_found_once(members: Mapping[str, str]) -> None:
    parsed = read(zipped(members), "p.zip")
    assert [draft.values["key"] for draft in parsed.drafts] == [["B"]]
    assert parsed.problems == []


def test_several_manifests_are_read() -> None:
    members: dict[str, str | bytes] = {
        "a/imsmanifest.xml": manifest(resource("q.xml")),
        "a/q.xml": item(identifier="a"),
        "b/imsmanifest.xml": manifest(resource("q.xml")),
        "b/q.xml": item(identifier="b"),
    }
    drafts = read(zipped(members), "p.zip").drafts
    assert [draft.values["id"] for draft in drafts] == ["a", "b"]


def test_tests_and_missing_files_are_named() -> None:
    members: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest(
            resource("test.xml", "imsqti_test_xmlv2p1"), resource("q.xml"), resource("gone.xml")
        ),
        "test.xml": "<assessmentTest/>",
        "q.xml": item('<stylesheet href="x.css"/>' + choice()),
    }
    parsed = read(zipped(members), "p.zip")
    assert [notes(draft) for draft in parsed.drafts] == [["style sheet"]]
    assert {(p.at, p.code, p.is_error) for p in parsed.problems} == {
        ("test.xml", "part_skipped", False),
        ("gone.xml", "unreadable", True),
    }


@pytest.mark.parametrize(
    ("stated", "read_as", "said"),
    [
        ("very easy", "very_easy", []),
        ("Medium", "medium", []),
        ("band 4", None, ["difficulty band_4"]),
    ],
)
def test_difficulties_that_are_not_ours_are_named(
    stated: str, read_as: str | None, said: list[str]
) -> None:
    lom = f"<metadata><lom><difficulty><value>{stated}</value></difficulty></lom></metadata>"
    members: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest(resource("q.xml", inner=lom)),
        "q.xml": item(),
    }
    parsed = read(zipped(members), "p.zip")
    assert parsed.drafts[0].values.get("difficulty") == read_as
    assert [str(problem.params["name"]) for problem in parsed.problems] == said


def test_a_damaged_item_has_a_draft_and_the_others_are_read() -> None:
    members: dict[str, str | bytes] = {"bad.xml": "<assessmentItem><itemBody>", "good.xml": item()}
    bad, good = read(zipped(members), "p.zip").drafts
    assert (errors(bad), bad.values["stem"], bad.declared) == (["unreadable"], "bad.xml", False)
    assert good.values["key"] == ["B"]


@pytest.mark.parametrize(
    "data",
    [
        zipped({"imsmanifest.xml": manifest()}),
        zipped({"imsmanifest.xml": manifest(), "t.xml": "<assessmentTest/>"}),
        b"<questestinterop><assessment/></questestinterop>",
        b'<assessmentTest><testPart identifier="p"/></assessmentTest>',
    ],
)
def test_a_file_without_items_is_an_error(data: bytes) -> None:
    parsed = read(data, "p.xml")
    assert parsed.drafts == []
    assert [problem.code for problem in parsed.problems if problem.is_error] == ["no_items"]


def test_canvas_lists_questions_twice_and_they_are_read_once() -> None:
    poor = "<questestinterop><item ident='i'><presentation/></item></questestinterop>"
    rich = poor.replace(
        "</questestinterop>", "<item ident='j'><presentation/></item></questestinterop>"
    )
    members: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest(
            resource("g1/assessment_qti.xml", "imsqti_xmlv1p2/imscc_xmlv1p1/assessment")
        ),
        "g1/assessment_qti.xml": poor,
        "non_cc_assessments/g1.xml.qti": rich,
    }
    drafts = read(zipped(members), "p.imscc").drafts
    assert [draft.values["id"] for draft in drafts] == ["i", "j"]


def one(name: str, picture: str, at: str = "items/q.xml") -> tuple[str, list[str]]:
    body = choice().replace("Which?", f'Which?<img src="{picture}" alt="x"/>')
    draft = read_one(zipped({at: item(body), name: png()}), "p.zip")
    return draft.values["stem"], errors(draft)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("items/a.png", "a.png"),
        ("items/img/a.png", "./img/a.png"),
        ("img/a.png", "../img/a.png"),
        ("img/A.PNG", r"..\img\a.png"),
        ("img/图 一.png", "../img/%E5%9B%BE%20%E4%B8%80.png"),
        ("img/a.png", "../img/a.png?canvas_download=1"),
        ("web_resources/Uploaded Media/a.png", "$IMS-CC-FILEBASE$/Uploaded%20Media/a.png"),
        ("web_resources/a.png", "%24IMS-CC-FILEBASE%24/a.png"),
        ("items/100%.png", "100%.png"),
    ],
)
def test_pictures_are_found_by_the_addresses_that_producers_write(name: str, address: str) -> None:
    assert one(name, address) == (f"Which?![x]({PICTURE})", [])


@pytest.mark.parametrize("address", ["gone.png", "/", ""])
def test_a_picture_that_is_not_there_is_named(address: str) -> None:
    assert one("items/a.png", address)[1] == ["picture_missing"]


def test_a_picture_on_the_internet_is_named() -> None:
    assert one("items/a.png", "http://example.org/a.png")[1] == ["picture_remote"]


def test_pictures_as_objects_and_inside_addresses_are_collected() -> None:
    inline = (
        "data:image/svg+xml;utf8,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20width='9'%20"
        "height='9'/%3E"
    )
    body = choice().replace(
        "Which?",
        '<object type="image/eps" data="a.eps"><object type="image/png" data="a.png">words'
        f'</object></object><img src="{inline}" alt="v"/>'
        '<picture><source srcset="b.webp"/><img src="a.png" alt="p"/></picture>'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0"/></svg>',
    )
    parsed = read(zipped({"q.xml": item(body), "a.png": png()}), "p.zip")
    stem = parsed.drafts[0].values["stem"]
    assert stem.startswith(f"![words]({PICTURE})![v](")
    assert f"![p]({PICTURE})" in stem
    assert (len(parsed.pictures), errors(parsed.drafts[0])) == (3, [])


def test_other_media_are_lost_and_named() -> None:
    body = choice().replace("Which?", '<object type="video/mp4" data="a.mp4"/><audio src="b.mp3"/>')
    assert set(errors(read_one(item(body)))) == {"<object>", "<audio>"}


STIMULUS = (
    '<assessmentStimulus identifier="s1" title="t"><stimulusBody><p>A case ![x]</p>'
    '<img src="a.png" alt="fig"/></stimulusBody></assessmentStimulus>'
)
REF = '<assessmentStimulusRef identifier="s1" href="../stimuli/s.xml"/>'


def test_a_shared_stimulus_is_read_with_its_pictures() -> None:
    members: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest(
            resource("stimuli/s.xml", "imsqti_stimulus_xmlv2p2"), resource("items/q.xml")
        ),
        "stimuli/s.xml": STIMULUS,
        "stimuli/a.png": png(),
        "items/q.xml": item(before=declared() + REF),
    }
    parsed = read(zipped(members), "p.zip")
    (draft,) = parsed.drafts
    assert draft.values["group"] == "s1"
    assert draft.values["stimulus"].endswith(f"![fig]({PICTURE})")
    assert (errors(draft), parsed.problems) == ([], [])


def test_a_stimulus_that_is_missing_is_named() -> None:
    assert errors(read_one(item(before=declared() + REF))) == ["file_missing"]


@pytest.mark.parametrize(
    "reference",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="../shared/p.xml"/>',
        '<object type="text/html" data="../shared/p.xml"/>',
    ],
)
def test_included_passages_are_read_in_their_place(reference: str) -> None:
    passage = '<html><body><p>Passage</p><img src="a.png" alt=""/></body></html>'
    members: dict[str, str | bytes] = {
        "items/q.xml": item(f"<div>{reference}</div>{choice()}"),
        "shared/p.xml": passage,
        "shared/a.png": png(),
    }
    (draft,) = (d for d in read(zipped(members), "p.zip").drafts)
    assert draft.values["stem"] == f"Passage\n![]({PICTURE})\nWhich?"
    gone = read_one(item(f"<div>{reference}</div>{choice()}"))
    assert errors(gone) == ["file_missing"]


def test_passages_in_html_that_is_no_xml_are_read_once() -> None:
    views = "candidate author proctor scorer testConstructor tutor"
    passage = '<object type="text/html" data="../passages/p.html"/>'
    members: dict[str, str | bytes] = {
        "items/q.xml": item(f'<rubricBlock view="{views}">{passage}</rubricBlock>{choice()}'),
        "passages/p.html": "<body>Bear&rsquo;s <br>walk <img src='a.png' alt='x'></body>",
        "passages/a.png": png(),
    }
    draft = read_one(zipped(members), "p.zip")
    assert draft.values["stem"] == f"Bear’s\nwalk ![x]({PICTURE})\nWhich?"
    assert "rationale" not in draft.values


def test_a_passage_that_includes_itself_ends() -> None:
    loop = '<div><include href="p.xml"/></div>'
    draft = read_one(zipped({"a.xml": item(loop + choice()), "p.xml": loop}), "p.zip")
    assert draft.values["key"] == ["B"]


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE q [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><assessmentItem>&b;</assessmentItem>',
        b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><questestinterop>&x;'
        b"</questestinterop>",
        b'<!DOCTYPE q [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><questestinterop/>',
        b"<assessmentItem>" + b"<div>" * 100_000,
        b"<questestinterop>" + b"<section>" * 5000 + b"</section>" * 5000 + b"</questestinterop>",
        b"<assessmentItem " + b" ".join(b'a%d="x"' % number for number in range(5000)) + b"/>",
        b"<assessmentItem",
        b'<?xml version="1.0" encoding="nothing"?><assessmentItem/>',
        b'<?xml version="1.0" encoding="utf-8"?><assessmentItem>\xd6\xd0</assessmentItem>',
    ],
)
def test_hostile_and_broken_documents_are_refused_with_their_name(data: bytes) -> None:
    with pytest.raises(BadImport) as refused:
        read(data)
    assert [(problem.code, problem.at) for problem in refused.value.problems] == [
        ("unreadable", "item.xml")
    ]
    (draft,) = read(
        zipped({"q.xml": data, "imsmanifest.xml": manifest(resource("q.xml"))}), "p.zip"
    ).drafts
    assert errors(draft) == ["unreadable"]


def test_a_document_with_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_in, "MAX_ELEMENTS", 100)
    with pytest.raises(BadImport, match="too many"):
        read(b"<assessmentItem>" + b"<p/>" * 100 + b"</assessmentItem>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb18030", "big5", "windows-1252"])
def test_documents_are_read_in_the_encoding_that_they_declare(encoding: str) -> None:
    word = "Größe" if encoding == "windows-1252" else "碳"
    source = item(choice().replace("Which?", word)).decode()
    draft = read_one(f'<?xml version="1.0" encoding="{encoding}"?>{source}'.encode(encoding))
    assert draft.values["stem"] == word


def test_names_of_html_are_read_although_nobody_declares_them() -> None:
    draft = read_one(item(choice().replace("Which?", "5&nbsp;&times;&nbsp;3 &lt; 20")))
    assert draft.values["stem"] == "5 × 3 < 20"


def test_a_wide_item_is_scored_in_bounded_time() -> None:
    options = "".join(
        f'<simpleChoice identifier="c{number}">{number}</simpleChoice>' for number in range(3000)
    )
    rule = (
        "<responseCondition><responseIf><match><variable identifier='R'/><correct identifier='R'/>"
        "</match><setOutcomeValue identifier='SCORE'><baseValue baseType='float'>1</baseValue>"
        "</setOutcomeValue></responseIf></responseCondition>"
    )
    processing = f"<responseProcessing>{rule * 300}</responseProcessing>"
    several = declared(cardinality="multiple")
    draft = read_one(item(choice(options, 'maxChoices="0"'), several, processing))
    assert draft.values["key"] == ["C"]
