"""How producers score a choice, each in its own way: the key that comes out is the author's."""

import pytest

from tests.hq.qti import ONE, PROMPT, choice, declared, errors, item, notes, read_one

R = '<variable identifier="R"/>'
MATCHED = f'<match>{R}<correct identifier="R"/></match>'
POINTS = "points for single options (mapping)"
WORTH = "points of the question; the programme's scoring applies"


def outcome(name: str, kind: str = "float", value: str = "") -> str:
    default = f"<defaultValue><value>{value}</value></defaultValue>" if value else ""
    return (
        f'<outcomeDeclaration identifier="{name}" cardinality="single" baseType="{kind}">'
        f"{default}</outcomeDeclaration>"
    )


def base(value: str, kind: str = "integer") -> str:
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def put(name: str, value: str) -> str:
    return f'<setOutcomeValue identifier="{name}">{value}</setOutcomeValue>'


def rules(*parts: str) -> str:
    return f"<responseProcessing>{''.join(parts)}</responseProcessing>"


def cond(*branches: tuple[str, str]) -> str:
    names = ["responseIf", *["responseElseIf"] * (len(branches) - 1)]
    inner = "".join(
        f"<responseElse>{then}</responseElse>" if not test else f"<{name}>{test}{then}</{name}>"
        for name, (test, then) in zip(names, branches, strict=True)
    )
    return f"<responseCondition>{inner}</responseCondition>"


ADDED = put("SCORE", '<sum><variable identifier="SCORE"/><variable identifier="MAXSCORE"/></sum>')
ONYX = rules(
    cond(
        (f"<isNull>{R}</isNull>", put("FEEDBACKBASIC", base("empty", "identifier"))),
        (MATCHED, ADDED + put("FEEDBACKBASIC", base("correct", "identifier"))),
        ("", put("FEEDBACKBASIC", base("incorrect", "identifier"))),
    ),
    put(
        "FEEDBACK_1",
        f"<and><match>{base('correct', 'identifier')}"
        '<variable identifier="FEEDBACKBASIC"/></match></and>',
    ),
)
PLUS_ONE = put("SCORE", f'<sum>{base("1")}<variable identifier="SCORE"/></sum>')
CITO = rules(
    cond((f"<member>{base('c2', 'identifier')}{R}</member>", PLUS_ONE)),
    cond(
        (f'<gte><variable identifier="SCORE"/>{base("1")}</gte>', put("SCORE", base("1"))),
        ("", put("SCORE", base("0"))),
    ),
)
SURREY = rules(put("FEEDBACK", R), put("SCORE", '<mapResponse identifier="R"/>'))
BONUS = rules(
    put("SCORE", '<mapResponse identifier="R"/>'),
    cond((MATCHED, put("SCORE", base("5", "float")))),
)
BLACKBOARD = rules(cond((MATCHED, "")))
MOODLE = rules(
    cond(
        (f"<isNull>{R}</isNull>", put("SCORE", base("0"))),
        ("", put("SCORE", '<mapResponse identifier="R"/>')),
    )
)
FRAGMENT = rules(
    f"<responseProcessingFragment>{cond((MATCHED, put('SCORE', base('1'))))}"
    "<exitResponse/></responseProcessingFragment>",
    put("SCORE", base("9")),
)


def mapping(*points: str) -> str:
    entries = "".join(
        f'<mapEntry mapKey="c{number}" mappedValue="{value}"/>'
        for number, value in enumerate(points, start=1)
    )
    return f'<mapping lowerBound="0" upperBound="5" defaultValue="0">{entries}</mapping>'


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (declared() + outcome("SCORE") + outcome("MAXSCORE", value="1.0"), ONYX, []),
        (declared() + outcome("SCORE") + outcome("MAXSCORE", value="3"), ONYX, [WORTH]),
        (declared() + outcome("SCORE", "integer", "0"), CITO, []),
        (declared(ONE + mapping("1", "5", "3")) + outcome("SCORE"), SURREY, [POINTS]),
        (declared(), BLACKBOARD, []),
        (declared(mapping("0", "1", "0")) + outcome("SCORE"), MOODLE, []),
        (declared() + outcome("SCORE"), FRAGMENT, []),
        (declared(ONE.replace("c2", "<![CDATA[c2]]>")), "", []),
    ],
)
def test_a_single_choice(before: str, after: str, said: list[str]) -> None:
    draft = read_one(item(before=before, after=after))
    assert (draft.values["key"], draft.values["type"]) == (["B"], "single_choice")
    assert (notes(draft), errors(draft)) == (said, [])


def test_a_multiple_choice_with_a_bonus_for_all() -> None:
    both = "<correctResponse><value>c1</value><value>c2</value></correctResponse>"
    before = declared(both + mapping("2", "2", "-2"), "multiple") + outcome("SCORE")
    draft = read_one(item(choice(attributes='maxChoices="0"'), before, BONUS))
    assert (draft.values["key"], draft.values["type"]) == (["A", "B"], "multiple_choice")
    assert (notes(draft), errors(draft)) == ([POINTS], [])


def test_prefixes_do_not_matter() -> None:
    plain = item(choice(PROMPT + '<simpleChoice identifier="c2">x</simpleChoice>')).decode()
    names = ("assessmentItem", "responseDeclaration", "correctResponse", "value", "itemBody",
             "choiceInteraction", "prompt", "simpleChoice")  # fmt: skip
    for name in names:
        plain = plain.replace(f"<{name}", f"<q:{name}").replace(f"</{name}", f"</q:{name}")
    draft = read_one(plain.replace(" xmlns=", " xmlns:q=").encode())
    assert (draft.values["stem"], draft.values["key"]) == ("Which?", ["A"])
