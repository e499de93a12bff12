"""Items of QTI 2 and 3 are read as they were meant, or named."""

import pytest

from tests.hq.qti import (
    ONE,
    OPTIONS,
    PROMPT,
    choice,
    declared,
    errors,
    item,
    notes,
    read_one,
)

MATCH = '<responseProcessing template="http://x/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://x/rptemplates/map_response.xml"/>'


def mapping(attributes: str = "", **points: float) -> str:
    entries = "".join(
        f'<mapEntry mapKey="{name}" mappedValue="{value}"/>' for name, value in points.items()
    )
    return f"<mapping {attributes}>{entries}</mapping>"


def test_a_choice_becomes_letters() -> None:
    draft = read_one(item(f"<p>Intro</p>{choice()}"))
    assert draft.values["stem"] == "Intro\nWhich?"
    assert [option["id"] for option in draft.values["options"]] == ["A", "B", "C"]
    assert (draft.values["key"], draft.values["type"]) == (["B"], "single_choice")
    assert (draft.values["id"], draft.declared, draft.problems) == ("q1", True, [])


def test_a_question_stays_where_it_was_asked() -> None:
    draft = read_one(item(f"<prompt>Before</prompt><div>{choice()}</div><p>After</p>"))
    assert draft.values["stem"] == "Before\nWhich?\nAfter"


def test_rubrics_for_candidates_are_read_and_those_for_others_named() -> None:
    rubrics = (
        '<rubricBlock view="candidate">Read well.</rubricBlock>'
        '<rubricBlock view="tutor, author">Help.</rubricBlock>'
        '<rubricBlock view="scorer">Because.</rubricBlock>'
    )
    draft = read_one(item(rubrics + choice()))
    assert (draft.values["stem"], draft.values["rationale"]) == ("Read well.\nWhich?", "Because.")
    assert notes(draft) == ["rubric for tutor, author"]


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (item(choice() + choice()), "2 interactions in one item"),
        (item(attributes='adaptive="true"'), "adaptive item"),
        (item("<p>?</p>"), "item without an interaction"),
        (item(before=""), "choice without a response declaration"),
        (item(before=declared() + '<templateDeclaration identifier="T"/>'), "item made from a"),
        (item('<p><printedVariable identifier="T"/></p>' + choice()), "item made from a"),
        (item("<matchInteraction/>"), "matching"),
        (item("<orderInteraction/>"), "ordering"),
        (item("<p><hottextInteraction/></p>"), "marking words in a text"),
        (item("<sliderInteraction/>"), "slider"),
        (item("<uploadInteraction/>"), "file upload"),
        (item("<gapMatchInteraction/>"), "filling gaps from a list"),
        (item("<hotspotInteraction/>"), "marking in a picture"),
        (item("<customInteraction/>"), "interaction of its producer"),
        (item("<newInteraction/>"), "<newInteraction>"),
    ],
)
def test_items_of_other_kinds_give_a_draft_that_says_so(data: bytes, named: str) -> None:
    draft = read_one(data)
    assert errors(draft)[0].startswith(named)
    assert draft.values["stem"]


@pytest.mark.parametrize("written", [None, "true", "false"])
def test_shuffling_is_as_the_standard_says(written: str | None) -> None:
    draft = read_one(item(choice(attributes=f'shuffle="{written}"' if written else "")))
    assert draft.values.get("shuffle", True) is (written == "true")


def test_a_fixed_option_keeps_its_place() -> None:
    options = OPTIONS + '<simpleChoice identifier="c4" fixed="true">all of them</simpleChoice>'
    draft = read_one(item(choice(PROMPT + options, 'shuffle="true"')))
    assert [option.get("fixed", False) for option in draft.values["options"]] == [
        *[False] * 3,
        True,
    ]


def test_twenty_six_options_have_letters() -> None:
    options = "".join(
        f'<simpleChoice identifier="c{number}">{number}</simpleChoice>' for number in range(26)
    )
    draft = read_one(item(choice(options)))
    assert [option["id"] for option in draft.values["options"]] == list(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    assert draft.values["key"] == ["C"]


@pytest.mark.parametrize(
    ("ids", "texts", "kind", "key"),
    [
        (("true", "false"), ("True", "False"), "true_false", ["false"]),
        (("true", "false"), ("正确", "错误"), "true_false", ["false"]),
        (("true", "false"), ("是", "否"), "true_false", ["false"]),
        (("true", "false"), ("It grows", "It shrinks"), "single_choice", ["B"]),
        (("A", "B"), ("True", "False"), "true_false", ["false"]),
        (("A", "B"), ("错误。", "正确。"), "true_false", ["true"]),
        (("A", "B"), ("Yes", "No"), "single_choice", ["B"]),
        (("A", "B"), ("True", "Cannot say"), "single_choice", ["B"]),
    ],
)
def test_true_and_false_are_what_the_options_say(
    ids: tuple[str, str], texts: tuple[str, str], kind: str, key: list[str]
) -> None:
    options = "".join(
        f'<simpleChoice identifier="{name}">{text}</simpleChoice>'
        for name, text in zip(ids, texts, strict=True)
    )
    right = f"<correctResponse><value>{ids[1]}</value></correctResponse>"
    draft = read_one(item(choice(PROMPT + options), declared(right)))
    assert (draft.values["type"], draft.values["key"]) == (kind, key)
    shown = [option["text"] for option in draft.values.get("options", ())]
    assert shown == (list(texts) if kind == "single_choice" else [])


def test_one_right_option_of_many_choices_is_said() -> None:
    draft = read_one(item(choice(attributes='maxChoices="0"'), declared(ONE, "multiple")))
    assert (draft.values["type"], draft.values["key"]) == ("single_choice", ["B"])
    assert notes(draft) == ["one_right"]


BOTH = "<correctResponse><value>c3</value><value>c1</value></correctResponse>"


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ('maxChoices="0"', []),
        ('maxChoices="3"', []),
        ('maxChoices="2"', ["largest number of choices"]),
        ('maxChoices="0" minChoices="2"', ["least number of choices"]),
    ],
)
def test_limits_of_choices_are_named(limits: str, said: list[str]) -> None:
    draft = read_one(item(choice(attributes=limits), declared(BOTH, "multiple")))
    assert (draft.values["type"], draft.values["key"]) == ("multiple_choice", ["A", "C"])
    assert (notes(draft), errors(draft)) == (said, [])


@pytest.mark.parametrize(
    ("before", "named"),
    [
        (declared(""), "key_missing"),
        (declared(BOTH), "several right options where only one may be chosen"),
        (declared(mapping(c1=1, c2=1)), "several answers that are equally right"),
    ],
)
def test_an_item_without_a_clear_key_says_so(before: str, named: str) -> None:
    draft = read_one(item(before=before))
    assert errors(draft)[0] == named
    assert len(draft.values["options"]) == 3


def own(rules: str) -> str:
    return f"<responseProcessing>{rules}</responseProcessing>"


def when(test: str, points: str, otherwise: str = "") -> str:
    otherwise = f"<responseElse>{otherwise}</responseElse>" if otherwise else ""
    return (
        f"<responseCondition><responseIf>{test}{points}</responseIf>{otherwise}</responseCondition>"
    )


def score(value: float) -> str:
    return (
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">'
        f"{value}</baseValue></setOutcomeValue>"
    )


VARIABLE = '<variable identifier="R"/>'
MATCHES = f'<match>{VARIABLE}<correct identifier="R"/></match>'


def picked(option: str) -> str:
    return f'<match>{VARIABLE}<baseValue baseType="identifier">{option}</baseValue></match>'


POINTS = "points for single options (mapping)"
OWN = "response processing of its own; the programme's scoring applies"


@pytest.mark.parametrize(
    ("before", "after", "key", "said"),
    [
        (declared(ONE + mapping(c2=1)), MATCH, ["B"], []),
        (declared(mapping(c2=2)), MAP, ["B"], []),
        (declared(ONE + mapping(c2=1, c1=0.5)), MAP, ["B"], [POINTS]),
        (declared(mapping(c2=1, c1=-1)), MAP, ["B"], [POINTS]),
        (declared(mapping('defaultValue="-1"', c2=1)), MAP, ["B"], [POINTS]),
        (declared(), own(when(MATCHES, score(1), score(0))), ["B"], []),
        (declared(), own(when(MATCHES, score(5))), ["B"], []),
        (declared(""), own(when(picked("c3"), score(1))), ["C"], []),
        (
            declared(),
            own(when(MATCHES, score(1)) + when(picked("c1"), score(0.5))),
            ["B"],
            [POINTS],
        ),
        (declared(), own(when(MATCHES, "")), ["B"], []),
        (declared(), own("<customOperator/>"), ["B"], []),
        (declared(), own(when("<customOperator/>", score(1))), ["B"], [OWN]),
        (declared(), '<responseProcessing template="http://x/y"/>', ["B"], [OWN]),
    ],
)
def test_the_key_is_what_earns_most(
    before: str, after: str, key: list[str], said: list[str]
) -> None:
    draft = read_one(item(before=before, after=after))
    assert (draft.values["key"], notes(draft), errors(draft)) == (key, said, [])


def test_a_key_that_contradicts_the_scoring_is_an_error() -> None:
    draft = read_one(item(after=own(when(picked("c1"), score(1)))))
    assert errors(draft) == ["key that differs from its response processing"]


def test_points_for_each_right_option_are_named() -> None:
    several = declared(BOTH + mapping('lowerBound="0"', c1=1, c3=1, c2=-1), "multiple")
    draft = read_one(item(choice(attributes='maxChoices="0"'), several, MAP))
    assert (draft.values["key"], notes(draft), errors(draft)) == (["A", "C"], [POINTS], [])


def test_an_inline_choice_leaves_a_blank() -> None:
    body = (
        '<p>The sky is <inlineChoiceInteraction responseIdentifier="R" shuffle="true">'
        '<inlineChoice identifier="c1">red</inlineChoice>'
        '<inlineChoice identifier="c2">blue</inlineChoice>'
        "</inlineChoiceInteraction> today.</p>"
    )
    draft = read_one(item(body))
    assert draft.values["stem"] == "The sky is （\u3000\u3000） today."
    assert [option["text"] for option in draft.values["options"]] == ["red", "blue"]
    assert (draft.values["type"], draft.values["key"]) == ("single_choice", ["B"])


def test_words_that_were_compared_become_a_model_answer() -> None:
    right = "<correctResponse><value>碳汇</value></correctResponse>" + mapping(碳汇=1, sink=1, x=0)
    body = '<p>Name: <textEntryInteraction responseIdentifier="R"/></p>'
    draft = read_one(item(body, declared(right, kind="string")))
    assert draft.values["type"] == "short_answer"
    assert draft.values["model_answer"] == "碳汇 / sink"
    assert draft.values["stem"] == "Name: （\u3000\u3000）"
    assert (notes(draft), errors(draft)) == (["by_person"], [])


def test_extended_text_is_an_essay() -> None:
    body = '<extendedTextInteraction responseIdentifier="R"><prompt>Why?</prompt>'
    draft = read_one(item(f"{body}</extendedTextInteraction>", ""))
    assert (draft.values["type"], draft.values["stem"]) == ("essay", "Why?")


def test_version_three_is_read_by_its_own_names() -> None:
    data = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
        ' identifier="q3" title="t"><qti-response-declaration identifier="R"'
        ' cardinality="single" base-type="identifier"><qti-correct-response>'
        "<qti-value>c2</qti-value></qti-correct-response></qti-response-declaration>"
        '<qti-item-body><qti-choice-interaction response-identifier="R" max-choices="1"'
        ' shuffle="true"><qti-prompt>Which?</qti-prompt>'
        '<qti-simple-choice identifier="c1">one</qti-simple-choice>'
        '<qti-simple-choice identifier="c2" fixed="true" data-x="y">two</qti-simple-choice>'
        "</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )
    draft = read_one(data.encode())
    assert draft.values == {
        "id": "q3",
        "type": "single_choice",
        "stem": "Which?",
        "options": [{"id": "A", "text": "one"}, {"id": "B", "text": "two", "fixed": True}],
        "key": ["B"],
    }


def test_apip_has_names_of_its_own_for_the_same_items() -> None:
    data = item().replace(b"xsd/imsqti_v2p1", b"xsd/apip/apipv1p0/qtiitem/imsqti_v2p2")
    draft = read_one(data)
    assert (draft.values["key"], draft.problems) == (["B"], [])


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ('data-role="tooltip-content"', "hint that opens on demand"),
        ('class="qti-visually-hidden x"', "text for screen readers only"),
    ],
)
def test_what_candidates_do_not_see_is_not_part_of_the_stem(hidden: str, said: str) -> None:
    draft = read_one(item(choice().replace("Which?", f"Which?<span {hidden}>No</span>")))
    assert (draft.values["stem"], notes(draft)) == ("Which?", [said])


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('<modalFeedback identifier="F" outcomeIdentifier="X">Good</modalFeedback>', "feedback"),
        ('<stylesheet href="x.css"/>', "style sheet"),
        ('<outcomeDeclaration identifier="SCORE" normalMaximum="5"/>', "points of the question"),
        (
            '<a:apipAccessibility xmlns:a="http://www.imsglobal.org/xsd/apip/apipv1p0/x">'
            "<a:accessElement>Which?</a:accessElement></a:apipAccessibility>",
            "catalogue of supports",
        ),
    ],
)
def test_extras_are_named_and_not_shown(extra: str, said: str) -> None:
    draft = read_one(item(after=extra))
    assert [note[:8] for note in notes(draft)] == [said[:8]]
    assert draft.values["stem"] == "Which?"


def test_feedback_inside_options_is_not_part_of_them() -> None:
    options = (
        '<simpleChoice identifier="c1">one<feedbackInline identifier="F" '
        'outcomeIdentifier="X">no</feedbackInline></simpleChoice>' + OPTIONS
    ).replace('identifier="c1">one<simple', 'identifier="c0">one<simple')
    draft = read_one(item(choice(options.replace('"c1">one<f', '"c0">zero<f'))))
    assert draft.values["options"][0]["text"] == "zero"
    assert notes(draft) == ["feedback to candidates"]
