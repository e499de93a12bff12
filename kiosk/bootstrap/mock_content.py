"""The demo paper, the invented candidates and the sealed package of a mock exam.

Everything comes with the product. The keys of its headquarters exist only while this runs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kiosk.exam.identity.identity_number import check_character
from kiosk.exam.items.item import Item
from kiosk.exam.papers.paper import Paper, PaperSection
from kiosk.exam.ports import Entropy
from kiosk.exam.programme.blueprint import Section
from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.settings import read_toml, resource
from kiosk.system import new_id
from kiosk.web.mock_exam import MockCandidate
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
from sync.wire.sealing.keys import KeyPair, PublicKeys

CODE = "MOCK"
"""The centre's code in a mock exam: no file of it can be taken for a real one."""

TITLE = {"zh": "模拟考试", "en": "Mock exam"}
BOTH = f"{TITLE['zh']} {TITLE['en']}"
STARTS_IN = timedelta(minutes=30)
SEATS_PER_ROW = 6
PROGRAMME = "carbon-manager"
SEEN = ("id", "type", "subject", "domain", "stem", "options")
"""What candidates see of an item; keys and rationales stay out."""


def make_candidates(count: int) -> list[MockCandidate]:
    """Return invented candidates, numbered from 1, with identity numbers of no real region."""
    return [
        MockCandidate(
            admission_no=f"M{number:04d}",
            identity_no=_identity_no(number),
            name=f"模拟{number:03d}",
            seat=f"{number:03d}",
        )
        for number in range(1, count + 1)
    ]


def _identity_no(number: int) -> str:
    digits = f"99000119900101{number:03d}"
    return digits + check_character(digits)


def mock_programme() -> Programme:
    """Return the demo programme without the form, and with handing in allowed at once."""
    data = read_toml(resource(f"config/programmes/{PROGRAMME}.toml"))
    data |= {"title": TITLE, "personal_form": None}
    data["time"]["earliest_hand_in_minutes"] = 0
    return load_programme(data)


def mock_paper(programme: Programme) -> Paper:
    """Return the paper: the first items of the starter bank that the blueprint asks for."""
    rows = read_toml(resource(f"config/items/{PROGRAMME}.toml"))["items"]
    pool = [_item(row) for row in rows]
    part = programme.examination(None, None).parts[0]
    chosen = [_drawn(section, pool, programme) for section in part.sections]
    return Paper(
        id=CODE,
        programme_id=programme.id,
        items=tuple(item for items in chosen for item in items),
        sections=tuple(
            PaperSection(part=part.id, number=number, items=tuple(item.id for item in items))
            for number, items in enumerate(chosen)
        ),
    )


def _item(row: dict[str, Any]) -> Item:
    return Item.model_validate({name: row[name] for name in SEEN if name in row})


def _drawn(section: Section, pool: Sequence[Item], programme: Programme) -> list[Item]:
    return [
        item
        for domain in programme.domains
        for item in _of(pool, section, domain.id)[: section.per_domain]
    ]


def _of(pool: Sequence[Item], section: Section, domain: str) -> list[Item]:
    return [item for item in pool if item.type is section.type and item.domain == domain]


def mock_package(
    candidates: Sequence[MockCandidate],
    minutes: int,
    hq: KeyPair,
    centre: PublicKeys,
    code: str,
    entropy: Entropy,
    now: datetime,
) -> bytes:
    """Return the sealed package, as headquarters would send it."""
    programme, day = mock_programme(), timedelta(days=1)
    paper = PackedPaper(
        id=FIRST, paper=mock_paper(programme), form=FormRule(seed=entropy(32).hex())
    )
    contents = PackageContents(
        package_id=new_id(),
        version=1,
        programmes=(programme,),
        sitting=_sitting(minutes, now),
        centre_code=CODE,
        not_before=now - day,
        not_after=now + day,
        roster=Roster(candidates=tuple(_entry(candidate) for candidate in candidates)),
        papers=PaperContents(papers=(paper,)),
    )
    # The cheapest key derivation: whoever has this package also has its code.
    return build_package(contents, hq, centre, code, entropy, now, limits=INTERACTIVE)


def _sitting(minutes: int, now: datetime) -> SittingInfo:
    return SittingInfo(
        id=f"mock-{new_id()}",
        title=BOTH,
        starts_at=now.replace(microsecond=0) + STARTS_IN,
        unlock_not_before=now,
        papers=(PaperInfo(id=FIRST, programme=PROGRAMME, duration_minutes=minutes),),
        rooms=(RoomInfo(id=FIRST, name=f"{TITLE['zh']}考场", seats_per_row=SEATS_PER_ROW),),
    )


def _entry(candidate: MockCandidate) -> RosterCandidate:
    return RosterCandidate(
        candidate_id=candidate.admission_no,
        admission_no=candidate.admission_no,
        identity_no=candidate.identity_no,
        name=candidate.name,
        seat=candidate.seat,
    )
