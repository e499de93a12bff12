"""QTI Results Reporting 3.0: the structure that its binding requires, from real results.

The rules are those of the schema imsqti_result_v3p0: which attributes are required, which elements
may stand where and in what order.
"""

import io
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from kiosk.exam.items.item import AnswerValue
from tests.hq.desk import NOW, PROGRAMME, Desk
from tests.hq.exchange.reports import Office, deliver

NS = "{http://www.imsglobal.org/xsd/imsqti_result_v3p0}"
REQUIRED = {
    "assessmentResult": set(),
    "context": set(),
    "sessionIdentifier": {"sourceID", "identifier"},
    "testResult": {"identifier", "datestamp"},
    "itemResult": {"identifier", "datestamp", "sessionStatus"},
    "responseVariable": {"identifier", "cardinality"},
    "outcomeVariable": {"identifier", "cardinality"},
    "candidateResponse": set(),
    "value": set(),
}
OPTIONAL = {
    "context": {"sourcedId"}, "itemResult": {"sequenceIndex"}, "responseVariable": {"baseType"},
    "outcomeVariable": {"baseType"},
}  # fmt: skip
CHILDREN = {
    "assessmentResult": ["context", "testResult", "itemResult"],
    "context": ["sessionIdentifier"],
    "testResult": ["responseVariable", "outcomeVariable"],
    "itemResult": ["responseVariable", "outcomeVariable"],
    "responseVariable": ["candidateResponse"],
    "outcomeVariable": ["value"],
    "candidateResponse": ["value"],
}
BASE = {"identifier", "boolean", "integer", "float", "string", "duration"}
CARDINALITY = {"single", "multiple", "ordered", "record"}
STATUS = {"initial", "pendingSubmission", "pendingResponseProcessing", "final"}


def check(element: Element) -> None:
    """Require what the schema requires of an element and all below it."""
    name = element.tag.removeprefix(NS)
    given = set(element.attrib)
    assert element.tag.startswith(NS)
    assert REQUIRED[name] <= given <= REQUIRED[name] | OPTIONAL.get(name, set()), name
    order = [CHILDREN.get(name, []).index(child.tag.removeprefix(NS)) for child in element]
    assert order == sorted(order), name
    counts = Counter(child.tag for child in element)
    assert counts[f"{NS}context"] == (1 if name == "assessmentResult" else 0)
    assert counts[f"{NS}candidateResponse"] == (1 if name == "responseVariable" else 0)
    if "datestamp" in given:
        datetime.fromisoformat(element.attrib["datestamp"])
    assert element.attrib.get("baseType", "string") in BASE
    assert element.attrib.get("cardinality", "single") in CARDINALITY
    assert element.attrib.get("sessionStatus", "final") in STATUS
    for child in element:
        check(child)


def outcomes(element: Element) -> dict[str, str]:
    """Outcome variables directly below an element."""
    return {
        found.attrib["identifier"]: found[0].text or ""
        for found in element.findall(f"{NS}outcomeVariable")
    }


@pytest.fixture
def answers(desk: Desk) -> dict[str, AnswerValue]:
    """An answer of each type, the right ones where there is a key."""
    given: dict[str, AnswerValue] = {}
    keys = {entry.item.id: entry.scheme.key for entry in desk.hq.bank.items(PROGRAMME)}
    for item in desk.hq.papers.get(desk.sitting).paper.items:
        if item.type == "multiple_choice":
            given[item.id] = list(keys[item.id])
        elif item.type in ("single_choice", "true_false"):
            given[item.id] = keys[item.id][0]
    return given


def test_a_marked_attempt_has_its_score_and_every_item(
    desk: Desk, client: FlaskClient, answers: dict[str, AnswerValue]
) -> None:
    bundle = deliver(desk, answers=answers)
    office = Office(desk, client)
    reply = office.get(f"/attempts/{bundle}?format=qti")
    assert reply.mimetype == "application/xml"
    root = fromstring(reply.data)
    check(root)
    (result,) = office.page("/results")["entries"]
    assert root[0].attrib["sourcedId"] == result["candidate_id"]
    session = {child.attrib["sourceID"]: child.attrib["identifier"] for child in root[0]}
    assert session["urn:exam-kiosk:attempt_id"] == "ATTEMPT1"
    (test,) = root.findall(f"{NS}testResult")
    told = outcomes(test)
    assert told["STATUS"] == result["status"] == "complete"
    assert Decimal(told["SCORE"]) == Decimal(result["total"])
    assert told["PASSED"] == str(result["passed"]).lower()
    assert test[0].attrib["identifier"] == "duration"
    assert test[0][0][0].text == "5400.000"
    assert datetime.fromisoformat(test.attrib["datestamp"]) > NOW.astimezone(UTC)
    items = root.findall(f"{NS}itemResult")
    assert len(items) == 70
    assert [item.attrib["sequenceIndex"] for item in items] == [str(n) for n in range(1, 71)]
    scores = {item.attrib["identifier"]: outcomes(item).get("SCORE") for item in items}
    assert {name: Decimal(score or 0) for name, score in scores.items()} == {
        name: Decimal(points) for name, points in result["points"].items()
    }
    kinds = {
        (item[0].attrib["cardinality"], item[0].attrib["baseType"], len(item[0][0]) > 0)
        for item in items
    }
    assert kinds >= {
        ("single", "identifier", True), ("multiple", "identifier", True),
        ("single", "boolean", True),
    }  # fmt: skip
    assert {item.attrib["sessionStatus"] for item in items} == {"final"}


def test_what_waits_for_marks_says_so(desk: Desk, client: FlaskClient) -> None:
    written = next(
        item.id
        for item in desk.hq.papers.get(desk.sitting).paper.items
        if item.type == "short_answer"
    )
    text = "碳 <排放> & ]]> \ud7ff"
    bundle = deliver(desk, answers={written: text})
    root = fromstring(Office(desk, client).get(f"/attempts/{bundle}?format=qti").data)
    check(root)
    (test,) = root.findall(f"{NS}testResult")
    assert set(outcomes(test)) == {"STATUS"}
    (waiting,) = (
        item
        for item in root.findall(f"{NS}itemResult")
        if item.attrib["sessionStatus"] == "pendingResponseProcessing"
    )
    assert waiting.attrib["identifier"] == written
    assert waiting[0][0][0].text == text


def test_what_xml_cannot_hold_is_left_out(desk: Desk, client: FlaskClient) -> None:
    item = desk.hq.papers.get(desk.sitting).paper.items[0].id
    bundle = deliver(desk, answers={item: "A\x00\x0b\uffff"})
    root = fromstring(Office(desk, client).get(f"/attempts/{bundle}?format=qti").data)
    check(root)
    assert [found.text for found in root.iter(f"{NS}value")].count("A") == 1


def test_without_the_scope_of_results_there_are_no_outcomes(
    desk: Desk, client: FlaskClient, answers: dict[str, AnswerValue]
) -> None:
    bundle = deliver(desk, answers=answers)
    office = Office(desk, client, ("attempts:read",))
    root = fromstring(office.get(f"/attempts/{bundle}", Accept="application/xml").data)
    check(root)
    assert list(root.iter(f"{NS}outcomeVariable")) == []


def test_a_list_is_an_archive_of_one_document_an_attempt(
    desk: Desk, client: FlaskClient, answers: dict[str, AnswerValue]
) -> None:
    deliver(desk, 1, answers=answers)
    deliver(desk, 2, end_reason="absent", timing={"ended_at": NOW})
    deliver(desk, 3)
    office = Office(desk, client)
    reply = office.get("/attempts?format=qti&limit=2")
    archive = ZipFile(io.BytesIO(reply.data))
    assert archive.namelist() == ["BJ01-ATTEMPT1.xml", "BJ01-ATTEMPT2.xml"]
    for name in archive.namelist():
        check(fromstring(archive.read(name)))
    assert reply.headers["X-More"] == "true"
    rest = office.get(f"/attempts?format=qti&limit=2&after={reply.headers['X-Cursor']}")
    assert ZipFile(io.BytesIO(rest.data)).namelist() == ["BJ01-ATTEMPT3.xml"]
    assert rest.headers["X-More"] == "false"
