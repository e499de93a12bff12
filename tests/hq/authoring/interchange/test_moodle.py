"""Moodle XML: every text with its own format and files; what we do not have is named."""

import base64
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiosk.exam.items.markup import escaped
from sync.hq.authoring.entry import read_entry
from sync.hq.authoring.interchange import moodle
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected, checked
from sync.hq.errors import BadImport
from tests.hq.items import PICTURE, PICTURES, PROGRAMME, png

BLUE, BLUE_BYTES = checked(png("blue"))


def read(questions: str) -> Parsed:
    return moodle.read(f"<quiz>{questions}</quiz>".encode(), Collected())


def only(questions: str) -> Draft:
    (draft,) = read(questions).drafts
    return draft


def named(draft: Draft) -> list[tuple[str, bool]]:
    """What is named, and whether it keeps the item out."""
    return [(str(p.params.get("name", p.code)), p.is_error) for p in draft.problems]


def rich(name: str, text: str, files: str = "", attributes: str = 'format="html"') -> str:
    return f"<{name} {attributes}><text>{escape(text)}</text>{files}</{name}>"


def file(name: str, data: bytes, path: str = "/") -> str:
    content = base64.b64encode(data).decode()
    return f'<file name="{name}" path="{path}" encoding="base64">{content}</file>'


def answer(share: object, text: str, inner: str = "") -> str:
    return f'<answer fraction="{share}" format="html"><text>{escape(text)}</text>{inner}</answer>'


def question(kind: str, inner: str, stem: str = "Which?", name: str = "Q") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f"{rich('questiontext', stem)}{inner}</question>"
    )


CHOICE = answer(100, "one") + answer(0, "two")
SHUFFLED = "<shuffleanswers>1</shuffleanswers>"


def test_a_choice_question() -> None:
    inner = SHUFFLED + CHOICE + rich("generalfeedback", "Because")
    draft = only(question("multichoice", inner))
    assert (draft.at, draft.declared, draft.problems) == ("1 (Q)", False, [])
    assert draft.values == {
        "id": "Q",
        "type": "single_choice",
        "stem": "Which?",
        "options": [{"id": "A", "text": "one"}, {"id": "B", "text": "two"}],
        "key": ["A"],
        "rationale": "Because",
    }


def test_names_may_be_equal_and_an_id_number_is_an_identifier() -> None:
    twice = question("truefalse", answer(100, "true")) * 2
    numbered = question("truefalse", "<idnumber>X1</idnumber>" + answer(100, "False"))
    drafts = read(twice + numbered).drafts
    assert [(d.values["id"], d.declared) for d in drafts] == [
        ("Q", False), ("Q", False), ("X1", True)
    ]  # fmt: skip
    assert [d.values["key"] for d in drafts] == [["true"], ["true"], ["false"]]


def test_each_text_shows_the_files_of_its_own_element() -> None:
    shown = '<img src="@@PLUGINFILE@@/image.png">'
    inner = (
        answer(100, shown, file("image.png", png()))
        + answer(0, shown, file("image.png", png("blue")))
        + rich("generalfeedback", shown, file("image.png", png()))
    )
    parsed = read(question("multichoice", SHUFFLED + inner))
    (draft,) = parsed.drafts
    assert [option["text"] for option in draft.values["options"]] == [
        f"![]({PICTURE})", f"![]({BLUE})"
    ]  # fmt: skip
    assert draft.values["rationale"] == f"![]({PICTURE})"
    assert parsed.pictures == {PICTURE: PICTURES[PICTURE], BLUE: BLUE_BYTES}
    assert draft.problems == []


@pytest.mark.parametrize(
    ("address", "files", "problems"),
    [
        ("@@PLUGINFILE@@/%E5%9B%BE%201.png", file("图 1.png", png()), []),
        ("@@PLUGINFILE@@/a/b/x.png?forcedownload=1", file("x.png", png(), "/a/b/"), []),
        ("x.png", file("x.png", png()), []),
        ("data:image/png;base64," + base64.b64encode(png()).decode(), "", []),
        ("@@PLUGINFILE@@/x.png", "", ["picture_missing"]),
        ("@@PLUGINFILE@@/x.png", file("x.png", b"no picture"), ["picture_bad"]),
        ("https://a.b/x.png", "", ["picture_remote"]),
        ("data:image/png;base64,A", "", ["picture_bad"]),
    ],
)
def test_addresses_of_pictures(address: str, files: str, problems: list[str]) -> None:
    text = rich("questiontext", f'<img src="{address}" alt="x">', files)
    source = f'<question type="truefalse">{text}{answer(100, "true")}</question>'
    draft = only(source)
    assert [problem.code for problem in draft.problems] == problems
    if not problems:
        assert draft.values["stem"] == f"![x]({PICTURE})"


def test_files_that_are_not_shown_are_named() -> None:
    text = rich(
        "questiontext",
        '<a href="@@PLUGINFILE@@/a.mp3">Listen</a>',
        file("a.mp3", b"a") + file("left.png", png()),
    )
    draft = only(f'<question type="truefalse">{text}{answer(100, "true")}</question>')
    assert named(draft) == [
        ("link to @@PLUGINFILE@@/a.mp3", False),
        ("attached file a.mp3", True),
        ("attached file left.png", False),
    ]


def test_the_picture_of_an_old_question_is_kept() -> None:
    data = base64.b64encode(png()).decode()
    inner = f"<image>a.png</image><image_base64>{data}</image_base64>" + answer(100, "true")
    parsed = read(question("truefalse", inner, "Red?"))
    assert parsed.drafts[0].values["stem"] == f"Red?\n![]({PICTURE})"
    assert parsed.pictures == PICTURES
    gone = only(question("truefalse", "<image>a.png</image>" + answer(100, "true")))
    assert [problem.code for problem in gone.problems] == ["picture_missing"]


@pytest.mark.parametrize(
    ("attributes", "source", "text"),
    [
        ('format="html"', "<b>a</b>\nb $5", r"<b>a</b> b \$5"),
        ("", "<b>a</b>", "<b>a</b>"),
        ('format="plain_text"', "<b>\nc", r"\<b>" "\nc"),
        ('format="markdown"', "**a** <i>b</i>\n\n1. x\n2. y", "<b>a</b> <i>b</i>\n1. x\n2. y"),
        ('format="moodle_auto_format"', "<i>a</i> b\nc", "<i>a</i> b\nc"),
    ],
)
def test_formats_of_texts(attributes: str, source: str, text: str) -> None:
    inner = rich("questiontext", source, "", attributes)
    # Answers without a format have that of the question.
    own = f'<answer fraction="100"><text>{escape(source)}</text></answer>'
    draft = only(f'<question type="multichoice">{inner}{own}{answer(0, "x")}</question>')
    assert draft.values["stem"] == text
    assert draft.values["options"][0]["text"] == text


def test_answers_without_a_text_are_left_out_as_in_moodle() -> None:
    inner = SHUFFLED + answer(0, " ") + CHOICE + answer(0, "")
    draft = only(question("multichoice", inner))
    assert [option["text"] for option in draft.values["options"]] == ["one", "two"]
    assert draft.values["key"] == ["A"]


def test_html_outside_cdata_is_read() -> None:
    text = "<questiontext format='html'><text><p>a <b>b</b> &lt;</p><br/>c</text></questiontext>"
    draft = only(f'<question type="truefalse">{text}{answer(100, "true")}</question>')
    assert draft.values["stem"] == "a <b>b</b> <\n\nc"


@pytest.mark.parametrize(
    ("kind", "single", "shares", "type_", "key", "names"),
    [
        ("multichoice", "true", (100, 0), "single_choice", ["A"], []),
        ("multichoice", "1", (0, "100.00000"), "single_choice", ["B"], []),
        ("multichoice", "true", (100, 50), "single_choice", ["A"], [("50 % for B", False)]),
        ("multichoice", "true", (100, -50), "single_choice", ["A"],
         [("minus points for single options", False)]),
        ("multichoice", "true", (100, 100), "single_choice", ["A", "B"],
         [("several right options of which one is enough", True)]),
        ("multichoice", "false", (50, 50, 0), "multiple_choice", ["A", "B"], []),
        ("multichoice", "0", (33.33333, 33.33333, 33.33333, -100), "multiple_choice",
         ["A", "B", "C"], [("minus points for single options", False)]),
        ("multichoice", "false", (50, 50, -50, -50), "multiple_choice", ["A", "B"],
         [("minus points for single options", False)]),
        ("multichoice", "false", (100, -100), "single_choice", ["A"],
         [("minus points for single options", False), ("one_right", False)]),
        ("multichoice", "false", (75, 25), "multiple_choice", ["A", "B"],
         [("75 % for A", False), ("25 % for B", False)]),
        ("multichoice", "false", (100, 0), "single_choice", ["A"],
         [("one_right", False)]),
        ("multichoice", "false", (40, 40), "multiple_choice", ["A", "B"],
         [("shares that do not add up to 100 %", False)]),
        ("multichoice", "false", (100, 100), "multiple_choice", ["A", "B"],
         [("several right options of which one is enough", True)]),
        ("multichoiceset", "", (100, 100, 0), "multiple_choice", ["A", "B"], []),
        ("oumultiresponse", "", (100, 100, 0), "multiple_choice", ["A", "B"], []),
    ],
)  # fmt: skip
def test_which_options_are_right(
    kind: str,
    single: str,
    shares: tuple[object, ...],
    type_: str,
    key: list[str],
    names: list[tuple[str, bool]],
) -> None:
    answers = "".join(answer(share, f"x{number}") for number, share in enumerate(shares))
    draft = only(question(kind, f"<single>{single}</single>{SHUFFLED}{answers}"))
    assert (draft.values["type"], draft.values["key"]) == (type_, key)
    assert named(draft) == names


@pytest.mark.parametrize(
    ("said", "shuffle"), [("true", None), ("1", None), ("false", False), ("0", False)]
)
def test_whether_options_may_be_shuffled(said: str, shuffle: bool | None) -> None:
    inner = f"<shuffleanswers>{said}</shuffleanswers>{CHOICE}"
    assert only(question("multichoice", inner)).values.get("shuffle") is shuffle


@pytest.mark.parametrize(
    ("inner", "name", "is_error"),
    [
        ("<hint><text>Think</text></hint>", "hints", False),
        (rich("correctfeedback", "Well done!"), "feedback to candidates", False),
        (answer(0, "x", rich("feedback", "No")), "feedback to candidates", False),
        ("<penalty>0.5</penalty>", "penalty for each try", False),
        ("<defaultgrade>2</defaultgrade>",
         "points of the question; the programme's scoring applies", False),
        ("<answernumbering>iii</answernumbering>", "numbering of the options", False),
        ("<hidden>1</hidden>", "hiding of the question", False),
    ],
)  # fmt: skip
def test_what_a_question_has_besides_is_named(inner: str, name: str, is_error: bool) -> None:
    draft = only(question("multichoice", SHUFFLED + CHOICE + inner))
    assert named(draft) == [(name, is_error)]


def test_what_every_question_has_is_not_named() -> None:
    usual = (
        rich("correctfeedback", "<p>Your answer is correct.</p>")
        + rich("incorrectfeedback", "Your answer is incorrect.")
        + "<penalty>0.3333333</penalty><defaultgrade>1.0000000</defaultgrade><hidden>0</hidden>"
        + "<answernumbering>abc</answernumbering><hint><text></text></hint>"
    )
    assert only(question("multichoice", usual + SHUFFLED + CHOICE)).problems == []


def test_an_essay_of_another_system_is_a_draft_without_mark_scheme() -> None:
    inner = rich("graderinfo", "<p>Look for <b>x</b></p>") + rich("responsetemplate", "")
    draft = only(question("essay", inner))
    assert draft.values == {
        "id": "Q", "type": "essay", "stem": "Which?", "model_answer": "Look for <b>x</b>"
    }  # fmt: skip
    assert draft.problems == []
    attached = only(question("essay", "<attachmentsrequired>1</attachmentsrequired>"))
    assert named(attached) == [("answer with attached files", True)]


def test_a_short_answer_is_marked_by_a_person() -> None:
    draft = only(question("shortanswer", answer(100, "Ann") + answer(50, "Anna")))
    assert draft.values["type"] == "short_answer"
    assert draft.values["model_answer"] == "Ann\nAnna (50 %)"
    assert named(draft) == [("by_person", False)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("match", "matching"),
        ("numerical", "numerical answer"),
        ("cloze", "text with gaps"),
        ("ddwtos", "text with gaps"),
        ("calculatedmulti", "calculated question"),
        ("ordering", "ordering"),
        ("description", "description without an answer"),
        ("coderunner", "question type coderunner"),
        ("stack", "question type stack"),
        ("", "question type question without a type"),
    ],
)
def test_other_kinds_are_drafts_that_say_so(kind: str, name: str) -> None:
    draft = only(question(kind, ""))
    assert named(draft) == [(name, True)]
    assert draft.values["stem"] == "Which?"


def test_categories_and_foreign_tags_are_named_once() -> None:
    tagged = question(
        "truefalse",
        answer(100, "true")
        + "<tags><tag><text>domain:policy</text></tag><tag><text>mine</text></tag></tags>",
    )
    parsed = read('<question type="category"><category/></question>' * 2 + tagged * 2)
    assert len(parsed.drafts) == 2
    assert parsed.drafts[0].values["domain"] == "policy"
    assert [str(problem.params["name"]) for problem in parsed.problems] == [
        "categories", "tags of the other system"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("ISO-8859-1", "utf-8"),  # wrongly declared
        ("GB2312", "gb18030"),
        ("utf-8", "gb18030"),  # wrongly declared
        ("utf-16", "utf-16"),
    ],
)
def test_encodings(declared: str, encoding: str) -> None:
    document = f"<quiz>{question('truefalse', answer(100, 'true'), '碳排放权交易')}</quiz>"
    data = f'<?xml version="1.0" encoding="{declared}"?>\n{document}'.encode(encoding)
    (draft,) = moodle.read(data, Collected()).drafts
    assert draft.values["stem"] == "碳排放权交易"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE q [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>',
        b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
        b"<quiz>" + b"<question>" * 100_000,
        b"<quiz>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</quiz>",
        b"<quiz>\x0b</quiz>",
        b"<html/>",
        b"",
    ],
)
def test_hostile_and_broken_files_are_refused(data: bytes) -> None:
    with pytest.raises(BadImport):
        moodle.read(data, Collected())


TEXT = st.text(
    alphabet=st.sampled_from("ab中 \n$\\<>&\"'[]|*_\u3000€"), min_size=1, max_size=20
).filter(lambda text: bool(text.strip()))
MARKUP = st.one_of(
    TEXT.map(escaped),
    st.sampled_from(
        [
            f"a ![b]({PICTURE}) c",
            f"![]({BLUE})",
            "<b>a<i>b</i></b> x<sup>2</sup>",
            "$x^2$\n| a | b |\n| --- | --- |\n| <b>c</b> | 1<br>2 |",
        ]
    ),
)
TYPES = ("single_choice", "multiple_choice", "true_false")


@settings(max_examples=60)
@given(
    MARKUP,
    st.lists(MARKUP, min_size=2, max_size=4, unique=True),
    MARKUP,
    st.sampled_from(TYPES),
    st.booleans(),
)
def test_what_is_written_comes_back_the_same(
    stem: str, options: list[str], rationale: str, kind: str, grouped: bool
) -> None:
    letters = [{"id": "ABCD"[n], "text": text, "fixed": n > 1} for n, text in enumerate(options)]
    keys = {"single_choice": ["B"], "multiple_choice": ["A", "B"], "true_false": ["true"]}
    values = {
        "id": "题 1]", "type": kind, "subject": "theory", "domain": "policy", "stem": stem,
        "options": letters if kind != "true_false" else [], "key": keys[kind],
        "rationale": rationale, "shuffle": grouped or kind == "true_false",
        **({"group": "G 1", "stimulus": rationale} if grouped else {}),
    }  # fmt: skip
    entry, _ = read_entry(values, PROGRAMME)
    assume(entry is not None)
    assert entry is not None
    pictures = {**PICTURES, BLUE: BLUE_BYTES}
    parsed = moodle.read(moodle.write([entry], pictures), Collected())
    (draft,) = parsed.drafts
    assert draft.problems == []
    assert read_entry(draft.values, PROGRAMME)[0] == entry
    assert parsed.pictures.items() <= pictures.items()
    assert entry.item.pictures <= set(parsed.pictures)
