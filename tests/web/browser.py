"""Flask's test client with the tokens and cookies that a browser would carry."""

from dataclasses import dataclass, field
from typing import Any, cast

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.credentials.tokens import new_token
from kiosk.system import entropy
from tests.centres import PASSWORD, REASON, USERNAME

ALL_WELL = {
    "camera": True,
    "microphone": True,
    "loudspeaker": True,
    "server_ms": 4,
    "details": {"camera": "built-in"},
}


class Reply(TestResponse):
    """An answer whose JSON a test may index: without JSON, the test fails there."""

    json: Any


@dataclass
class Browser:
    """One browser: cookies live in `client`, the token for writes in `csrf`."""

    client: FlaskClient
    csrf: str = ""
    attempt_id: str = ""
    lease: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Reply:
        """Read."""
        headers = {"X-Lease": self.lease, **self.headers}
        return cast(Reply, self.client.get(path, headers=headers))

    def post(self, path: str, json: object = None, **more: Any) -> Reply:
        """Write JSON with the session's tokens."""
        headers = {
            "X-CSRF-Token": self.csrf,
            "X-Lease": self.lease,
            **self.headers,
            **more.pop("headers", {}),
        }
        if not more:
            more = {"json": {} if json is None else json}
        return cast(Reply, self.client.post(path, headers=headers, **more))

    def register(self) -> dict[str, Any]:
        """Become a terminal."""
        answer = self.post("/api/terminal/register").get_json()
        self.csrf = answer["csrf"]
        return dict(answer)

    def check(self, **changes: object) -> Reply:
        """Send the device check."""
        return self.post("/api/terminal/check", {**ALL_WELL, **changes})

    def sign_in(self, number: int = 1, *, consent: bool = True, **changes: object) -> Reply:
        """Sign candidate `number` of the test roster in."""
        form = {
            "admission_no": f"2026T{number:04d}",
            "identity_no": f"99000119900101{number:03d}X",
            "consent_face": consent,
            **changes,
        }
        answer = self.post("/api/check-in", form)
        if answer.status_code == 200:
            self.csrf, self.attempt_id = answer.json["csrf"], answer.json["attempt_id"]
        return answer

    def arrive(self, number: int = 1, *, consent: bool = False) -> "Browser":
        """Register, pass the device check and sign in."""
        self.register()
        assert self.check().status_code == 200
        assert self.sign_in(number, consent=consent).status_code == 200
        return self

    def open_exam(self) -> Reply:
        """Hold the exam, as a page that has just been loaded."""
        token = new_token(entropy)
        previous = [self.lease] if self.lease else []
        answer = self.post(self.at("/lease"), {"lease": token, "previous": previous})
        if answer.status_code == 200:
            self.lease = token
        return answer

    def at(self, what: str) -> str:
        """An address of the own attempt."""
        return f"/api/attempts/{self.attempt_id}{what}"


@dataclass
class Desk(Browser):
    """The browser of a member of staff."""

    def sign_in_staff(self, password: str = PASSWORD) -> Reply:
        """Sign the test account in."""
        answer = self.post("/staff/api/sign-in", {"username": USERNAME, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json["csrf"]
        return answer

    def pass_by_hand(self, attempt_id: str) -> Reply:
        """Confirm an identity."""
        body = {"passed": True, "reason": REASON}
        return self.post(f"/staff/api/attempts/{attempt_id}/decision", body)

    def upload(self, data: bytes) -> Reply:
        """Import an exam package."""
        return self.post("/staff/api/packages", data=data, content_type="application/octet-stream")
