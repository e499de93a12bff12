"""Kinds of items of QTI 1.2: what their metadata call them, and names for those left out."""

from collections.abc import Mapping

from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.problems import Phrase

_LABELS = ("question_type", "cc_profile", "qmd_itemtype", "qmd_questiontype", "bbmd_questiontype")
READ = frozenset(
    {
        "multiple_choice_question", "multiple_answers_question", "true_false_question",
        "essay_question", "short_answer_question", "numerical_question",
        "cc.multiple_choice", "cc.multiple_response", "cc.true_false", "cc.essay", "cc.fib",
        "cc.pattern_match",
        "multiple choice", "multiple answer", "true/false", "either/or", "essay",
        "multi-select", "long answer", "short answer", "short response", "fill in the blank",
        "multiple-choice", "logical identifier",
    }
)  # fmt: skip
_NAMES: Mapping[str, Phrase] = {
    "arithmetic": Phrase("calculated answer"),
    "calculated_question": Phrase("calculated answer"),
    "calculated": Phrase("calculated answer"),
    "categorization_question": Phrase("matching"),
    "file_upload_question": Phrase("file upload"),
    "file upload": Phrase("file upload"),
    "fill_in_multiple_blanks_question": Phrase("several blanks in one item"),
    "fill in the blank plus": Phrase("several blanks in one item"),
    "hot spot": Phrase("marking in a picture"),
    "hot_spot_question": Phrase("marking in a picture"),
    "jumbled sentence": Phrase("several blanks in one item"),
    "matching": Phrase("matching"),
    "matching_question": Phrase("matching"),
    "multiple_dropdowns_question": Phrase("several blanks in one item"),
    "numeric": Phrase("numerical answer"),
    "opinion scale": Phrase("question without a right answer"),
    "ordering": Phrase("ordering"),
    "ordering_question": Phrase("ordering"),
    "quiz bowl": Phrase("short answer that is marked by its exact words"),
    "text_only_question": Phrase("text without a question"),
    "render_hotspot": Phrase("marking in a picture"),
    "render_slider": Phrase("slider"),
    "render_extension": Phrase("interaction of its producer"),
    "response_extension": Phrase("interaction of its producer"),
    "response_grp": Phrase("matching"),
    "response_xy": Phrase("marking in a picture"),
}


def field_of(item: Node, name: str) -> str:
    """Return a field of the item's metadata, or nothing."""
    return _fields(item).get(name, "")


def _fields(item: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in item.every("qtimetadatafield", "qti_metadatafield"):
        label, entry = field.first("fieldlabel"), field.first("fieldentry")
        if label is not None and entry is not None:
            found.setdefault(label.text.lower(), entry.text)
    return found


def stated_kind(item: Node) -> str:
    """Return the kind that the item's metadata state, if it is known, or nothing."""
    found = _fields(item)
    for node in item.every("qmd_itemtype", "bbmd_questiontype"):
        found.setdefault(node.name, node.text)
    for name in _LABELS:
        kind = found.get(name, "").lower().partition(".v0p")[0]
        if kind in READ or kind in _NAMES or kind.endswith("_question"):
            return kind
    return ""


def name_of(kind: str) -> Phrase:
    """Return the name of a kind that is left out."""
    return _NAMES.get(kind, Phrase("question of type %(kind)s", {"kind": kind[:40]}))
