"""A real centre in a temporary folder, with a real sealed package, for tests of several layers."""

import atexit
import base64
import shutil
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.bootstrap.setup import CERTIFICATE, SETTINGS, create_centre
from kiosk.exam.items.item import Item
from kiosk.exam.papers.paper import Paper
from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.settings import read_toml, resource
from kiosk.system import entropy, new_id
from sync.wire.delivery.emergency import EmergencyKey
from sync.wire.model import FIRST
from sync.wire.packages.contents import (
    FormRule,
    PackedPaper,
    PaperContents,
    Roster,
    RosterCandidate,
)
from sync.wire.packages.manifest import INTERACTIVE, PaperInfo, RoomInfo, SittingInfo
from sync.wire.packages.package import PackageContents, build_package
from sync.wire.packages.unlock import new_code
from sync.wire.sealing.certificate import make_certificate, read_request
from sync.wire.sealing.keys import KeyPair
from tests.exam.programmes import drawn
from tests.faces import portrait

CENTRE = "BJ01"
USERNAME, PASSWORD = "chief", "correct horse battery"
NOON = datetime(2026, 4, 25, 6, tzinfo=UTC)
REASON = "compared with the identity card"


@dataclass
class ManualClock:
    """A clock that tests turn by hand; both its clocks are plain fields."""

    wall: datetime = NOON
    seconds: float = 1000.0
    boot_id: str = "boot-1"

    def now(self) -> datetime:
        """Wall clock."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds since boot."""
        return self.seconds

    def pass_time(self, seconds: float) -> None:
        """Let both clocks run."""
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds


def starter_bank() -> list[Item]:
    """The items of the starter bank as candidates may see them."""
    path = resource("config/items/carbon-manager.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["items"]
    seen = ("id", "type", "subject", "domain", "stem", "options")
    return [Item.model_validate({k: row[k] for k in seen if k in row}) for row in rows]


def carbon_manager(rules: dict[str, dict[str, Any]], name: str = "carbon-manager") -> Programme:
    """The shipped programme with some rules changed; handing in is allowed at once.

    ``name``: its id, where a sitting has several programmes.
    """
    data = read_toml(resource("config/programmes/carbon-manager.toml"))
    data["id"] = name
    # Candidates are ready without a form, unless a test is about it.
    data["personal_form"] = None
    for table, values in {"time": {"earliest_hand_in_minutes": 0}, **rules}.items():
        data[table] = {**(data.get(table) or {}), **values}
    return load_programme(data)


def _with(paper: Paper, extra: tuple[Item, ...]) -> Paper:
    """The paper with more items at the end of its first section."""
    first, *others = paper.sections
    items = list(paper.items)
    items[len(first.items) : len(first.items)] = extra
    longer = first.model_copy(update={"items": (*first.items, *(item.id for item in extra))})
    return Paper.model_validate(
        {**vars(paper), "items": tuple(items), "sections": (longer, *others)}
    )


def candidates(count: int = 3, portraits: int = 2) -> tuple[RosterCandidate, ...]:
    """Invented candidates; the first ``portraits`` of them have a portrait."""
    return tuple(
        RosterCandidate(
            candidate_id=f"C{number:04d}",
            admission_no=f"2026T{number:04d}",
            identity_no=f"99000119900101{number:03d}X",
            name=f"考生{number}",
            seat=f"A{number:02d}",
            portrait_jpeg_b64=(
                base64.b64encode(portrait(number - 1)).decode() if number <= portraits else None
            ),
        )
        for number in range(1, count + 1)
    )


@dataclass(frozen=True)
class Sat:
    """A paper that is sat: its id in the sitting, its programme, and its minutes."""

    id: str
    programme: Programme
    paper: Paper
    minutes: int = 120

    @property
    def info(self) -> PaperInfo:
        """What the package says about it while it is locked."""
        whole = self.programme.examination(self.paper.trade, self.paper.level)
        sat = whole.of_parts(self.paper.parts)
        return PaperInfo(
            id=self.id,
            programme=self.programme.id,
            trade=self.paper.trade,
            level=self.paper.level,
            duration_minutes=self.minutes,
            parts=() if sat is whole else tuple(part.id for part in sat.parts),
        )

    @property
    def packed(self) -> PackedPaper:
        """The paper as it travels."""
        return PackedPaper(id=self.id, paper=self.paper, form=FormRule(seed="ab" * 32))


def sat(
    paper_id: str, minutes: int = 120, programme: str = "carbon-manager", **rules: dict[str, Any]
) -> Sat:
    """A paper from the starter bank; ``rules``: tables of the programme that differ."""
    chosen = carbon_manager(rules, programme)
    drawn_paper = drawn(starter_bank(), chosen, f"P-{paper_id}", paper_id.encode())
    return Sat(paper_id, chosen, drawn_paper, minutes)


def seated(*places: tuple[str, str], portraits: int = 0) -> tuple[RosterCandidate, ...]:
    """A candidate for each pair of room and paper; the seats count in each room from A01."""
    people, taken = [], Counter[str]()
    for person, (room, paper) in zip(candidates(len(places), portraits), places, strict=True):
        taken[room] += 1
        where = {"room": room, "paper": paper, "seat": f"A{taken[room]:02d}"}
        people.append(person.model_copy(update=where))
    return tuple(people)


@dataclass
class Package:
    """A sealed package and what is needed to open it."""

    data: bytes
    code: str
    id: str = ""


_packages: dict[str, Package] = {}


@dataclass
class Site:
    """HQ's keys and one enrolled centre's data directory."""

    data: Path
    hq: KeyPair
    centre: KeyPair
    now: datetime = NOON
    code: str = field(default_factory=lambda: new_code(entropy))

    def usual_package(self, **how: Any) -> Package:
        """What :meth:`package` builds, but the same for all tests that say the same.

        Building one takes a tenth of a second.
        """
        key = repr((self.hq.public.key_id, self.code, self.now, sorted(how.items())))
        if key not in _packages:
            _packages[key] = self.package(**how)
        return replace(_packages[key])

    def package(
        self,
        *,
        version: int = 1,
        sitting: str = "S1",
        roster: tuple[RosterCandidate, ...] | None = None,
        duration_minutes: int = 120,
        centre_code: str = CENTRE,
        unlock_not_before: datetime | None = None,
        rules: dict[str, dict[str, Any]] | None = None,
        extra: tuple[Item, ...] = (),
        paper: tuple[Programme, Paper] | None = None,
        papers: tuple[Sat, ...] = (),
        rooms: tuple[tuple[str, str], ...] = ((FIRST, "第一考场"),),
        pictures: dict[str, str] | None = None,
        starts_at: datetime | None = None,
    ) -> Package:
        """Build a package for this centre with the cheapest lawful key derivation.

        ``rules``: what differs from the programme file by its tables; handing in is allowed at
        once unless they say otherwise. ``extra``: items that are added to the paper. ``paper``:
        another programme and a paper of it. ``papers``: all papers, where there are several;
        :func:`seated` gives a roster for them. ``rooms``: ids and names.
        """
        if paper is None:
            programme = carbon_manager(rules or {})
            chosen = _with(drawn(starter_bank(), programme, "P1", b"paper seed"), extra)
        else:
            programme, chosen = paper
        papers = papers or (Sat(FIRST, programme, chosen, duration_minutes),)
        programmes = {each.programme.id: each.programme for each in papers}
        start = starts_at or self.now + timedelta(minutes=30)
        contents = PackageContents(
            package_id=new_id(),
            version=version,
            programmes=tuple(programmes.values()),
            sitting=SittingInfo(
                id=sitting,
                title="2026年4月考试",
                starts_at=start,
                unlock_not_before=unlock_not_before or self.now - timedelta(hours=1),
                papers=tuple(each.info for each in papers),
                rooms=tuple(RoomInfo(id=room, name=name) for room, name in rooms),
            ),
            centre_code=centre_code,
            not_before=self.now - timedelta(days=1),
            not_after=self.now + timedelta(days=30),
            roster=Roster(candidates=roster or candidates()),
            papers=PaperContents(
                papers=tuple(each.packed for each in papers),
                pictures=pictures or {},
            ),
        )
        data = build_package(
            contents, self.hq, self.centre.public, self.code, entropy, self.now, limits=INTERACTIVE
        )
        return Package(data, self.code, contents.package_id)


def temporary_folder() -> Path:
    """A new folder that goes with this process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def _emergency_key() -> tuple[Path, EmergencyKey]:
    """One key for all test centres: making one takes most of a second, loading it a tenth."""
    path = temporary_folder() / "emergency.pem"
    return path, EmergencyKey.at(path)


def emergency_key(data: Path) -> EmergencyKey:
    """The emergency key of a centre."""
    path, (usual, key) = data / "keys" / "emergency.pem", _emergency_key()
    same = path.exists() and path.read_bytes() == usual.read_bytes()
    return key if same else EmergencyKey.at(path)


def new_site(
    data: Path, now: datetime = NOON, hq_url: str | None = None, code: str = CENTRE
) -> Site:
    """Set up and enrol a centre as its staff would; it and its headquarters have new keys."""
    create_centre(data, code, "测试考点", hq_url, USERNAME, PASSWORD)
    hq = KeyPair.generate(entropy)
    request = read_request((data / "enrolment-request.json").read_bytes())
    year = timedelta(days=365)
    certificate = make_certificate(request, hq, now - year, now + year)
    (data / CERTIFICATE).write_bytes(certificate)
    (data / SETTINGS).touch()
    shutil.copy(_emergency_key()[0], data / "keys" / "emergency.pem")
    return Site(data, hq, KeyPair.load(data / "keys"), now)


@cache
def usual_centre() -> Site:
    """Make what :func:`usual_site` copies."""
    return new_site(temporary_folder() / "centre")


def usual_site(data: Path) -> Site:
    """The same centre with the same keys for each test of a process: a copy of one."""
    usual = usual_centre()
    shutil.copytree(usual.data, data)
    return replace(usual, data=data)
