"""Small QTI documents for tests."""

import io
import zipfile
from collections.abc import Mapping

from sync.hq.authoring.interchange import formats
from sync.hq.authoring.parsed import Draft, Parsed
from tests.hq.items import PROGRAMME

ONE = "<correctResponse><value>c2</value></correctResponse>"
PROMPT = "<prompt>Which?</prompt>"
OPTIONS = (
    '<simpleChoice identifier="c1">one</simpleChoice>'
    '<simpleChoice identifier="c2">two</simpleChoice>'
    '<simpleChoice identifier="c3">three</simpleChoice>'
)


def declared(inner: str = ONE, cardinality: str = "single", kind: str = "identifier") -> str:
    """A response declaration."""
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{kind}">'
        f"{inner}</responseDeclaration>"
    )


def choice(inner: str = PROMPT + OPTIONS, attributes: str = 'maxChoices="1"') -> str:
    """A choice interaction."""
    return f'<choiceInteraction responseIdentifier="R" {attributes}>{inner}</choiceInteraction>'


def item(
    body: str = choice(),
    before: str = declared(),
    after: str = "",
    attributes: str = "",
    identifier: str = "q1",
) -> bytes:
    """An item of version 2.1."""
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
        f' identifier="{identifier}" title="t" {attributes}>'
        f"{before}<itemBody>{body}</itemBody>{after}</assessmentItem>"
    ).encode()


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def manifest(*resources: str, attributes: str = "") -> str:
    """A manifest of resources."""
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">'
        f"<resources {attributes}>{''.join(resources)}</resources></manifest>"
    )


def resource(href: str, kind: str = "imsqti_item_xmlv2p1", inner: str = "") -> str:
    """A resource of a manifest."""
    return f'<resource identifier="r" type="{kind}" href="{href}">{inner}</resource>'


def read(data: bytes, name: str = "item.xml") -> Parsed:
    """Read a file."""
    return formats.read(name, data, PROGRAMME)


def read_one(data: bytes, name: str = "item.xml") -> Draft:
    """Read a file with one item."""
    (draft,) = read(data, name).drafts
    return draft


def errors(draft: Draft) -> list[str]:
    """The codes of a draft's errors, or the names of what is not supported."""
    return [_said(problem) for problem in draft.problems if problem.is_error]


def notes(draft: Draft) -> list[str]:
    """The same of what is only reported."""
    return [_said(problem) for problem in draft.problems if not problem.is_error]


def _said(problem: object) -> str:
    params = getattr(problem, "params", {})
    return str(params.get("name") or getattr(problem, "code", ""))
