"""An attempt as QTI Results Reporting 3.0: one ``assessmentResult``.

1EdTech's binding keeps the names of its elements from version 2: in camel case, without a prefix.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from kiosk.exam.items.item import AnswerValue, ItemType
from sync.hq.exchange.entries import AttemptEntry

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_result_v3p0"
SOURCE = "urn:exam-kiosk:"
"""Begins the URI that says what an identifier of the session is."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS: Mapping[ItemType, tuple[str, str]] = {
    ItemType.SINGLE_CHOICE: ("single", "identifier"),
    ItemType.MULTIPLE_CHOICE: ("multiple", "identifier"),
    ItemType.TRUE_FALSE: ("single", "boolean"),
    ItemType.SHORT_ANSWER: ("single", "string"),
    ItemType.ESSAY: ("single", "string"),
}
"""Cardinality and base type of an item's response."""


@dataclass(frozen=True)
class ScoredAttempt:
    """What is written: the report, its items in the order of the candidate, and the result.

    ``points`` has the items that are marked. Without a result (the reader may not see it) there
    are no outcomes.
    """

    attempt: AttemptEntry
    items: Sequence[tuple[str, ItemType]]
    status: str | None = None
    total: Decimal | None = None
    passed: bool | None = None
    points: Mapping[str, Decimal] | None = None


def assessment_result(scored: ScoredAttempt) -> bytes:
    """Return the XML document."""
    attempt = scored.attempt
    root = Element("assessmentResult", {"xmlns": NAMESPACE})
    context = SubElement(root, "context", {"sourcedId": attempt.candidate_id})
    for name in ("attempt_id", "sitting_id", "centre_code", "admission_no", "bundle_id"):
        identifier = {"sourceID": SOURCE + name, "identifier": getattr(attempt, name)}
        SubElement(context, "sessionIdentifier", identifier)
    _test_result(root, scored)
    for number, (item_id, kind) in enumerate(scored.items, start=1):
        _item_result(root, scored, number, item_id, kind)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _test_result(root: Element, scored: ScoredAttempt) -> None:
    timing = scored.attempt.timing
    test = SubElement(
        root,
        "testResult",
        {"identifier": scored.attempt.paper, "datestamp": _time(timing.ended_at)},
    )
    if timing.started_at is not None:
        seconds = (timing.ended_at - timing.started_at).total_seconds()
        _response(test, "duration", "single", "duration", [f"{seconds:.3f}"])
    if scored.status is None:
        return
    _outcome(test, "STATUS", "identifier", scored.status)
    if scored.total is not None:
        _outcome(test, "SCORE", "float", format(scored.total, "f"))
    if scored.passed is not None:
        _outcome(test, "PASSED", "boolean", str(scored.passed).lower())


def _item_result(
    root: Element, scored: ScoredAttempt, number: int, item_id: str, kind: ItemType
) -> None:
    points = (scored.points or {}).get(item_id)
    waits = scored.status is not None and points is None
    item = SubElement(
        root,
        "itemResult",
        {
            "identifier": item_id,
            "sequenceIndex": str(number),
            "datestamp": _time(scored.attempt.timing.ended_at),
            "sessionStatus": "pendingResponseProcessing" if waits else "final",
        },
    )
    cardinality, base = _KINDS[kind]
    values = _values(scored.attempt.answers.get(item_id))
    _response(item, "RESPONSE", cardinality, base, values)
    if points is not None:
        _outcome(item, "SCORE", "float", format(points, "f"))


def _values(answer: AnswerValue) -> Sequence[str]:
    if answer is None:
        return ()
    return [answer] if isinstance(answer, str) else answer


def _response(
    parent: Element, name: str, cardinality: str, base: str, values: Iterable[str]
) -> None:
    attributes = {"identifier": name, "cardinality": cardinality, "baseType": base}
    variable = SubElement(parent, "responseVariable", attributes)
    response = SubElement(variable, "candidateResponse")
    for value in values:
        SubElement(response, "value").text = _NOT_XML.sub("", value)


def _outcome(parent: Element, name: str, base: str, value: str) -> None:
    attributes = {"identifier": name, "cardinality": "single", "baseType": base}
    variable = SubElement(parent, "outcomeVariable", attributes)
    SubElement(variable, "value").text = value


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
