"""What a document of QTI means is imported so, or left out with a sentence."""

from html import escape

import pytest

from kiosk.exam.items.item import Item, ItemType, MarkScheme, Option
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.qti.versions import VERSIONS
from tests.hq.items import PROGRAMME
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

VARIABLE = '<variable identifier="R"/>'
SEVERAL = "several answers that are equally right"
DIFFERS = "key that differs from its response processing"
OWN = "response processing of its own; the programme's scoring applies"
TWO = "<correctResponse><value>c1</value><value>c3</value></correctResponse>"
MANY = choice(attributes='maxChoices="0"')


def picked(option: str) -> str:
    return f'<match>{VARIABLE}<baseValue baseType="identifier">{option}</baseValue></match>'


def earns(test: str) -> str:
    return (
        f"<responseProcessing><responseCondition><responseIf>{test}"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )


def has(option: str) -> str:
    return f'<member><baseValue baseType="identifier">{option}</baseValue>{VARIABLE}</member>'


@pytest.mark.parametrize(
    ("body", "before", "test", "said"),
    [
        (choice(), declared(), f"<or>{picked('c1')}{picked('c2')}</or>", SEVERAL),
        (choice(), declared(), f"<not>{picked('c1')}</not>", SEVERAL),
        (MANY, declared(TWO, "multiple"), f"<or>{has('c1')}{has('c3')}</or>", SEVERAL),
        (MANY, declared(TWO, "multiple"), has("c1"), DIFFERS),
    ],
)
def test_a_rule_that_gives_points_for_other_answers_keeps_the_item_out(
    body: str, before: str, test: str, said: str
) -> None:
    assert errors(read_one(item(body, before, earns(test)))) == [said]


def test_a_rule_that_looks_at_the_right_options_only_has_their_key() -> None:
    rule = earns(f"<and>{has('c1')}{has('c3')}</and>")
    draft = read_one(item(MANY, declared(TWO, "multiple"), rule))
    assert (draft.values["key"], errors(draft)) == (["A", "C"], [])


def test_rules_that_give_no_points_are_named() -> None:
    draft = read_one(item(after=earns(picked("c9"))))
    assert (draft.values["key"], notes(draft)) == (["B"], [OWN])


@pytest.mark.parametrize("cardinality", ["ordered", "record"])
def test_a_sequence_of_options_is_no_choice(cardinality: str) -> None:
    assert errors(read_one(item(MANY, declared(TWO, cardinality)))) == ["ordering"]


@pytest.mark.parametrize("said", ['showHide="hide"', 'templateIdentifier="T" showHide="show"'])
def test_an_option_that_not_everybody_sees_keeps_the_item_out(said: str) -> None:
    data = item().replace(b'"c3">', f'"c3" {said}>'.encode())
    assert errors(read_one(data)) == ["item made from a template"]


def test_an_option_that_says_that_it_is_shown_is_an_option() -> None:
    assert errors(read_one(item().replace(b'"c3">', b'"c3" showHide="show">'))) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("names", [("A", "B"), ("true", "false")])
@pytest.mark.parametrize("words", [("对", "错"), ("True", "False"), ("错误", "正确")])
def test_a_choice_between_true_and_false_comes_back_as_a_choice(
    version: str, names: tuple[str, str], words: tuple[str, str]
) -> None:
    options = tuple(Option(id=name, text=text) for name, text in zip(names, words, strict=True))
    values = {"id": "q", "type": "single_choice", "subject": "theory", "domain": "policy"}
    asked = Item.model_validate({**values, "stem": "Which?", "options": options})
    entry = BankItem(asked, MarkScheme(item_id="q", key=(names[0],)))
    name, data = formats.write(f"qti{version}", [entry], {}, PROGRAMME)
    (draft,) = formats.read(name, data, PROGRAMME).drafts
    found, _ = read_entry(draft.values, PROGRAMME)
    assert found is not None
    assert found.item.type is ItemType.SINGLE_CHOICE
    assert [option.text for option in found.item.options] == list(words)
    assert list(found.scheme.key) == ["A"]


def v1(ident: str, respident: str = "R", title: str = "t", extra: str = "") -> str:
    labels = "".join(
        f'<response_label ident="{name}"><material><mattext>{text}</mattext></material>'
        "</response_label>"
        for name, text in (("a", "one"), ("b", "two"))
    )
    return (
        f'<item ident="{ident}" title="{title}"><presentation><material><mattext>{title}?'
        f'</mattext></material>{extra}<response_lid ident="R"><render_choice>{labels}'
        "</render_choice></response_lid></presentation><resprocessing><respcondition>"
        f'<conditionvar><varequal respident="{respident}">a</varequal></conditionvar>'
        "<setvar>1</setvar></respcondition></resprocessing></item>"
    )


def wrapped(*items: str) -> bytes:
    return f"<questestinterop>{''.join(items)}</questestinterop>".encode()


@pytest.mark.parametrize(
    ("respident", "said"), [("R", []), ("", []), ("r ", []), ("OTHER", ["key_missing"])]
)
def test_a_rule_about_another_response_gives_no_key(respident: str, said: list[str]) -> None:
    assert errors(read_one(wrapped(v1("i", respident)))) == said


def test_settings_beside_a_response_are_neither_question_nor_text() -> None:
    extra = "<response_extension><x>2</x></response_extension>"
    draft = read_one(wrapped(v1("i", extra=extra)))
    assert (draft.values["stem"], draft.values["key"], errors(draft)) == ("t?", ["A"], [])


def test_a_response_of_its_producer_alone_is_named() -> None:
    only = '<item ident="i"><presentation><response_extension/></presentation></item>'
    assert errors(read_one(wrapped(only))) == ["interaction of its producer"]


@pytest.mark.parametrize(
    ("html", "stem"),
    [
        ("<div>排放 <b>粗</b></div>", "排放 <b>粗</b>"),
        ("<p>一</p><p>二</p>", "一\n二"),
        ("\n  <section>甲</section>\n", "甲"),
        ('<P ALIGN="left">乙</P>', "乙"),
        ("<b>粗</b>", "<b>粗</b>"),
        ("<5 且 >3", "<5 且 >3"),
        ("标签 <p>", "标签 <p>"),
        ("<p>在 HTML 中表示什么？</p>", "<p>在 HTML 中表示什么？</p>"),
    ],
)
def test_a_text_that_is_markup_as_a_whole_is_html(html: str, stem: str) -> None:
    cdata = item().replace(b"Which?", f"<![CDATA[{html}]]>".encode())
    assert read_one(cdata).values["stem"] == stem
    plain = f'<mattext texttype="text/plain">{escape(html)}</mattext>'
    data = wrapped(v1("i").replace("<mattext>t?</mattext>", plain)).decode()
    assert read_one(data.encode()).values["stem"] == stem


def test_different_questions_with_one_id_are_both_imported() -> None:
    first, second = read(wrapped(v1("i"), v1("i", title="u"))).drafts
    assert (first.declared, second.declared) == (True, False)
    assert [problem.code for problem in second.problems] == ["id_again"]
    assert errors(second) == []


def test_one_question_twice_is_not_imported_twice_in_silence() -> None:
    assert [draft.declared for draft in read(wrapped(v1("i"), v1("i"))).drafts] == [True, True]


@pytest.mark.parametrize("path", ["g1/g1.xml", "g1/assessment_qti.xml", "tests/g1.xml"])
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(
    ("plain", "rich", "left"),
    [
        ([v1("i")], [v1("i"), v1("j")], "plain"),
        ([v1("i")], [v1("i")], "plain"),
        ([v1("i"), v1("j")], [v1("i", "OTHER"), v1("j")], "rich"),
    ],
)
def test_of_two_copies_of_a_test_the_richer_is_read(
    path: str, listed: bool, plain: list[str], rich: list[str], left: str
) -> None:
    own = "non_cc_assessments/g1.xml.qti"
    resources = [resource(path, "imsqti_xmlv1p2")] if listed else []
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(*resources),
        path: wrapped(*plain),
        own: wrapped(*rich),
    }
    parsed = read(zipped(members), "p.imscc")
    count = max(len(plain), len(rich))
    assert [draft.values["id"] for draft in parsed.drafts] == ["i", "j"][:count]
    said = [(problem.code, problem.at, problem.is_error) for problem in parsed.problems]
    assert said == [("archive", path if left == "plain" else own, False)]
