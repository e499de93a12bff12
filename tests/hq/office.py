"""The people of headquarters and the public after the exam: what they read, and what they do."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pypdfium2
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from sync.hq.certificates.register import CertificateView
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import PlanItem
from sync.hq.web.app import create_app
from tests.hq.desk import CODE
from tests.hq.thirty import (
    ABSENT,
    LEAD,
    MARKERS,
    NO_LIST,
    PEOPLE,
    REVIEWER,
    TALKED,
    VOIDED,
    Thirty,
    marked,
)
from tests.hq.web.test_console import Staff

NUMBERS = range(1, len(PEOPLE) + 1)
SAT = [number for number in NUMBERS if number != ABSENT]


class Office:
    """The people of headquarters at its pages, and the public at the others."""

    def __init__(self, thirty: Thirty) -> None:
        self.thirty, self.hq = thirty, thirty.desk.hq
        self.app: Flask = create_app(thirty.desk.hq)

    def person(self, name: str) -> Staff:
        """Somebody who has just signed in."""
        return Staff(self.app.test_client(), self.thirty.desk, name)

    def key(self, number: int) -> AttemptKey:
        return AttemptKey(CODE, self.thirty.attempt(number))

    def result(self, number: int) -> Any:
        """The result of a candidate as it is now."""
        return self.hq.results.get(self.key(number))

    def digests(self, numbers: Iterable[int] = SAT) -> Mapping[int, str]:
        """The digests of the newest sheets."""
        return {one: self.hq.results.versions(self.key(one))[0].sheet.digest for one in numbers}


def open_marking(office: Office, paper: str) -> str:
    """Open the marking of a paper, every answer twice, for the first two markers."""
    lead = office.person(LEAD)
    rules = PlanSettings(double_percent=100, control_percent=0, threshold=Decimal(2))
    form = {name: str(value) for name, value in rules.model_dump().items()}
    opened = lead.post(f"/marking/open/{office.thirty.sitting}/{paper}", **form)
    found = re.search(r"/marking/plans/(\w+)/answers", lead.waited(opened.headers["Location"]))
    assert found is not None
    for marker in MARKERS[:2]:
        lead.told(f"/marking/plans/{found[1]}/markers", username=marker)
    return found[1]


def mark_everything(office: Office, plan: str, who: str, most: int = 1000) -> int:
    """Mark until nothing is left, or enough; return how many."""
    marker, done, items = office.person(who), 0, office.hq.marking.plans.items(plan)
    while done < most:
        reply = marker.post(f"/marking/{plan}/next", item="all")
        answer = reply.get_json()["answer"]
        if answer is None:
            break
        points = [str(one) for one in judged(items, answer, who)]
        given = marker.post(f"/marking/leases/{answer['lease']}", points=points)
        assert given.status_code == 200, given.text
        done += 1
    return done


def judged(items: Sequence[PlanItem], answer: Mapping[str, Any], who: str) -> Sequence[Decimal]:
    """The points a marker gives by what the answer says; one marker overlooks a list."""
    text = flat(answer["nodes"])
    for person in PEOPLE:
        assert person.name not in text
        assert person.admission_no not in text
    found = re.search(r"要点(\d+)/10", text)
    assert found is not None
    item = next(one for one in items if one.item_id == answer["item_id"])
    left, given = marked(item.points, int(found[1])), list[Decimal]()
    if who == MARKERS[1] and NO_LIST in text:
        left -= Decimal(4)
    for criterion in item.criteria:
        given.append(min(left, criterion.most))
        left -= given[-1]
    return given


def flat(nodes: Sequence[Mapping[str, Any]]) -> str:
    """The text of an answer as a marker reads it."""

    def texts(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for node in nodes:
            yield node["text"] if "text" in node else flat(node["nodes"])

    return "".join(texts(nodes))


def collect_incidents(office: Office) -> None:
    """Let a reviewer read the incidents of all results."""
    reviewer = office.person(REVIEWER)
    reviewer.waited(reviewer.post("/review/collect").headers["Location"])


def settle_alarms(office: Office) -> str:
    """Settle the false alarms of a room together; what the page then says."""
    alarms = {one: office.hq.review.incidents.of_attempt(*office.key(one)) for one in TALKED}
    numbers = [str(incident.number) for (incident,) in alarms.values()]
    told = office.person(REVIEWER).told(
        "/review/together", sitting=office.thirty.sitting, rule="talking", number=numbers,
        reason="overloaded_room", text="走廊有人说话",
    )  # fmt: skip
    lead = office.person(LEAD)
    for number in numbers:
        # A random share of what is no breach is seen by a second person.
        if office.hq.review.incidents.get(int(number)).state == "second":
            lead.told(f"/review/incidents/{number}", reason="overloaded_room", seen="1")
    return told


def case_of(office: Office) -> str:
    """The address of the only case."""
    (case,) = office.hq.review.cases.of_attempt(office.key(VOIDED))
    return f"/cases/{case.id}"


def acts(office: Office) -> str:
    """How many steps the page of the case shows."""
    (case,) = office.hq.review.cases.of_attempt(office.key(VOIDED))
    return str(len(office.hq.review.cases.acts(case.id)))


def passed(office: Office, *, key_changed: bool = True) -> list[int]:
    """Who reaches the pass mark, added up without the product."""
    return [one for one in SAT if office.thirty.points(one, key_changed=key_changed) >= 60]


def look_up(office: Office, number: int, **other: str) -> tuple[int, str]:
    """What the public page answers to a candidate's own data."""
    client, person = office.app.test_client(), PEOPLE[number - 1]
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/look-up?lang=en").text)
    assert found is not None
    typed = {
        "name": person.name, "identity_no": person.identity_no,
        "admission_no": person.admission_no, **other,
    }  # fmt: skip
    reply = client.post("/look-up", data={"csrf": found[1], **typed})
    return reply.status_code, reply.text


def certificates(office: Office) -> Mapping[str, CertificateView]:
    """All certificates by the names on them."""
    everything = Scope(frozenset({Grant(Role.PUBLISHER)}))
    found = office.hq.certificates.register.page(everything, size=100).certificates
    return {view.name: view for view in found}


def scanned(pdf: bytes) -> str:
    """The text of the QR code on the main page."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[1].render(scale=2).to_pil()
    document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def signed_by(token: str, key: Mapping[str, str]) -> bool:
    """Whether an Ed25519 key has signed a JWS, checked without the product."""
    head, body, signature = token.split(".")
    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"] + "="))
    try:
        public.verify(urlsafe_b64decode(signature + "=="), f"{head}.{body}".encode())
    except InvalidSignature:
        return False
    return True
