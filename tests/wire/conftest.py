"""A headquarters, a centre and a small paper; randomness that repeats."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.exam.items.item import Item, ItemType, Option
from kiosk.exam.papers.paper import Paper, PaperSection
from kiosk.exam.programme.programme import Programme, load_programme
from sync.wire.model import FIRST
from sync.wire.packages.contents import (
    FormRule,
    PackedPaper,
    PaperContents,
    Roster,
    RosterCandidate,
)
from sync.wire.packages.manifest import KdfBounds, KdfLimits, PaperInfo, RoomInfo, SittingInfo
from sync.wire.packages.package import PackageContents, build_package
from sync.wire.packages.unlock import new_code
from sync.wire.sealing.keys import KeyPair

NOW = datetime(2026, 4, 25, 5, 30, tzinfo=UTC)
QUICK = KdfLimits(opslimit=1, memlimit=8192)
ANY = KdfBounds(least=QUICK, most=KdfLimits(opslimit=8, memlimit=1 << 30))


def stream(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and are the same in each run."""
    count = 0

    def take(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed}/{count}".encode()).digest(size)

    return take


@pytest.fixture(scope="session")
def hq() -> KeyPair:
    return KeyPair.generate(stream("hq"))


@pytest.fixture(scope="session")
def centre() -> KeyPair:
    return KeyPair.generate(stream("centre"))


@pytest.fixture(scope="session")
def stranger() -> KeyPair:
    return KeyPair.generate(stream("stranger"))


@pytest.fixture(scope="session")
def code() -> str:
    return new_code(stream("code"))


@pytest.fixture(scope="session")
def programme() -> Programme:
    name = {"zh": "示例", "en": "Sample"}
    section = {"type": "single_choice", "per_domain": 2, "points": 2, "title": name}
    return load_programme(
        {
            "id": "sample",
            "version": 1,
            "title": name,
            "calendar": {"rule": "month_end", "months": [1], "starts": ["09:00:00"]},
            "entry_conditions": [
                {"clause": "1", "text": name, "alternatives": [{"work_years": 0}]}
            ],
            "subjects": [{"id": "theory", "name": name}],
            "domains": [{"id": "policy", "name": name}],
            "examinations": [
                {
                    "duration_minutes": 60,
                    "total": 4,
                    "pass_mark": 2,
                    "parts": [{"id": "only", "name": name, "sections": [section]}],
                }
            ],
        }
    )


def choice(item_id: str) -> Item:
    options = tuple(Option(id=letter, text=f"选项 {letter}") for letter in "ABCD")
    return Item(
        id=item_id,
        type=ItemType.SINGLE_CHOICE,
        subject="theory",
        domain="policy",
        stem="下列哪一项正确？",
        options=options,
    )


@pytest.fixture(scope="session")
def contents(programme: Programme) -> PackageContents:
    portrait = base64.b64encode(b"\xff\xd8 a portrait").decode()
    candidates = tuple(
        RosterCandidate(
            candidate_id=f"C{number}",
            admission_no=f"2026{number:04}",
            identity_no=f"1101011990010100{number:02}",
            name="张三",
            seat=f"{number:02}",
            portrait_jpeg_b64=portrait,
        )
        for number in range(3)
    )
    paper = Paper(
        id="P1",
        programme_id="sample",
        items=(choice("I1"), choice("I2")),
        sections=(PaperSection(part="only", number=0, items=("I1", "I2")),),
    )
    return PackageContents(
        package_id="PKG1",
        version=2,
        programmes=(programme,),
        sitting=SittingInfo(
            id="S1",
            title="2026 年 4 月",
            starts_at=NOW + timedelta(hours=1),
            unlock_not_before=NOW + timedelta(minutes=30),
            papers=(PaperInfo(id=FIRST, programme=programme.id, duration_minutes=60),),
            rooms=(RoomInfo(id=FIRST, name="101"),),
        ),
        centre_code="BJ-001",
        not_before=NOW - timedelta(days=7),
        not_after=NOW + timedelta(days=7),
        roster=Roster(candidates=candidates),
        papers=PaperContents(
            papers=(PackedPaper(id=FIRST, paper=paper, form=FormRule(seed="ab" * 32)),)
        ),
    )


@pytest.fixture(scope="session")
def package(contents: PackageContents, hq: KeyPair, centre: KeyPair, code: str) -> bytes:
    return build_package(contents, hq, centre.public, code, stream("package"), NOW, limits=QUICK)
