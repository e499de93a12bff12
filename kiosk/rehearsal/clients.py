"""HTTP clients that act as a candidate's browser, the staff page, and a reader of results."""

import json
import time
from typing import Any

import httpx

from kiosk.exam.errors import ExamError

Json = dict[str, Any]


PATIENCE_SECONDS = 120.0
"""How long a request is repeated while the server cannot process it."""

AGAIN = frozenset({429, 502, 503, 504})
"""Statuses after which a browser repeats the request: the server changed nothing."""


class Refused(ExamError):
    """The server answered with an error; ``reason`` is its code."""

    code = "rehearsal_refused"
    message = "%(method)s %(path)s: %(status)s %(error)s"

    @property
    def reason(self) -> str:
        """Return the error's stable code, or "" if the reply has none."""
        try:
            return str(json.loads(str(self.params["error"]))["error"]["code"])
        except (ValueError, KeyError, TypeError):
            return ""


class NoAnswer(ExamError):
    """The connection failed repeatedly."""

    code = "rehearsal_no_answer"
    message = "%(url)s does not answer."


class Client:
    """A browser: cookies, and the CSRF token of its session."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self.csrf = ""
        self.lease = ""

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self._http.cookies.items())

    @property
    def lasting_cookies(self) -> dict[str, str]:
        """Return the cookies that survive a restart of the browser, by name."""
        jar = self._http.cookies.jar
        return {one.name: one.value or "" for one in jar if one.expires is not None}

    def resume(self, cookies: dict[str, str], csrf: str, lease: str) -> None:
        """Continue the session of another client."""
        self._http.cookies.update(cookies)
        self.csrf, self.lease = csrf, lease

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str) -> Json:
        """Send a GET request and return the JSON value.

        Raises:
            Refused: the server answered with an error.
            NoAnswer: the connection failed repeatedly.
        """
        return self._json("GET", path)

    def post(self, path: str, value: object) -> Json:
        """Send a POST request with a JSON body and return the JSON value.

        Raises:
            Refused: the server answered with an error.
            NoAnswer: the connection failed repeatedly.
        """
        body = json.dumps(value).encode()
        return self._json("POST", path, content=body, headers=self._headers("application/json"))

    def post_jpeg(self, path: str, jpeg: bytes) -> Json:
        """Send a POST request with a picture and return the JSON value.

        Raises:
            Refused: the server answered with an error.
            NoAnswer: the connection failed repeatedly.
        """
        return self._json("POST", path, content=jpeg, headers=self._headers("image/jpeg"))

    def _headers(self, kind: str) -> dict[str, str]:
        return {"X-CSRF-Token": self.csrf, "X-Lease": self.lease, "Content-Type": kind}

    def _json(self, method: str, path: str, **options: Any) -> Json:
        reply = self._answered(method, path, options)
        if not reply.is_success:
            error = reply.text[:500]
            raise Refused(method=method, path=path, status=reply.status_code, error=error)
        value: Json = reply.json() if reply.content else {}
        return value

    def _answered(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        """Send a request, repeatedly while the server is busy or unreachable, as a browser does."""
        until = time.perf_counter() + PATIENCE_SECONDS
        while True:
            try:
                reply = self._http.request(method, path, **options)
            except httpx.TransportError as error:
                if time.perf_counter() > until:
                    raise NoAnswer(type(error).__name__, url=str(self._http.base_url)) from error
                time.sleep(1.0)
                continue
            if reply.status_code not in AGAIN or time.perf_counter() > until:
                return reply
            time.sleep(_pause(reply))


def _pause(reply: httpx.Response) -> float:
    """Return the seconds to wait as the reply requests, between 0.2 and 10."""
    asked = reply.headers.get("Retry-After", "")
    return min(max(float(asked) if asked.isdecimal() else 1.0, 0.2), 10.0)


class Staff(Client):
    """A member of staff at the staff page."""

    def sign_in(self, username: str, password: str) -> None:
        """Sign in; later requests use the session."""
        account = {"username": username, "password": password}
        self.csrf = self.post("/staff/api/sign-in", account)["csrf"]

    def sittings(self) -> list[Json]:
        found: list[Json] = self.get("/staff/api/sittings")["sittings"]
        return found

    def room(self, sitting_id: str) -> Json:
        """Return the state of the room of a sitting."""
        return self.get(f"/staff/api/sittings/{sitting_id}/room")

    def board(self, sitting_id: str, since: str) -> Json:
        """Return what has changed on the board since a revision; "" for everything."""
        return self.get(f"/staff/api/sittings/{sitting_id}/board?since={since}")

    def portraits_done(self, sitting_id: str) -> bool:
        """Return whether all portraits have been checked and compared."""
        return bool(self.get(f"/staff/api/sittings/{sitting_id}/portraits")["done"])

    def unlock(self, sitting_id: str, code: str) -> None:
        """Enter the unlock code, unless sync has already delivered it."""
        if self.room(sitting_id)["sitting"]["state"] == "imported":
            self.post(f"/staff/api/sittings/{sitting_id}/unlock", {"code": code})

    def start(self, sitting_id: str, room: str | None = None) -> None:
        """Start a room, or everybody."""
        self.post(f"/staff/api/sittings/{sitting_id}/start", {"room": room})

    def pause(self, sitting_id: str, reason: str, room: str | None = None) -> None:
        """Pause a room, or everybody."""
        body = {"reason": reason, "room": room}
        self.post(f"/staff/api/sittings/{sitting_id}/pause", body)

    def end_pause(self, sitting_id: str, reason: str, room: str | None = None) -> None:
        """End the pause of a room, or of everybody."""
        body = {"reason": reason, "room": room}
        self.post(f"/staff/api/sittings/{sitting_id}/resume", body)

    def resume_attempt(self, attempt_id: str, reason: str) -> None:
        """Let a candidate go on whom staff or a rule paused."""
        self.post(f"/staff/api/attempts/{attempt_id}/resume", {"reason": reason})

    def pass_by_hand(self, attempt_id: str, reason: str) -> None:
        """Decide an identity check by hand: the candidate passes."""
        body = {"passed": True, "reason": reason}
        self.post(f"/staff/api/attempts/{attempt_id}/decision", body)


def pull_attempts(url: str, token: str) -> list[Json]:
    """Return all attempts that headquarters has."""
    return _pull(url, token, "attempts")


def pull_results(url: str, token: str) -> list[Json]:
    """Return all results that headquarters has scored."""
    return _pull(url, token, "results")


def _pull(url: str, token: str, kind: str) -> list[Json]:
    """Return what headquarters has of a kind, page by page."""
    found: list[Json] = []
    after: str | None = None
    more = True
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        while more:
            reply = http.get(
                f"/api/v1/{kind}",
                params={"limit": "500", **({} if after is None else {"after": after})},
                headers={"Authorization": f"Bearer {token}"},
            )
            reply.raise_for_status()
            page = reply.json()
            found += page["entries"]
            after, more = page["cursor"], page["more"]
    return found
