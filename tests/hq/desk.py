"""A real HQ over fresh storage, with centres that it has enrolled."""

import base64
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue
from kiosk.settings import read_text, read_toml, resource
from kiosk.system import entropy, new_id
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.core.roles import WIDEST, Grant, Role
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.settings import HqSettings, PackageSettings, StorageSettings
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.chain import GENESIS
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import (
    BundleAnswer,
    Chain,
    ConductCounts,
    PackageRef,
    ResultBundle,
    Timing,
)
from sync.wire.packages.manifest import INTERACTIVE
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.http_signing import sign_request
from sync.wire.sealing.keys import KeyPair
from sync.wire.sealing.sealed import Sealed
from tests.centres import PASSWORD, ManualClock, temporary_folder
from tests.hq.storage import copied, original

NOW = datetime(2026, 4, 25, 6, tzinfo=UTC)
BY = "command-line:test"
CLERK = (Grant(Role.AUTHOR), Grant(Role.REGISTRAR))
"""Roles of an account that prepares exams."""
CODE, OTHER = "BJ01", "SH01"
PROGRAMME = "carbon-manager"
HOST = "http://localhost"
QUICK = HqSettings(
    packages=PackageSettings(
        kdf_opslimit=INTERACTIVE.opslimit, kdf_memlimit_bytes=INTERACTIVE.memlimit
    )
)


@dataclass
class Desk:
    """An HQ with one centre, one sitting tomorrow and one candidate."""

    hq: HqServices
    data: Path
    clock: ManualClock
    keys: KeyPair = field(default_factory=lambda: KeyPair.generate(entropy))
    sitting: str = ""

    def enrol(self, code: str, keys: KeyPair) -> bytes:
        """Enrol a centre; returns its certificate."""
        return self.hq.centres.approve(make_request(code, f"考点 {code}", keys, NOW), BY)

    def seat(self, sitting: str, number: str = "99000119900101001X") -> None:
        """Give somebody a seat in another sitting."""
        self.hq.registration.import_roster(sitting, CODE, [RosterEntry(number, "考生一")], BY)

    def code(self) -> str:
        """The unlock code, when its time has come."""
        self.clock.pass_time(24 * 3600)
        return self.hq.unlocking.code(self.sitting, CODE, BY)

    def result(self, answers: Mapping[str, AnswerValue], revision: int = 1) -> ResultBundle:
        """What the centre says when the candidate has handed in."""
        package = self.hq.packages.newest(self.sitting, CODE)
        seat = self.hq.registration.seats(self.sitting)[0]
        given = tuple(
            BundleAnswer(
                item_id=item,
                seq=number,
                value=value,
                saved_at=NOW,
                revisions=1,
                revisions_digest=GENESIS,
            )
            for number, (item, value) in enumerate(sorted(answers.items()), start=1)
        )
        return ResultBundle(
            centre_code=CODE,
            sender_key_id=self.keys.public.key_id,
            recipient_key_id=self.hq.public_keys.key_id,
            attempt_id="ATTEMPT1",
            revision=revision,
            candidate_id=seat.candidate_id,
            admission_no=seat.admission_no,
            sitting_id=self.sitting,
            package=PackageRef(id=package.id, version=package.version),
            form=None,
            answers=given,
            timing=Timing(started_at=NOW, ended_at=NOW),
            end_reason=EndReason.HANDED_IN,
            conduct=ConductCounts(leaves=0, leave_limit=5),
            chain=Chain(epoch=1, seq=0, head=GENESIS),
            software="test",
        )

    def bundle(self, answers: Mapping[str, AnswerValue], revision: int = 1) -> Sealed:
        """The same, sealed."""
        return seal_bundle(self.result(answers, revision), self.keys, self.hq.public_keys)

    def signed(
        self,
        client: FlaskClient,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        centre: tuple[str, KeyPair] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Send a request as a centre does; as this desk's own unless another is named."""
        code, keys = centre or (CODE, self.keys)
        request = httpx.Request(method, HOST + path, content=body, headers=dict(headers or {}))
        nonce = base64.urlsafe_b64encode(entropy(18)).decode()
        sign_request(request, keys, code, self.clock.now(), nonce)
        sent = dict(request.headers.items())
        return client.open(path, method=method, data=body, headers=sent, buffered=True)


def open_again(desk: Desk) -> HqServices:
    """The same HQ once more, as another process has it; the caller closes it."""
    return open_headquarters(desk.data / "hq", desk.clock, new_id, entropy, desk.hq.settings)


def open_desk(
    folder: Path,
    settings: HqSettings = QUICK,
    storage: StorageSettings | None = None,
    *,
    package: bool = True,
) -> Desk:
    """Make that HQ, with a package of its sitting or without; the caller closes it.

    Without ``storage`` it is a copy, in fresh storage, of one that the process has made.
    """
    if storage is not None:
        return _make_desk(folder, settings, storage, package=package)
    made, stored = make_once(settings.model_dump_json(), package)
    settings = settings.model_copy(update={"storage": copied(stored)})
    shutil.copytree(made.data / "hq", folder / "hq")
    clock = ManualClock(NOW)
    hq = open_headquarters(folder / "hq", clock, new_id, entropy, settings)
    return Desk(hq, folder, clock, made.keys, made.sitting)


@cache
def make_once(settings: str, package: bool) -> tuple[Desk, StorageSettings]:
    """Make what :func:`open_desk` copies; its HQ is closed."""
    folder, storage = temporary_folder(), original()
    chosen = HqSettings.model_validate_json(settings)
    desk = _make_desk(folder, chosen, storage, package=package)
    desk.hq.close()
    return desk, storage


def _make_desk(
    folder: Path, settings: HqSettings, storage: StorageSettings, *, package: bool
) -> Desk:
    clock = ManualClock(NOW)
    initialise(folder / "hq", entropy)
    settings = settings.model_copy(update={"storage": storage})
    hq = open_headquarters(folder / "hq", clock, new_id, entropy, settings)
    hq.accounts.create("chief", PASSWORD, BY, WIDEST)
    programme = hq.programmes.take(read_text(resource(f"config/programmes/{PROGRAMME}.toml")), BY)
    items = read_document(read_toml(resource(f"config/items/{PROGRAMME}.toml")))[1]
    hq.item_import.store(hq.item_import.preview(programme, items), BY)
    desk = Desk(hq, folder, clock)
    desk.enrol(CODE, desk.keys)
    sitting = NewSitting("2026年4月", NOW + timedelta(days=1), [NewPaper(PROGRAMME)])
    desk.sitting = hq.sittings.create(sitting, BY).id
    entry = RosterEntry("99000119900101001X", "考生一", "2026A0001")
    hq.registration.import_roster(desk.sitting, CODE, [entry], BY)
    if package:
        hq.packages.build(desk.sitting, CODE, BY)
    return desk
