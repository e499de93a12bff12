"""A simulated candidate: check-in with camera frames, answers, page leaves, hand-in."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from kiosk.exam.programme.personal_form import PersonalField
from kiosk.rehearsal.answers import make_answer, make_writes
from kiosk.rehearsal.clients import Client, Json, Refused
from kiosk.rehearsal.people import Person
from kiosk.vision.samples import TURN, sample_card, sample_frame

LEAVES = 5
APART = 2.5
"""Seconds between two page leaves, so that they are counted separately."""
HAND_IN_EVERY = 5.0
"""Seconds between two attempts to hand in while it is too early."""
POLL_EVERY = 1.0
"""Seconds between two looks at whether the exam has begun, or ended."""

WAITS = ("analysis_busy", "attempt_paused", "too_many_at_once")
"""Errors after which the same request is sent again a little later."""

PERSONAL = {
    PersonalField.SEX: "female",
    PersonalField.IDENTITY_TYPE: "other",
    PersonalField.BIRTH_DATE: "1990-01-01",
    PersonalField.SCHOOLING: "bachelor",
}
"""What simulated candidates say about themselves, besides their name."""

MOST_FACE_CHECKS = 60
YAW = {"front": 0.0, "left": TURN, "right": -TURN, "done": 0.0}
"""Degrees by which the simulated head turns for each request of a face check."""


@dataclass
class Log:
    """What happened to a candidate.

    ``acked``: item to the last acknowledged value. ``items``: all items that the page showed.
    ``saved_at``: when the last answer was acknowledged, by the clock of ``time.perf_counter``.
    """

    admission_no: str
    attempt_id: str = ""
    acked: dict[str, Any] = field(default_factory=dict)
    save_ms: list[float] = field(default_factory=list)
    saved_at: float = 0.0
    frames: int = 0
    impostor_passed: bool = False
    check_in_s: float = 0.0
    needs_staff: bool = False
    items: frozenset[str] = frozenset()
    receipt: Json = field(default_factory=dict)


class Candidate:
    """Does what a candidate's browser does.

    ``impostor``: first tries another person's face. ``leaver``: leaves the page until a rule
    ends the attempt, or holds it for staff to decide.
    """

    def __init__(
        self, url: str, person: Person, seed: int, *, impostor: bool = False, leaver: bool = False
    ) -> None:
        self.log = Log(person.admission_no)
        self._person = person
        self._client = Client(url)
        self._random = np.random.default_rng([seed, sum(person.admission_no.encode())])
        self._impostor = impostor
        self._leaver = leaver
        self._pictures: list[bytes] = []
        self._next_frame = 0.0
        self._halt = threading.Event()
        self._stood_still = 0.0

    def halt(self) -> None:
        """Stop soon, without handing in."""
        self._halt.set()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check_in(self) -> None:
        """Go from the start page to being verified, or to waiting for staff."""
        began = time.perf_counter()
        self.sign_in()
        self.log.needs_staff = not self._verified()
        self.log.check_in_s = time.perf_counter() - began

    def sign_in(self) -> None:
        """Register the terminal, pass the device check and sign in."""
        client, person = self._client, self._person
        client.csrf = client.post("/api/terminal/register", {})["csrf"]
        check = {"camera": True, "microphone": True, "loudspeaker": True, "server_ms": 5}
        client.post("/api/terminal/check", {**check, "details": {}})
        numbers = {"admission_no": person.admission_no, "identity_no": person.identity_no}
        consent = person.face is not None
        session = client.post("/api/check-in", {**numbers, "consent_face": consent})
        client.csrf, self.log.attempt_id = session["csrf"], session["attempt_id"]
        self._fill_in()

    def _fill_in(self) -> None:
        """Complete and confirm the personal data form, if the programme has one (R14)."""
        if self._client.get(self.path())["form_open"]:
            values = {**PERSONAL, PersonalField.NAME: self._person.name}
            self._client.post(self.path("personal-form"), {"values": values, "final": True})

    def _verified(self) -> bool:
        face = self._person.face
        if face is None:
            return False
        self._pictures = [sample_frame(face, variation) for variation in range(4)]
        if self._impostor:
            self.log.impostor_passed = self._look(face + 1) in ("card", "pass")
        if self._look(face) != "card":
            return False
        picture = sample_card(face)
        card = self._patiently(lambda: self._client.post_jpeg(self.path("id-card"), picture))
        return str(card["outcome"]) == "pass"

    def _patiently(self, send: Callable[[], Json]) -> Json:
        """Retry while the analysis is busy or the exam is paused, as the page does."""
        while True:
            began = time.perf_counter()
            try:
                return send()
            except Refused as refused:
                waits = any(code in str(refused) for code in WAITS)
                if not waits or self._halt.wait(0.5 + float(self._random.random())):
                    raise
                if refused.reason == "attempt_paused":
                    self._stood_still += time.perf_counter() - began

    def _look(self, face: int) -> str:
        """Do a face check with a sample face and return its outcome."""
        reply = self._patiently(lambda: self._client.post(self.path("face-check/start"), {}))
        for variation in range(MOST_FACE_CHECKS):
            picture = sample_frame(face, variation, YAW[reply["ask"]])
            reply = self._patiently(
                partial(self._client.post_jpeg, self.path("face-check"), picture)
            )
            if reply["result"] is not None:
                return str(reply["result"]["outcome"])
        return "unfinished"

    def sit(self, seconds: float, *, to_the_end: bool = False) -> None:
        """Answer everything in about ``seconds``, with the camera on, and hand in.

        ``to_the_end``: do not hand in, but stay until the time is up.
        """
        try:
            self._sit(seconds, to_the_end)
        except Refused as refused:
            if refused.reason != "attempt_ended":  # otherwise the time ran out meanwhile
                raise
            self.log.receipt = self._client.get(self.path())["receipt"] or {}

    def _sit(self, seconds: float, to_the_end: bool) -> None:
        view = self._begun()
        writes = make_writes(self._random, view["items"])
        pause = seconds / max(1, len(writes))
        for seq, (item, value) in enumerate(writes, start=view["acked_through"] + 1):
            began = time.perf_counter()
            if self._halt.is_set():
                return
            self._save(seq, item, value)
            if self._leaver and seq == len(writes) // 2:
                self._leave_too_often()
            self._watched_until(began + pause)
        if to_the_end:
            self._stay()
        else:
            self._hand_in()

    def _begun(self) -> Json:
        """Wait on the waiting page until the items are shown, and return the whole view."""
        view = self._client.get(self.path())
        while view["state"] != "ended":
            # Opening may meet a pause, which hides the items again.
            if view["items"] and (view := self._open())["items"]:
                break
            if self._halt.wait(POLL_EVERY):
                break
            view = self._client.get(self.path())
        self.log.items = frozenset(item["id"] for item in view["items"])
        return view

    def _stay(self) -> None:
        """Stay with the camera on until the time is up."""
        while not self._halt.is_set():
            view = self._client.get(self.path())
            if view["state"] == "ended":
                self.log.receipt = view["receipt"] or {}
                return
            self._watched_until(time.perf_counter() + POLL_EVERY)

    def _hand_in(self) -> None:
        """Hand in as soon as the programme permits, with the camera on until then."""
        while not self._halt.is_set():
            try:
                self.log.receipt = self._patiently(
                    lambda: self._client.post(self.path("hand-in"), {})
                )
                return
            except Refused as refused:
                if refused.reason != "hand_in_too_early":
                    raise
            self._watched_until(time.perf_counter() + HAND_IN_EVERY)

    def open_page(self) -> Json:
        """Load or reload the exam page: acquire the lease and return the whole view."""
        lease = self._random.bytes(32).hex()
        # Naming its former lease, a reloaded page need not wait until that one expires.
        previous = [self._client.lease] if self._client.lease else []
        self._client.post(self.path("lease"), {"lease": lease, "previous": previous})
        self._client.lease = lease
        return self._client.get(self.path())

    def _open(self) -> Json:
        return self._client.get(self.path()) if self._client.lease else self.open_page()

    def _watched_until(self, moment: float) -> None:
        """Wait until ``moment``, with the camera on."""
        self._send_frame()
        while (left := moment - time.perf_counter()) > 0:
            if self._halt.wait(min(left, 0.1)):
                return
            self._send_frame()

    def _save(self, seq: int, item: str, value: object) -> None:
        write = {"seq": seq, "item": item, "value": value, "at": None}
        began, before = time.perf_counter(), self._stood_still
        body = {"writes": [write]}
        reply = self._patiently(lambda: self._client.post(self.path("answers"), body))
        paused = self._stood_still - before  # nobody's save is slow because of a fire alarm
        self.log.saved_at = time.perf_counter()
        self.log.save_ms.append((self.log.saved_at - began - paused) * 1000)
        # Only acknowledged answers must still exist at the end, whatever happens to the server.
        if reply["acked_through"] >= seq:
            self.log.acked[item] = value
        if seq % 17 == 0:  # as if the reply was lost: a browser sends it again
            self._patiently(lambda: self._client.post(self.path("answers"), body))

    def _send_frame(self) -> None:
        now = time.perf_counter()
        if not self._pictures or now < self._next_frame:
            return
        picture = self._pictures[self.log.frames % len(self._pictures)]
        reply = self._patiently(lambda: self._client.post_jpeg(self.path("frames"), picture))
        self.log.frames += 1
        self._next_frame = now + reply["interval_ms"] / 1000

    def _leave_too_often(self) -> None:
        signals = [{"kind": "left", "cause": "blur"}, {"kind": "returned", "cause": "focus"}]
        for _ in range(LEAVES):
            self._patiently(lambda: self._client.post(self.path("conduct"), {"signals": signals}))
            over = self._client.get(self.path())["state"] != "in_progress"
            if over or self._halt.wait(APART):
                break

    def linger(self, seconds: float) -> None:
        """Answer slowly with the camera on, for the demo; return when the attempt ends."""
        with suppress(Refused):  # ended by staff or by time, as intended
            self.sit(seconds)

    def save_some(self, count: int, pause: float) -> list[float]:
        """Save ``count`` answers in sequence; return the milliseconds of each."""
        view = self._open()
        before = len(self.log.save_ms)
        self._halt.wait(pause * float(self._random.random()))  # spreads the candidates
        for number in range(count):
            item = view["items"][number % len(view["items"])]
            seq = view["acked_through"] + 1 + number
            self._save(seq, item["id"], make_answer(self._random, item))
            self._halt.wait(pause)
        return self.log.save_ms[before:]

    def watched_for(self, seconds: float) -> list[float]:
        """Send frames at the server's interval; return the milliseconds of each upload."""
        pictures = [sample_frame(self._person.face or 0, number) for number in range(12)]
        took: list[float] = []
        until = time.perf_counter() + seconds
        while (began := time.perf_counter()) < until and not self._halt.is_set():
            picture = pictures[len(took) % len(pictures)]
            reply = self._client.post_jpeg(self.path("frames"), picture)
            took.append((time.perf_counter() - began) * 1000)
            self._halt.wait(max(0.0, reply["interval_ms"] / 1000 - took[-1] / 1000))
        return took

    @property
    def client(self) -> Client:
        """Return the candidate's browser."""
        return self._client

    def path(self, action: str = "") -> str:
        """Return the address of the attempt, or of an action on it."""
        path = f"/api/attempts/{self.log.attempt_id}"
        return f"{path}/{action}" if action else path
