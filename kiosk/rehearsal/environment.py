"""A new headquarters and centre with an exam for given people, set up as staff would."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.bootstrap.setup import REQUEST, SETTINGS, accept_certificate, create_centre
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.programme_file import read_programme
from kiosk.rehearsal.people import Person
from kiosk.rehearsal.plan import SEATS_PER_ROW, Plan, PlannedSeat
from kiosk.settings import read_text, read_toml, resource
from kiosk.system import SystemClock, entropy, new_id
from kiosk.vision.packs.manifest import default_weights, weights_below
from kiosk.vision.samples import sample_portrait
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.centres.rooms import Room
from sync.hq.core.roles import WIDEST, Grant, Role
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices, initialise, open_headquarters
from sync.hq.sittings import NewPaper, NewSitting

CENTRE = "DEMO01"
PROGRAMME = "carbon-manager"
PROGRAMMES = (PROGRAMME, "carbon-skills")
ROOM_NAMES = "第{}考场"
STAFF = "chief"
"""Has all roles that one account may have; these have the others, with the same password."""
OTHERS = {
    "marker1": Role.MARKER,
    "marker2": Role.MARKER,
    "marker3": Role.MARKER,
    "adjudicator": Role.ADJUDICATOR,
    # Results are released by two people; the first account is the other one.
    "publisher": Role.PUBLISHER,
}
BY = "command-line:rehearsal"


@dataclass(frozen=True)
class Access:
    """What a rehearsal needs to run.

    These are the data directories, the staff password, headquarters' token and unlock codes.
    """

    hq: Path
    centre: Path
    password: str
    token: str
    codes: dict[str, str]


@dataclass(frozen=True)
class Content:
    """The content of the exam: the text of a programme file, and a parsed item file."""

    programme: str
    items: Mapping[str, Any]


def usual_content(programme: str = PROGRAMME) -> Content:
    """Return a programme and starter bank of the product, except for one rule.

    A rehearsal hands in before half an hour has passed.
    """
    text = read_text(resource(f"config/programmes/{programme}.toml"))
    return Content(
        text.replace("earliest_hand_in_minutes = 30", "earliest_hand_in_minutes = 0"),
        read_toml(resource(f"config/items/{programme}.toml")),
    )


def usual_programmes() -> Sequence[Programme]:
    """Return the programmes of :func:`usual_content` that a rehearsal draws papers from."""
    return [read_programme(usual_content(name).programme) for name in PROGRAMMES]


def set_up(
    base: Path,
    hq_url: str,
    sittings: Mapping[str, list[Person]],
    minutes: int,
    content: Content | None = None,
) -> Access:
    """Create both data directories below ``base``.

    ``sittings``: titles, each with its candidates, who sit one paper in one room; each starts
    soon and may be unlocked at once.

    Raises:
        ExamError: the error of whichever step failed.
    """

    def fill(hq: HqServices) -> dict[str, str]:
        return {title: _sitting(hq, title, people, minutes) for title, people in sittings.items()}

    return _set_up(base, hq_url, [content or usual_content()], fill)


def set_up_hall(base: Path, hq_url: str, title: str, plan: Plan) -> Access:
    """Create both data directories, with one sitting of several papers in several rooms.

    Raises:
        ExamError: the error of whichever step failed.
    """
    used = dict.fromkeys(paper.programme_id for paper in plan.papers)
    contents = [usual_content(name) for name in used]
    return _set_up(base, hq_url, contents, lambda hq: {title: _hall(hq, title, plan)})


def _set_up(
    base: Path,
    hq_url: str,
    contents: Sequence[Content],
    fill: Callable[[HqServices], dict[str, str]],
) -> Access:
    """``fill`` adds the sittings and returns their unlock codes by title."""
    hq_data, centre_data = base / "hq", base / "centre"
    password = entropy(9).hex()
    initialise(hq_data, entropy)
    create_centre(centre_data, CENTRE, "演示考点", hq_url, STAFF, password)
    hq = open_headquarters(hq_data, SystemClock(), new_id, entropy)
    try:
        token = _fill(hq, password, centre_data, contents)
        codes = fill(hq)
    finally:
        hq.close()
    _hurry(centre_data / SETTINGS)
    weights_below(centre_data).symlink_to(default_weights())  # the installed packs of this machine
    return Access(hq_data, centre_data, password, token, codes)


def _hurry(settings: Path) -> None:
    """Sync every second, and let staff enter the unlock codes, which they are rehearsing."""
    text = settings.read_text(encoding="utf-8")
    text = text.replace("interval_seconds = 30", "interval_seconds = 1")
    text = text.replace("receive_unlock_codes = true", "receive_unlock_codes = false")
    settings.write_text(text, encoding="utf-8")


def _fill(hq: HqServices, password: str, centre_data: Path, contents: Sequence[Content]) -> str:
    hq.accounts.create(STAFF, password, BY, WIDEST)
    for name, role in OTHERS.items():
        hq.accounts.create(name, password, BY, [Grant(role)])
    for content in contents:
        programme = hq.programmes.take(content.programme, BY)
        items = read_document(dict(content.items))[1]
        hq.item_import.store(hq.item_import.preview(programme, items), BY)
    certificate = hq.centres.approve((centre_data / REQUEST).read_bytes(), BY)
    # Both sides are on this machine, so no telephone call is needed to compare fingerprints.
    accept_certificate(centre_data, certificate, SystemClock(), lambda _fingerprint: True)
    return hq.tokens.create("rehearsal", ("results:read", "attempts:read"), BY)


def _sitting(hq: HqServices, title: str, people: Sequence[Person], minutes: int) -> str:
    papers = [NewPaper(PROGRAMME, duration_minutes=minutes)]
    return _packed(hq, title, papers, [_entry(person) for person in people])


def _hall(hq: HqServices, title: str, plan: Plan) -> str:
    for room, seats in plan.rooms.items():
        name = ROOM_NAMES.format(room)
        hq.rooms.set(CENTRE, Room(room, name, seats, SEATS_PER_ROW), BY)
    papers = [
        NewPaper(paper.programme_id, paper.trade, paper.level, paper.minutes)
        for paper in plan.papers
    ]
    return _packed(hq, title, papers, [_seated(one) for one in plan.seats])


def _packed(
    hq: HqServices, title: str, papers: Sequence[NewPaper], roster: Sequence[RosterEntry]
) -> str:
    """Create a sitting with its roster and package; return the unlock code."""
    now = hq.clock.now().replace(microsecond=0)
    sitting = hq.sittings.create(
        NewSitting(
            title=title,
            starts_at=now + timedelta(minutes=10),
            papers=papers,
            unlock_not_before=now,
        ),
        BY,
    )
    hq.registration.import_roster(sitting.id, CENTRE, roster, BY)
    hq.packages.build(sitting.id, CENTRE, BY)
    return hq.unlocking.code(sitting.id, CENTRE, BY)


def _seated(one: PlannedSeat) -> RosterEntry:
    return replace(
        _entry(one.person),
        room=one.room,
        seat=one.seat,
        paper=one.paper,
        extra_minutes=one.extra_minutes,
    )


def _entry(person: Person) -> RosterEntry:
    portrait = None if person.face is None else sample_portrait(person.face)
    return RosterEntry(
        identity_no=person.identity_no,
        name=person.name,
        admission_no=person.admission_no,
        seat=person.seat,
        portrait=portrait,
    )
