"""Whatever a document has, reading it gives drafts or a sentence, and never an exception."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.hq.authoring.parsed import Parsed
from sync.hq.errors import BadImport
from tests.hq.qti import item, read, zipped

_NAMES = (
    "assessmentItem itemBody choiceInteraction simpleChoice prompt responseDeclaration value"
    " correctResponse mapping mapEntry responseProcessing responseCondition responseIf match"
    " variable correct baseValue setOutcomeValue sum divide rubricBlock include object img svg"
    " textEntryInteraction inlineChoiceInteraction inlineChoice assessmentStimulusRef math mfrac"
    " questestinterop section item presentation presentation_material material mattext matimage"
    " response_lid render_choice response_label response_str render_fib resprocessing"
    " respcondition conditionvar varequal and or not other setvar decvar itemmetadata"
    " qtimetadatafield fieldlabel fieldentry manifest resources resource file metadata keyword"
    " table tr td p div br mat_extension mat_formattedtext itemfeedback solution"
)
_ATTRIBUTES = (
    "identifier ident href src data type cardinality baseType responseIdentifier maxChoices"
    " shuffle mapKey mappedValue template view label toolName class texttype uri embedded"
    " rcardinality respident action varname continue base fixed instructions"
)
_VALUES = (
    "R c1 1 -1 1e999 x true multiple q.xml ../../q.xml image/png text/html"
    " data:image/png;base64,AAAA exam-kiosk exam-kiosk-stimulus Add % match_correct"
    " imsqti_item_xmlv2p1 scorer candidate \\ $IMS-CC-FILEBASE$"
)
NAMES, VALUES = st.sampled_from(_NAMES.split()), st.sampled_from(["", *_VALUES.split()])
ATTRIBUTES = st.dictionaries(st.sampled_from(_ATTRIBUTES.split()), VALUES, max_size=4)
TEXTS = st.sampled_from(
    ["R", "c1", "1", "x", "SCORE", "SCORE.max", "1e999", "$a$", "&lt;p&gt;", " "]
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 5) -> str:
    name, attributes = draw(NAMES), draw(ATTRIBUTES)
    inner = st.one_of(TEXTS, elements(depth=depth - 1)) if depth else TEXTS
    content = "".join(draw(st.lists(inner, max_size=4)))
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>"


def check(file: bytes) -> None:
    """Every file gives drafts or problems; a draft has a question or says what is wrong."""
    try:
        parsed = read(file, "q.xml")
    except BadImport as error:
        parsed = Parsed([], error.problems)
    assert parsed.drafts or parsed.problems
    for draft in parsed.drafts:
        assert draft.values.get("stem") or any(problem.is_error for problem in draft.problems)


@settings(max_examples=300, deadline=None)
@example("<item><presentation/></item>")
@given(elements())
def test_any_tree_of_known_elements_is_read_or_refused(document: str) -> None:
    for data in (document.encode(), item(document, document, document)):
        for file in (data, zipped({"q.xml": data, "imsmanifest.xml": document})):
            check(file)


def test_an_item_without_a_question_says_so() -> None:
    check(item().replace(b"<prompt>Which?</prompt>", b""))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damaged_item_is_read_or_refused(data: st.DataObject) -> None:
    source = item()
    at = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(at, min(len(source), at + 30)))
    damaged = source[:at] + data.draw(st.binary(max_size=6)) + source[end:]
    check(damaged)
