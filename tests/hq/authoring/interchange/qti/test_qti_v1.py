"""Items of QTI 1.2 are read as they were meant, or named: Canvas, Common Cartridge, others."""

import base64
from html import escape

import pytest

from sync.hq.authoring.parsed import Draft
from sync.hq.errors import BadImport
from tests.hq.items import PICTURE, png
from tests.hq.qti import errors, notes, read, read_one

MANY = "points for single options (mapping)"


def label(ident: str, text: str, attributes: str = "") -> str:
    return (
        f'<response_label ident="{ident}" {attributes}><material><mattext>{text}</mattext>'
        "</material></response_label>"
    )


LABELS = label("a1", "one") + label("a2", "two") + label("a3", "three")


def lid(labels: str = LABELS, cardinality: str = "Single", render: str = "") -> str:
    return (
        f'<response_lid ident="r1" rcardinality="{cardinality}">'
        f"<render_choice {render}>{labels}</render_choice></response_lid>"
    )


def text(words: str, kind: str = "") -> str:
    stated = f' texttype="{kind}"' if kind else ""
    return f"<material><mattext{stated}>{words}</mattext></material>"


def respond(*conditions: str) -> str:
    return (
        '<resprocessing><outcomes><decvar maxvalue="100" varname="SCORE"/></outcomes>'
        f"{''.join(conditions)}</resprocessing>"
    )


def when(test: str, points: str = "100", action: str = "Set", go_on: str = "No") -> str:
    return (
        f'<respcondition continue="{go_on}"><conditionvar>{test}</conditionvar>'
        f'<setvar action="{action}" varname="SCORE">{points}</setvar></respcondition>'
    )


def equal(option: str) -> str:
    return f'<varequal respident="r1">{option}</varequal>'


def meta(**fields: str) -> str:
    entries = "".join(
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{value}</fieldentry>"
        "</qtimetadatafield>"
        for name, value in fields.items()
    )
    return f"<itemmetadata><qtimetadata>{entries}</qtimetadata></itemmetadata>"


RIGHT = respond(when(equal("a2")))


def item(shown: str = text("Which?") + lid(), after: str = RIGHT, before: str = "") -> str:
    return f'<item ident="i1" title="T">{before}<presentation>{shown}</presentation>{after}</item>'


def wrapped(*items: str, head: str = "") -> bytes:
    return (
        '<?xml version="1.0"?>'
        '<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2p1.dtd">'
        f'<questestinterop><assessment ident="x"><section ident="s">{head}{"".join(items)}'
        "</section></assessment></questestinterop>"
    ).encode()


def one(*parts: str, **more: str) -> Draft:
    return read_one(wrapped(item(*parts, **more)))


def test_a_choice_of_version_one_is_read() -> None:
    draft = one()
    assert draft.values == {
        "id": "i1",
        "type": "single_choice",
        "stem": "Which?",
        "options": [
            {"id": "A", "text": "one"},
            {"id": "B", "text": "two"},
            {"id": "C", "text": "three"},
        ],
        "key": ["B"],
        "shuffle": False,
    }
    assert (draft.problems, draft.declared) == ([], True)


@pytest.mark.parametrize(
    "data",
    [
        f"<questestinterop>{item()}</questestinterop>",
        f"<questestinterop><objectbank>{item()}</objectbank></questestinterop>",
        f"<section>{item()}</section>",
        item(),
        f'<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">{item()}'
        "</questestinterop>",
        f"<x><questestinterop><section><section>{item()}</section></section></questestinterop></x>",
    ],
)
def test_items_are_found_wherever_they_are(data: str) -> None:
    assert read_one(data.encode()).values["key"] == ["B"]


SEVERAL = text("Which?") + lid(cardinality="Multiple")


@pytest.mark.parametrize(
    ("shown", "after", "key", "said"),
    [
        (text("?") + lid(), respond(when(equal("a1"), "0"), when(equal("a3"), "1")), ["C"], []),
        (text("?") + lid(), respond(when(equal("a1"), "SCORE.max")), ["A"], []),
        (
            text("?") + lid(),
            respond(when(f"<not>{equal('a1')}</not>", "0"), when("<other/>")),
            ["A"],
            [],
        ),
        (text("?") + lid(), respond(when(equal("a1"), "50"), when(equal("a2"))), ["B"], [MANY]),
        (text("?") + lid(), respond(when(equal("a2")), when("<other/>", "-10")), ["B"], []),
        (
            SEVERAL,
            respond(when(f"<and>{equal('a1')}{equal('a2')}<not>{equal('a3')}</not></and>")),
            ["A", "B"],
            [],
        ),
        (
            SEVERAL,
            respond(
                when(equal("a1"), "50", "Add", "Yes"),
                when(equal("a2"), "50", "Add", "Yes"),
                when(equal("a3"), "-50", "Add", "Yes"),
            ),
            ["A", "B"],
            [MANY],
        ),
        (
            SEVERAL,
            respond(
                when(equal("a1"), "50", "Add"),
                when(equal("a2"), "50", "Add"),
                when(equal("a3"), "-5", "Add"),
            ).replace(' continue="No"', ""),
            ["A", "B"],
            [MANY],
        ),
        (
            text("?") + lid(),
            respond(
                when("<other/>", "0", go_on="Yes"),
                when(equal("a2"), go_on="Yes"),
                when(f"<or>{equal('a1')}{equal('a3')}</or>", "0", go_on="Yes"),
                when("<other/>", "0", go_on="Yes"),
            ),
            ["B"],
            [],
        ),
        (SEVERAL, respond(when(equal("a1") + equal("a2"))), ["A", "B"], [MANY]),
        (
            SEVERAL,
            respond(
                when(equal("a1"), "1", "Add", "yes").replace("SCORE", "D2L_Incorrect"),
                when(equal("a2"), "1", "Add", "yes").replace("SCORE", "D2L_Correct"),
                when(equal("a3"), "1", "Add", "yes").replace("SCORE", "D2L_Correct"),
                '<respcondition><setvar varname="que_score">D2L_Correct</setvar></respcondition>',
            ),
            ["B", "C"],
            [MANY],
        ),
        (
            SEVERAL,
            respond(when('<varsubset setmatch="Exact">a1,a3</varsubset>')),
            ["A", "C"],
            [],
        ),
    ],
)
def test_the_key_is_what_earns_most(
    shown: str, after: str, key: list[str], said: list[str]
) -> None:
    draft = one(shown, after)
    assert (draft.values["key"], notes(draft), errors(draft)) == (key, said, [])


@pytest.mark.parametrize(
    ("after", "named"),
    [
        ("", "key_missing"),
        (respond(when("<other/>")), "key_missing"),
        (respond(when(equal("a1")), when(equal("a2"))), "several answers that are equally right"),
        (respond(when("<durequal>5</durequal>")), "response processing that is unknown here"),
        (
            respond(
                when(equal("a1")).replace("SCORE", "x"), when(equal("a2")).replace("SCORE", "y")
            ),
            "response processing that is unknown here",
        ),
        (respond(when(equal("a1"), "much")), "response processing that is unknown here"),
    ],
)
def test_an_item_without_a_clear_key_says_so(after: str, named: str) -> None:
    draft = one(text("?") + lid(), after)
    assert errors(draft)[0] == named
    assert len(draft.values["options"]) == 3


def test_shuffle_and_fixed_places_are_kept() -> None:
    labels = LABELS + label("a4", "all of them", 'rshuffle="No"')
    draft = one(text("?") + lid(labels, render='shuffle="Yes"'))
    assert "shuffle" not in draft.values
    assert [option.get("fixed", False) for option in draft.values["options"]] == [
        *[False] * 3,
        True,
    ]


def test_true_false_of_canvas() -> None:
    labels = label("t", "True") + label("f", "False")
    draft = one(
        text("&lt;p&gt;Sky is &lt;sub&gt;2&lt;/sub&gt; blue.&lt;/p&gt;", "text/html") + lid(labels),
        respond(when(equal("t"))),
        before=meta(question_type="true_false_question", points_possible="1.0"),
    )
    assert (draft.values["type"], draft.values["key"]) == ("true_false", ["true"])


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("matching_question", "matching"),
        ("text_only_question", "text without a question"),
        ("calculated_question", "calculated answer"),
        ("multiple_dropdowns_question", "several blanks in one item"),
        ("fill_in_multiple_blanks_question", "several blanks in one item"),
        ("file_upload_question", "file upload"),
        ("invented_question", "question of type invented_question"),
    ],
)
def test_kinds_of_canvas_that_are_not_ours_are_named(kind: str, named: str) -> None:
    draft = one(before=meta(question_type=kind))
    assert errors(draft) == [named]
    assert draft.values["stem"].startswith("Which?")


@pytest.mark.parametrize(
    ("shown", "named"),
    [
        (
            text("The sky is [a]")
            + lid().replace("<render_choice", text("a") + "<render_choice"),
            "several blanks in one item",
        ),
        (text("?") + lid() + lid(), "2 interactions in one item"),
        (text("?") + lid(cardinality="Ordered"), "ordering"),
        (text("?"), "item without an interaction"),
        (text("?") + "<response_xy ident='r'><render_hotspot/></response_xy>", "marking in a pic"),
        (text("?") + "<response_grp ident='r'><render_choice/></response_grp>", "matching"),
        (text("?") + "<response_num ident='r'><render_slider/></response_num>", "slider"),
        (text("?") + lid(label("a", "x") + '<response_label ident="b"><material><mataudio '
         'uri="x.mp3"/></material></response_label>'), "sound or video"),
        ("<material><mattext texttype='text/rtf'>{x}</mattext></material>" + lid(), "text in RTF"),
        ("<material><matref linkrefid='m'/></material>" + lid(), "text that is kept elsewhere"),
    ],
)  # fmt: skip
def test_what_version_one_has_and_we_do_not_is_named(shown: str, named: str) -> None:
    assert any(error.startswith(named) for error in errors(one(shown)))


FIB = "<response_str ident='r1'><render_fib {0}/></response_str>"


def test_written_items_are_essays_or_short_answers() -> None:
    essay = one(
        text("Why?") + FIB.format("rows='9'"), "", before=meta(question_type="essay_question")
    )
    assert (essay.values["type"], essay.values["stem"], essay.problems) == ("essay", "Why?", [])
    short = one(
        text("CO2 is a") + FIB.format("") + text("gas."),
        respond(when(f"<or>{equal('greenhouse')}{equal('GHG')}</or>")),
        before=meta(cc_profile="cc.fib.v0p1"),
    )
    assert short.values["type"] == "short_answer"
    assert short.values["stem"] == "CO2 is a （\u3000\u3000） gas."
    assert short.values["model_answer"] == "greenhouse / GHG"
    assert notes(short) == ["by_person"]
    numeric = one(
        text("Pi?") + FIB.format("fibtype='Decimal'"),
        respond(
            when(f"<or>{equal('3.14')}<and><vargte>3.1</vargte><varlte>3.2</varlte></and></or>")
        ),
        before=meta(question_type="numerical_question"),
    )
    assert numeric.values["model_answer"] == "3.14 / ≥ 3.1, ≤ 3.2"


@pytest.mark.parametrize(
    ("material", "stem"),
    [
        ("<mattext>a &lt; b &amp; c</mattext>", "a < b & c"),
        ("<mattext texttype='text/plain'>a &lt;b&gt;</mattext>", "a \\<b>"),
        ("<mattext>first\n   second</mattext>", "first\nsecond"),
        ("<mattext texttype='text/html'><![CDATA[<p>x&nbsp;y</p><p>z</p>]]></mattext>", "x y\nz"),
        ("<mattext>&lt;p&gt;x&lt;/p&gt;</mattext>", "x"),
        ("<mattext texttype='text/xhtml'><p>x<br/>y</p></mattext>", "x\ny"),
        ("<mattext>x</mattext><matbreak/><mattext>y</mattext>", "x\ny"),
        (
            "<mattext texttype='text/html'>"
            + escape('<img class="equation_image" src="/e/x" data-equation-content="x^2">')
            + "</mattext>",
            "$x^2$",
        ),
        (
            "<mat_extension><mat_formattedtext type='HTML'>&lt;p&gt;x&lt;/p&gt;"
            "</mat_formattedtext></mat_extension>",
            "x",
        ),
    ],
)
def test_material_of_all_kinds_is_text(material: str, stem: str) -> None:
    draft = one(f"<flow><material>{material}</material>{lid()}</flow>")
    assert (draft.values["stem"], errors(draft)) == (stem, [])


def test_embedded_pictures_are_collected() -> None:
    data = base64.encodebytes(png()).decode()
    image = (
        f"<material><matimage imagtype='image/png' embedded='base64'>{data}</matimage></material>"
    )
    parsed = read(wrapped(item(text("See") + image + lid())))
    assert parsed.drafts[0].values["stem"] == f"See ![]({PICTURE})"
    assert list(parsed.pictures) == [PICTURE]


def test_blackboard_is_read_by_its_own_names() -> None:
    pool = (
        '<item maxattempts="0"><itemmetadata><bbmd_asi_object_id>_1_1</bbmd_asi_object_id>'
        "<bbmd_questiontype>{kind}</bbmd_questiontype></itemmetadata><presentation>"
        '<flow class="QUESTION_BLOCK"><material><mat_extension><mat_formattedtext '
        'type="SMART_TEXT">H&lt;sub&gt;x&lt;/sub&gt; or a &lt; b?</mat_formattedtext>'
        "</mat_extension></material></flow>{response}</presentation>{scoring}</item>"
    )
    right = respond(when(equal("a2"), "SCORE.max"), when("<other/>", "0"), when(equal(""), "0"))
    chosen = read_one(
        wrapped(
            pool.format(
                kind="Multiple Choice",
                response=f'<flow class="RESPONSE_BLOCK">{lid()}</flow>',
                scoring=right.replace("varname", "variablename"),
            )
        )
    )
    assert (chosen.values["id"], chosen.values["key"], errors(chosen)) == ("_1_1", ["B"], [])
    words = (
        f"<respcondition><conditionvar>{equal('CO2')}</conditionvar>"
        '<displayfeedback linkrefid="correct"/></respcondition>'
    )
    blank = pool.format(kind="Fill in the Blank", response=FIB.format(""), scoring=respond(words))
    assert read_one(wrapped(blank)).values["model_answer"] == "CO2"


def test_feedback_is_named_and_a_solution_becomes_the_explanation() -> None:
    feedback = (
        f"<itemfeedback ident='f'>{text('Well done')}</itemfeedback>"
        f"<itemfeedback ident='s'><solution><solutionmaterial>{text('Because')}"
        "</solutionmaterial></solution></itemfeedback>"
    )
    feedback += "<itemfeedback ident='h'><hint><hintmaterial/></hint></itemfeedback>"
    draft = one(text("?") + lid(), RIGHT + feedback)
    assert draft.values["rationale"] == "Because"
    assert notes(draft) == ["feedback to candidates"]


def test_what_a_section_shows_is_the_stimulus_of_its_items() -> None:
    head = (
        f"<presentation_material><flow_mat>{text('A long case')}</flow_mat></presentation_material>"
    )
    for inside in (item(), f"<section>{item()}</section>"):
        (draft,) = read(wrapped(inside, head=head)).drafts
        assert (draft.values["group"], draft.values["stimulus"]) == ("s", "A long case")


def test_a_passage_of_canvas_is_the_stimulus_of_its_questions() -> None:
    passage = item(text("A long case"), "", meta(question_type="text_only_question")).replace(
        "i1", "p1"
    )
    child = item(before=meta(parent_stimulus_item_ident="p1"))
    (draft,) = read(wrapped(passage, child)).drafts
    assert (draft.values["group"], draft.values["stimulus"]) == ("p1", "A long case")


@pytest.mark.parametrize(("points", "said"), [("1.0", 0), ("0", 0), ("2.5", 1)])
def test_points_of_a_question_are_named(points: str, said: int) -> None:
    named = notes(one(before=meta(points_possible=points)))
    assert len(named) == said


def test_a_long_id_is_shortened_and_said() -> None:
    long = read_one(wrapped(item().replace('"i1"', f'"{"i" * 70}1"')))
    other = read_one(wrapped(item().replace('"i1"', f'"{"i" * 70}2"')))
    assert len(long.values["id"]) == len(other.values["id"]) == 64
    assert long.values["id"] != other.values["id"]
    assert notes(long) == ["id_short"]


def test_a_slip_in_the_declaration_does_not_matter() -> None:
    data = wrapped(item()).replace(b'version="1.0"', b'version="1.0"encoding="UTF-8"')
    assert read_one(data).values["key"] == ["B"]


def test_every_item_of_a_file_has_a_draft_with_its_own_place() -> None:
    parsed = read(wrapped(item(), item(text("?")), item(before=meta(question_type="x_question"))))
    assert len({draft.at for draft in parsed.drafts}) == 3
    assert [bool(errors(draft)) for draft in parsed.drafts] == [False, True, True]


def test_a_file_with_too_many_items_is_refused() -> None:
    with pytest.raises(BadImport) as refused:
        read(wrapped("<item/>" * 20_001))
    assert [problem.code for problem in refused.value.problems] == ["too_many"]


def test_a_test_without_items_is_not_silent() -> None:
    (problem,) = read(wrapped()).problems
    assert (problem.code, problem.is_error) == ("no_items", True)
