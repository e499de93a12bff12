"""What Moodle's questions have besides question, options and key."""

import math

from sync.hq.authoring.interchange.moodle.elements import Texts, content, every, first, value
from sync.hq.authoring.interchange.xml_in import Element

_USUAL_FEEDBACK = frozenset(
    {
        "your answer is correct.", "your answer is partially correct.",
        "your answer is incorrect.", "您的回答正确。", "您的回答部分正确。", "您的回答不正确。",
        "回答正确。", "回答部分正确。", "回答不正确。",
        "答案正确。", "答案部分正确。", "答案不正确。",
    }
)  # fmt: skip
"""Sentences that Moodle itself puts into every question."""
_FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_USUAL_PENALTIES = (0.0, 0.1, 1 / 3, 1.0)


def share(answer: Element) -> float:
    """Return an answer's share of the points in percent; 0 if it has none."""
    return _number(answer.attributes.get("fraction", ""), 0)


def note_extras(question: Element, texts: Texts) -> None:
    """Report feedback, hints, points and penalties."""
    answers = list(every(question, "answer"))
    feedback = [content(first(answer, "feedback")) for answer in answers]
    whole = [content(first(question, name)) for name in _FEEDBACK]
    if any(map(_says_something, [*feedback, *whole])):
        texts.dropped("feedback to candidates", "options")
    if any(_says_something(content(hint)) for hint in every(question, "hint")):
        texts.dropped("hints", "stem")
    penalty = _number(value(question, "penalty"), 0)
    if not any(math.isclose(penalty, usual, abs_tol=1e-4) for usual in _USUAL_PENALTIES):
        texts.dropped("penalty for each try")
    if not math.isclose(_number(value(question, "defaultgrade"), 1), 1):
        texts.dropped("points of the question; the programme's scoring applies")
    if value(question, "answernumbering") in ("none", "123", "iii", "IIII"):
        texts.dropped("numbering of the options", "options")
    if value(question, "hidden") == "1":
        texts.dropped("hiding of the question")


def note_essay(question: Element, texts: Texts) -> None:
    """Report what an essay asks for besides a text."""
    if _says_something(content(first(question, "responsetemplate"))):
        texts.dropped("template of the answer", "stem")
    if (
        _number(value(question, "attachmentsrequired"), 0) > 0
        or value(question, "responseformat") == "noinline"
    ):
        texts.lost("answer with attached files", "stem")
    elif value(question, "attachments") not in ("", "0"):
        texts.dropped("files attached to answers", "stem")
    if value(question, "minwordlimit") or value(question, "maxwordlimit"):
        texts.dropped("limit of words", "stem")


def _says_something(html: str) -> bool:
    plain = " ".join(_words(html).split()).lower()
    return bool(plain) and plain not in _USUAL_FEEDBACK


def _words(html: str) -> str:
    """Return HTML without tags, roughly: only to see whether it has words or pictures."""
    parts = html.replace("<img", "picture<").split("<")
    return "".join([parts[0], *(part.partition(">")[2] for part in parts[1:])]).replace(
        "&nbsp;", ""
    )


def _number(text: str, otherwise: float) -> float:
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return otherwise
    return found if math.isfinite(found) else otherwise
