"""Reports with incidents and pictures, delivered; and who pulls them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.exam.items.item import AnswerValue
from sync.hq.accounts.tokens import EVERYTHING, Limits, TokenScope
from sync.wire.canonical import digest
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.evidence import seal_evidence
from sync.wire.delivery.result import BundleIncident, EvidenceRef, ResultBundle
from tests.hq.desk import BY, CODE, NOW, Desk

ALL = tuple(TokenScope)
PICTURE = b"\xff\xd8\xff a picture of a face \xff\xd9"


def report(
    desk: Desk,
    number: int = 1,
    revision: int = 1,
    incidents: int = 0,
    answers: Mapping[str, AnswerValue] | None = None,
    **more: Any,
) -> ResultBundle:
    """What the centre says of an attempt, with so many incidents, each with a picture."""
    pictures = [PICTURE + bytes([number, count]) for count in range(incidents)]
    found = tuple(
        BundleIncident(
            id=f"I{count}", rule="no_face", started_at=NOW, measured=0.1, threshold=0.5,
            evidence=(digest(picture),),
        )
        for count, picture in enumerate(pictures)
    )  # fmt: skip
    refs = tuple(
        EvidenceRef(sha256=digest(one), kind="incident", at=NOW, size=len(one)) for one in pictures
    )
    values = {
        "attempt_id": f"ATTEMPT{number}", "incidents": found, "evidence": refs,
        "timing": {"started_at": NOW, "ended_at": NOW + timedelta(minutes=90)}, **more,
    }  # fmt: skip
    made = desk.result(answers or {}, revision).model_dump()
    return ResultBundle.model_validate({**made, **values})


def deliver(desk: Desk, number: int = 1, **more: Any) -> str:
    """The centre delivers that; returns its id."""
    sealed = seal_bundle(report(desk, number, **more), desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    return sealed.id


def deliver_picture(desk: Desk, picture: bytes) -> str:
    """The centre delivers a picture; returns its digest."""
    sealed = seal_evidence(picture, CODE, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("evidence", CODE, digest(picture), sealed)
    return digest(picture)


class Office:
    """A program with a token."""

    def __init__(
        self,
        desk: Desk,
        client: FlaskClient,
        scopes: tuple[str, ...] = ALL,
        limits: Limits = EVERYTHING,
    ) -> None:
        self.client = client
        self.secret = desk.hq.tokens.create("office", scopes, BY, limits=limits)

    def get(self, path: str, **headers: str) -> TestResponse:
        """The reply to a request with the token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.secret}", **named}
        return self.client.get(f"/api/v1{path}", headers=sent, buffered=True)

    def page(self, path: str) -> dict[str, Any]:
        """A page of a list."""
        reply = self.get(path)
        assert reply.status_code == 200, reply.text
        page: dict[str, Any] = reply.get_json()
        return page

    def error(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and code of a refusal."""
        reply = self.get(path, **headers)
        return reply.status_code, reply.get_json()["error"]["code"]
